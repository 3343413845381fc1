/** A session of a real process: its streams, its environment, its end. */
import { readFileSync } from 'node:fs';
import { loadChecker } from './load-checker.ts';
import { main } from './main.ts';
import type { Screen, Session } from './session.ts';
import { unusable } from './unusable-file.ts';

/** Runs kentry on the process's own arguments and leaves its status in `process.exitCode`. */
export async function runProcess(): Promise<void> {
  let lost = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever read the output has seen enough (`kentry explain | head`): the rest goes nowhere, and that is no mistake.
      if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return;
      if (!lost) process.stderr.write(`kentry: cannot write: ${error.message}\n`);
      lost = true;
    });
  }
  // Errors of writing may come when everything else is done.
  process.on('exit', () => {
    if (lost) process.exitCode = 2;
  });
  process.exitCode = await main(process.argv.slice(2), processSession());
}

function processSession(): Session {
  return {
    out: screen(process.stdout),
    err: screen(process.stderr),
    env: process.env,
    stdin: () => {
      try {
        return readFileSync(0);
      } catch (error) {
        throw unusable('standard input', error);
      }
    },
    now: () => performance.now(),
    loadChecker,
    onInterrupt: (stop) => {
      process.once('SIGINT', stop);
      return () => process.off('SIGINT', stop);
    },
  };
}

function screen(stream: NodeJS.WriteStream): Screen {
  const write = (text: string): void => {
    stream.write(text);
  };
  return stream.isTTY ? { write, columns: stream.columns } : { write };
}

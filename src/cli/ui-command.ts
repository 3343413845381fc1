/** `kentry ui`: the page, served to this machine until Ctrl-C. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './command.ts';
import { type PageServer, servePage } from './page-server.ts';
import { UnusableFile } from './unusable-file.ts';
import { UsageError } from './usage-error.ts';

/** `kentry ui`. */
export const uiCommand: Command = {
  synopsis: '[OPTION...]',
  about:
    'Serves the page to this machine only, and prints its address: step through the contract, read its rules, check an\n' +
    'object without uploading it. Nothing is opened and nothing is loaded from elsewhere. Ctrl-C ends it.',
  options: [{ name: 'port', short: 'p', value: 'PORT', help: 'the port; a free one if not given' }],
  run: async (args, session) => {
    if (args.positionals.length > 0) throw new UsageError('ui takes no file: drop it on the page', 'ui');
    const server = await serve(portOf(args.value('port')));
    session.out.write(`${server.address}\n`);
    session.err.write('Ctrl-C ends it.\n');
    await interrupted();
    await server.close();
    return 0;
  },
};

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`no port ${text}: it is a number up to 65535`, 'ui');
  return port;
}

async function serve(port: number): Promise<PageServer> {
  try {
    return await servePage(pageFolder(), port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new UsageError(`port ${port} is in use`, 'ui');
    if (code === 'EACCES') throw new UsageError(`port ${port} is not for everybody: take one above 1023`, 'ui');
    throw error;
  }
}

/** Beside the built program, or where the build puts it beside the sources. */
function pageFolder(): string {
  const places = ['./web/', '../../dist/web/'].map((place) => join(import.meta.dirname, place));
  const folder = places.find((place) => existsSync(place));
  if (folder === undefined) throw new UnusableFile('web', 'the page was not installed');
  return folder;
}

/** Resolves when the process is asked to end. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/**
 * The program's start: asks for its version must not wait for the rest of it to load.
 *
 * The rest is one script with V8's code cache beside it (tools/build.mjs): what a check runs was compiled when kentry was
 * built. Another version of Node than that one refuses the cache, and compiles as usual.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { VERSION } from './version.ts';

/** What the script is: the body of a CommonJS module, in a function. */
type Program = (require: NodeJS.Require, dirname: string) => typeof import('./process-session.ts');

if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { runProcess } = loadProgram()(require, __dirname);
  void runProcess();
}

function loadProgram(): Program {
  const filename = join(__dirname, 'program.js');
  const cache = join(__dirname, 'program.cache');
  // Nothing but ASCII is in it.
  const source = readFileSync(filename, 'latin1');
  const script = new Script(source, { filename, ...(existsSync(cache) && { cachedData: readFileSync(cache) }) });
  // The build has put a function of this type there, and nothing else.
  return script.runInThisContext() as Program;
}

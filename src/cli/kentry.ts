/**
 * The program's start: asks for its version must not wait for the rest of it to load.
 *
 * The rest is one script with V8's code cache beside it (tools/build.mjs): what a check runs was compiled when kentry was
 * built. Another version of Node than that one refuses the cache, and compiles as usual.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { VERSION } from './version.ts';

/**
 * A check is over before V8 has compiled all that it calls hot. With smaller functions, of fewer inlined ones, what is
 * compiled is of use sooner: a sixth less time for all rules.
 */
const INLINE_LESS = '--max-inlined-bytecode-size-cumulative=300';

/** What the script is: the body of a CommonJS module, in a function. */
type Program = (require: NodeJS.Require, dirname: string) => typeof import('./process-session.ts');

if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { runProcess } = loadProgram()(require, __dirname);
  // Behind the script: a code cache is for the flags that it was made with.
  setFlagsFromString(INLINE_LESS);
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

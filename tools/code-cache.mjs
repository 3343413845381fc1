// Writes V8's code cache of the built program: what it compiles for a check, so that a check need not compile it again.
// V8 asks it for nothing but its own version, its flags and the script's length: the cache belongs to this Node.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** Has another process write `program.cache` beside `program.js`: this one has compiled enough already. */
export function writeCodeCache(dist, root) {
  const fixtures = join(root, 'fixtures/noinstr');
  const objects = readdirSync(fixtures).filter((file) => file.endsWith('.o'));
  const files = objects.map((file) => join(fixtures, file));
  execFileSync(process.execPath, [fileURLToPath(import.meta.url), dist, ...files], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Runs checks as src/cli/kentry.ts would, and writes what was compiled. */
async function run(dist, files) {
  const filename = join(dist, 'program.js');
  const script = new Script(readFileSync(filename, 'latin1'), { filename });
  const { runProcess } = script.runInThisContext()(createRequire(filename), dist);
  process.argv = [
    process.execPath,
    filename,
    'check',
    '--rules',
    'NOINSTR-CALL,NOINSTR-INDIRECT,NOINSTR-WINDOW',
    '-q',
    ...files,
  ];
  await runProcess();
  process.exitCode = 0;
  writeFileSync(join(dist, 'program.cache'), script.createCachedData());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv[2], process.argv.slice(3));

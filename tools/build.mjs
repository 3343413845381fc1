#!/usr/bin/env node
// Makes dist/ (or another folder: `build.mjs DIR`): the program in a few files that need no package, with the objects of
// the demo beside it.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildPage } from './build-page.mjs';
import { icedPlugin } from './iced-plugin.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = resolve(process.argv[2] ?? join(root, 'dist'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { kentry: 'src/cli/kentry.ts' },
  outdir: dist,
  bundle: true,
  // Commands, formats and the decoder are files of their own, which are read when they are called for.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  plugins: [icedPlugin],
  loader: { '.wasm': 'binary' },
  define: { KENTRY_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
});
const program = join(dist, 'kentry.js');
writeFileSync(program, `#!/usr/bin/env node\n${readFileSync(program, 'utf8')}`, { mode: 0o755 });
chmodSync(program, 0o755);

// The decoder is bundled, so its licence goes along.
cpSync(join(root, 'node_modules/iced-x86/LICENSE.txt'), join(dist, 'iced-x86-licence.txt'));

const demo = join(root, 'fixtures/demo');
mkdirSync(join(dist, 'demo'));
for (const file of readdirSync(demo)) {
  if (file.endsWith('.o')) cpSync(join(demo, file), join(dist, 'demo', file));
}

await buildPage(join(dist, 'web'), version);

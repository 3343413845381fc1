#!/usr/bin/env node
// Makes dist/ (or another folder: `build.mjs DIR`): the program in a few files that need no package, with the objects of
// the demo beside it.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildPage } from './build-page.mjs';
import { writeCodeCache } from './code-cache.mjs';
import { icedPlugin } from './iced-plugin.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = resolve(process.argv[2] ?? join(root, 'dist'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const wasm = join(root, 'node_modules/iced-x86/iced_x86_bg.wasm');

/** WebAssembly is read from a file beside the program, when it is called for. */
const wasmBeside = {
  name: 'wasm-beside',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\.wasm$/ }, () => ({ path: wasm }));
    onLoad({ filter: /\.wasm$/ }, () => {
      cpSync(wasm, join(dist, 'decoder.wasm'));
      return {
        contents: 'import { readFileSync } from "node:fs"; export default readFileSync(__dirname + "/decoder.wasm");',
      };
    });
  },
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  legalComments: 'none',
  define: { KENTRY_VERSION: JSON.stringify(version), 'import.meta.dirname': '__dirname' },
  logLevel: 'warning',
};
await build({
  ...shared,
  entryPoints: ['src/cli/kentry.ts'],
  outfile: join(dist, 'kentry.js'),
  banner: { js: '#!/usr/bin/env node' },
});
// First in parts, each without what nobody asks for; then the parts in one script, each of which runs when it is called for.
const parts = join(dist, 'parts');
await build({
  ...shared,
  entryPoints: ['src/cli/process-session.ts'],
  outdir: parts,
  format: 'esm',
  splitting: true,
  minify: false,
  plugins: [icedPlugin],
  external: ['*.wasm'],
});
await build({
  ...shared,
  entryPoints: [join(parts, 'process-session.js')],
  outfile: join(dist, 'program.js'),
  // As src/cli/kentry.ts takes it.
  banner: { js: '(function (require, __dirname) { const module = { exports: {} };' },
  footer: { js: 'return module.exports; })' },
  plugins: [wasmBeside],
});
rmSync(parts, { recursive: true });
chmodSync(join(dist, 'kentry.js'), 0o755);
// Scripts load faster than modules.
writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n');

// The decoder is bundled, so its licence goes along.
cpSync(join(root, 'node_modules/iced-x86/LICENSE.txt'), join(dist, 'iced-x86-licence.txt'));

const demo = join(root, 'fixtures/demo');
mkdirSync(join(dist, 'demo'));
for (const file of readdirSync(demo)) {
  if (file.endsWith('.o')) cpSync(join(demo, file), join(dist, 'demo', file));
}

writeCodeCache(dist, root);
await buildPage(join(dist, 'web'), version);

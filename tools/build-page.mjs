#!/usr/bin/env node
// Makes the page: index.html, one style sheet, the page's program and its workers. `build-page.mjs DIR` makes it alone.
// Everything is addressed relatively, so that any static host can serve the folder. The decoder and its WebAssembly are
// chunks that only a worker loads.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { icedPlugin } from './iced-plugin.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Writes the page into `folder`. `entries` adds programs to it: the test of the timeline's speed has one. */
export async function buildPage(folder, version, entries = {}) {
  mkdirSync(folder, { recursive: true });
  const program = {
    absWorkingDir: root,
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    plugins: [icedPlugin],
    loader: { '.wasm': 'binary' },
    define: { KENTRY_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  };
  await build({ ...program, entryPoints: { page: 'src/web/view/page.tsx', ...entries } });
  // Apart from the page: a chunk that both shared would hold what only one of them needs.
  await build({
    ...program,
    entryPoints: {
      'check-worker': 'src/web/worker/check-worker.ts',
      'explore-worker': 'src/web/worker/explore-worker.ts',
    },
  });
  await build({
    absWorkingDir: root,
    entryPoints: { page: 'src/web/style/page.css' },
    outdir: folder,
    bundle: true,
    minify: true,
    target: 'es2022',
    logLevel: 'warning',
  });
  const html = readFileSync(join(root, 'src/web/index.html'), 'utf8');
  writeFileSync(join(folder, 'index.html'), html);
  cpSync(join(root, 'src/web/icon.svg'), join(folder, 'icon.svg'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await buildPage(resolve(process.argv[2] ?? join(root, 'dist/web')), version);
}

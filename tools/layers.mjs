#!/usr/bin/env node
// The layers of src/: which folder may import which. `npm run check:layers` and a test hold this table; `--print` draws it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder of src/ and the folders it may import besides itself, in the order in which data flows. Nothing else is allowed. */
export const MAY_IMPORT = {
  base: [],
  elf: ['base'],
  isa: ['base'],
  code: ['base', 'elf', 'isa'],
  explore: ['base'],
  contract: ['base'],
  reference: ['base', 'explore', 'contract'],
  noinstr: ['base', 'elf', 'isa', 'code', 'contract'],
  paths: ['base', 'elf', 'isa', 'code', 'explore', 'contract', 'noinstr'],
  agreement: ['base', 'elf', 'isa', 'code', 'contract', 'reference', 'paths'],
  report: ['base', 'contract'],
  check: ['base', 'elf', 'isa', 'code', 'contract', 'noinstr', 'paths', 'agreement', 'report'],
  cli: ['base', 'elf', 'isa', 'code', 'explore', 'contract', 'reference', 'noinstr', 'paths', 'report', 'check'],
  web: ['base', 'elf', 'isa', 'code', 'explore', 'contract', 'reference', 'noinstr', 'paths', 'report', 'check'],
};

/** Folders that may use Node's own modules; all others run in a browser too. Tests may, everywhere. */
const MAY_USE_NODE = ['cli'];

/** The only packages that src/ may import, each with the folder that may. */
const PACKAGES = { 'iced-x86': ['isa'], preact: ['web'], 'preact/hooks': ['web'], '@preact/signals': ['web'] };

const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

/** What is wrong with the imports of one file, as sentences. */
export function complaints(file, text) {
  const layer = file.split('/')[0];
  const allowed = MAY_IMPORT[layer];
  if (allowed === undefined) return [`${file}: ${layer}/ is not in the table of tools/layers.mjs`];
  const isTest = /\.test\.tsx?$/.test(file);
  const found = [];
  for (const [, specifier] of text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g)) {
    if (specifier.startsWith('.')) {
      const target = relative(src, join(src, dirname(file), specifier)).split(sep)[0];
      const ok = target === layer || allowed.includes(target) || (isTest && target === '..');
      if (!ok) found.push(`${file}: ${layer}/ must not import ${target}/ (${specifier})`);
    } else if (specifier.startsWith('node:')) {
      if (!isTest && !MAY_USE_NODE.includes(layer)) found.push(`${file}: ${layer}/ must not use Node's ${specifier}`);
    } else if (!isTest && !PACKAGES[specifier]?.includes(layer)) {
      found.push(`${file}: ${layer}/ must not import the package ${specifier}`);
    }
  }
  return found;
}

/** Every complaint about src/, and the folders that the table names but nobody made. */
export function checkLayers() {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((f) => f.split(sep).join('/'))
    .filter((f) => /\.tsx?$/.test(f));
  return files.flatMap((f) => complaints(f, readFileSync(join(src, f), 'utf8')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--print')) {
    for (const [layer, allowed] of Object.entries(MAY_IMPORT)) console.log(`${layer.padEnd(10)} ${allowed.join(' ')}`);
  } else {
    const wrong = checkLayers();
    for (const line of wrong) console.error(line);
    if (wrong.length > 0) process.exit(1);
    console.log('layers: kept');
  }
}

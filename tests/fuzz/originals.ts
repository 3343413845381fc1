/** The objects that are mutated: our own fixtures, and others that are given. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Original } from './campaign.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** Every fixture, in the order of their names, so that a seed means the same everywhere. */
export function fixtures(folder: string = FIXTURES): readonly Original[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.o'))
    .toSorted()
    .map((file) => original(join(folder, file)));
}

/** One object, named as seen from the current folder. */
export function original(path: string): Original {
  return { file: relative(process.cwd(), path), bytes: readFileSync(path) };
}

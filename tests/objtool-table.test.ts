/** docs/objtool.md has a row for each way in which objtool is silent, and every fixture that a row names says what the row says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectationsOf } from './expectation.ts';

const ROOT = join(import.meta.dirname, '..');

interface Row {
  readonly number: number;
  readonly kentry: string;
  readonly fixtures: readonly { readonly file: string; readonly name: string }[];
}

const ROWS = readFileSync(join(ROOT, 'docs/objtool.md'), 'utf8')
  .split('\n')
  .flatMap((line): Row[] => {
    const [, number, , kentry = '', cell = ''] = line.split('|').map((text) => text.trim());
    if (!/^\d+$/.test(number ?? '')) return [];
    const fixtures = cell.split(';').flatMap((part) => {
      const [file = '', ...names] = [...part.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      return names.map((name) => ({ file, name }));
    });
    return [{ number: Number(number), kentry, fixtures }];
  });

/** The text of a fixture's function. */
function functionOf(file: string, name: string): string {
  const source = readFileSync(join(ROOT, 'fixtures/noinstr', file), 'utf8');
  const start = new RegExp(`^(?:(?:FUNC|CODE) ${name}|${name}:)$`, 'm').exec(source)?.index ?? -1;
  const length = source.slice(start).search(new RegExp(`^(?:END(?:FUNC|CODE) ${name}$|\\s*\\.size ${name},)`, 'm'));
  if (start < 0 || length < 0) throw new Error(`${file} has no ${name}`);
  return source.slice(start, start + length);
}

describe('docs/objtool.md', () => {
  test('has a row for each of the nineteen', () => {
    expect(ROWS.map(({ number }) => number)).toEqual(Array.from({ length: 19 }, (_, i) => i + 1));
  });

  test.each(ROWS)('row $number', ({ kentry, fixtures }) => {
    for (const { file, name } of fixtures) {
      const { findings, gaps } = expectationsOf(functionOf(file, name));
      if (name.startsWith('breaks')) expect(findings.length).toBeGreaterThan(0);
      else expect(findings).toEqual([]);
      if (name.startsWith('unknown')) expect(gaps.length).toBeGreaterThan(0);
    }
    const found = fixtures.some(({ name }) => name.startsWith('breaks'));
    expect(found).toBe(kentry.startsWith('found'));
    // What is not found is an exception, a gap, or a limit that is written down.
    if (!found) expect(kentry).toMatch(/limits\.md|exception of/);
  });
});

/** What CONTRIBUTING.md asks of every file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkLayers, complaints, MAY_IMPORT } from '../tools/layers.mjs';

const ROOT = join(import.meta.dirname, '..');

const files = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.split(sep).join('/')}`)
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file));

const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const SOURCES = files('src');
const ALL = [...SOURCES, ...files('tests'), ...files('tools')];

describe('files (CONTRIBUTING, rule 2)', () => {
  test('have at most 400 lines', () => {
    expect(ALL.filter((file) => text(file).trimEnd().split('\n').length > 400)).toEqual([]);
  });

  test('of src begin with a comment that says what they are for', () => {
    expect(SOURCES.filter((file) => !/^\/\*\*\s+(\*\s+)?\S+/.test(text(file)))).toEqual([]);
  });

  test('have no name that says nothing', () => {
    expect(ALL.filter((file) => /\b(utils?|helpers?|common|manager|misc)\b/.test(file))).toEqual([]);
  });
});

describe('layers (CONTRIBUTING, rule 3)', () => {
  test('are kept', () => {
    expect(checkLayers()).toEqual([]);
  });

  test('a broken one would be seen', () => {
    expect(complaints('elf/x.ts', "import { y } from '../report/report.ts';")).toHaveLength(1);
    expect(complaints('report/x.ts', "import { readFileSync } from 'node:fs';")).toHaveLength(1);
    expect(complaints('cli/x.ts', "import { readFileSync } from 'node:fs';")).toEqual([]);
    expect(complaints('report/x.ts', "const y = await import('left-pad');")).toHaveLength(1);
  });

  test('are all told of in ARCHITECTURE.md, and no other', () => {
    const told = [...text('ARCHITECTURE.md').matchAll(/^\| `(\w+)\/` \|/gm)].map(([, folder]) => folder);
    expect(told.toSorted()).toEqual(Object.keys(MAY_IMPORT).toSorted());
  });
});

describe('code', () => {
  const product = SOURCES.filter((file) => !file.endsWith('.test.ts'));

  test('claims a type only where a comment says why it holds (CONTRIBUTING, rule 5)', () => {
    const casts = product
      .filter((file) => file !== 'src/base/brand.ts')
      .flatMap((file) =>
        text(file)
          .split('\n')
          .flatMap((line, index, lines) => {
            const explained = lines.slice(Math.max(0, index - 4), index + 1).some((near) => /\/\/|\*\//.test(near));
            return isCast(line) && !explained ? [`${file}:${index + 1}: ${line.trim()}`] : [];
          }),
      );
    expect(casts).toEqual([]);
  });

  test('that may run in a browser does not print', () => {
    expect(product.filter((file) => !file.startsWith('src/cli/') && /\bconsole\./.test(text(file)))).toEqual([]);
  });
});

/** Whether a line has `as Type`, outside of comments, strings, imports and exports. */
function isCast(line: string): boolean {
  const code = line.replace(/\/\/.*|^\s*\/?\*.*|'[^']*'|`[^`]*`|^(?:import|export) (?:type )?[*{].*/g, '');
  return / as (?!const\b)\w+/.test(code);
}

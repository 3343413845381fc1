/** docs/coverage.md speaks of what there is, and of all of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FEATURES } from '../src/contract/configuration.ts';
import { FIELD_NAMES } from '../src/contract/fields.ts';
import { RULE_IDS } from '../src/contract/rule.ts';
import { PROGRAMS } from '../src/reference/library.ts';
import { SCENARIOS } from '../src/reference/scenarios.ts';

const text = readFileSync(join(import.meta.dirname, '../docs/coverage.md'), 'utf8');
const section = (title: string): string => text.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
/** The cells of a section's table, row by row. */
const rows = (title: string): readonly (readonly string[])[] =>
  section(title)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
const quoted = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

test('every rule, every scenario and every program is told of', () => {
  expect(RULE_IDS.filter((id) => !text.includes(id))).toEqual([]);
  const told = new Set(rows('Transitions').flatMap(([, , scenarios = '']) => scenarios.split(', ')));
  expect(SCENARIOS.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([]);
  const named = new Set(quoted(section('Transitions')));
  expect([...PROGRAMS.keys()].filter((name) => !named.has(name))).toEqual([]);
});

test('the programs, fields and features that it names exist', () => {
  const programs = rows('Transitions').flatMap(([, names]) => quoted(names));
  expect(programs.length).toBeGreaterThan(100);
  expect(programs.filter((name) => !PROGRAMS.has(name))).toEqual([]);
  const known = new Set<string>([...FIELD_NAMES, ...Object.keys(FEATURES)]);
  const fields = rows('State').flatMap(([, names]) => quoted(names));
  expect(fields.filter((name) => !known.has(name) && !/^(call|rcu)\./.test(name))).toEqual([]);
  const rules = [...text.matchAll(/\b[A-Z]+(?:-[A-Z]+)+\b/g)].map(([id]) => id);
  const ids: readonly string[] = RULE_IDS;
  expect(rules.filter((id) => !ids.includes(id) && !NO_RULES.has(id))).toEqual([]);
});

/** Capitals with a hyphen that are not rules. */
const NO_RULES: ReadonlySet<string> = new Set(['SEV-ES']);

test('every row says where it is or why it is not', () => {
  const sentences = rows('The document, sentence by sentence');
  expect(sentences.length).toBeGreaterThan(40);
  expect(sentences.filter(([, sentence, here]) => sentence === '' || here === '')).toEqual([]);
  expect(rows('State').filter(([kernel, here]) => kernel === '' || here === '')).toEqual([]);
});

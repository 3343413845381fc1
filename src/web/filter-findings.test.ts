/** Filters of findings. */
import { expect, test } from 'vitest';
import { EXAMPLE } from '../../tests/example-report.ts';
import { filterFindings, rulesFound } from './filter-findings.ts';

test.each([
  ['', '', 4],
  ['NOINSTR-WINDOW', '', 2],
  ['NOINSTR-WINDOW', 'IDLE', 1],
  ['', 'exc_', 2],
  ['NO-RULE', '', 0],
])('rule %j and function %j leave %d', (rule, name, count) => {
  expect(filterFindings(EXAMPLE, { rule, function: name })).toHaveLength(count);
});

test('rules are counted, the most frequent first', () => {
  expect(rulesFound(EXAMPLE).map(({ rule, count }) => `${rule} ${count}`)).toEqual([
    'NOINSTR-WINDOW 2',
    'NOINSTR-CALL 1',
    'NOINSTR-INDIRECT 1',
  ]);
});

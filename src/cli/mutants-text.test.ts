/** The end of a campaign in words: what survived without a reason, and what was not tested, are never silent. */
import { expect, test } from 'vitest';
import { PROGRAMS } from '../reference/library.ts';
import { mutantsOf } from '../reference/mutants.ts';
import type { MutantResult } from '../reference/mutation.ts';
import { SCENARIOS } from '../reference/scenarios.ts';
import { PLAIN } from '../report/paint.ts';
import { mutantsDocument, mutantsText, scoreOf } from './mutants-text.ts';

const mutants = mutantsOf(PROGRAMS, SCENARIOS);
const named = (id: string) => {
  const mutant = mutants.find((one) => one.id === id);
  if (mutant === undefined) throw new Error(`there is no mutant ${id}`);
  return mutant;
};
const results: readonly MutantResult[] = [
  { outcome: 'unreached', mutant: named('delete nmi_enter:0') },
  { outcome: 'unreached', mutant: named('duplicate nmi_enter:0') },
  { outcome: 'unreached', mutant: named('delete irqentry_enter:0') },
  { outcome: 'survived', mutant: named('duplicate write_cr2:0'), explored: 1 },
  { outcome: 'survived', mutant: named('delete write_cr2:0'), explored: 1 },
];

test('what was not tested is counted and told by program', () => {
  const text = mutantsText(results, PLAIN, 100);
  expect(text).toContain('3 mutants not tested: no scenario executes the step');
  expect(text).toMatch(/ {2}nmi_enter: 2 for drivers that find an NMI inside of an interrupt/);
  expect(text).toContain('irqentry_enter: 1 reached in no scenario that was asked for');
  expect(text).toContain('1 survivor that nobody has explained');
  expect(scoreOf(results)).toEqual({ all: 2, caught: 0, explained: 1, unexplained: 1, unreached: 3 });
  expect(mutantsDocument(results, PROGRAMS, '0').mutants.map(({ outcome }) => outcome)).toEqual([
    'unreached',
    'unreached',
    'unreached',
    'survived',
    'survived',
  ]);
});

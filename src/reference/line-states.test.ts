/** The states at the lines of a function are those in which it is executed, and no others. */
import { expect, test } from 'vitest';
import { CONFIGURATIONS } from '../contract/configuration.ts';
import type { FieldName } from '../contract/fields.ts';
import { read } from '../contract/layout.ts';
import { END } from './compile.ts';
import { lineStates } from './line-states.ts';

const [usual] = CONFIGURATIONS;

const values = (states: readonly Int32Array[] | undefined, field: FieldName): readonly number[] =>
  [...new Set(states?.map((words) => read(words, 0, field)))].toSorted();

test('an NMI-like entry begins with RCU watching or not, and ends with RCU watching and the counter raised', () => {
  const { states } = lineStates('irqentry_nmi_enter', usual, 1);
  expect(values(states.get('0'), 'watching')).toEqual([0, 1]);
  expect(values(states.get('0'), 'nmi')).toEqual([0]);
  expect(values(states.get(END), 'watching')).toEqual([1]);
  expect(values(states.get(END), 'nmi')).toEqual([1]);
  expect(values(states.get(END), 'hardirqsEnabled')).toEqual([0]);
});

test('the idle state is entered with RCU watching, and not when it has been', () => {
  const { states, scenarios } = lineStates('ct_cpuidle_enter', usual, 1);
  expect(scenarios.map(({ name }) => name)).toEqual(['document', 'idle-exception', 'idle']);
  // The call of ct_idle_enter(), then lockdep's step behind it.
  expect([values(states.get('3'), 'watching'), values(states.get('4'), 'watching')]).toEqual([[1], [0]]);
});

test('a function that no scenario calls has no states', () => {
  const { states, scenarios } = lineStates('nmi_enter', usual, 1);
  expect([states.size, scenarios.length]).toEqual([0, 0]);
});

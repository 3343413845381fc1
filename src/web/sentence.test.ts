/** Sentences. */
import { expect, test } from 'vitest';
import { sentence } from './sentence.ts';

test.each([
  ['the counter is dropped', 'The counter is dropped.'],
  ["lockdep's flag is saved", "lockdep's flag is saved."],
  ['noinstr code calls', 'noinstr code calls.'],
  ['lockdep_on() comes', 'lockdep_on() comes.'],
  ['calls to f()', 'Calls to f().'],
  ['exc_nmi() is', 'exc_nmi() is.'],
  ['RCU is told', 'RCU is told.'],
  ['_TIF_SIGPENDING is set', '_TIF_SIGPENDING is set.'],
])('%j', (clause, expected) => {
  expect(sentence(clause)).toBe(expected);
});

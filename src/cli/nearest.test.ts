/** A slip of the finger is understood; a wild guess is not made. */
import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const NAMES = ['--format', '--output', '--only', '--baseline', '--write-baseline'];

test.each([
  ['--fromat', '--format'],
  ['--forma', '--format'],
  ['--FORMAT', '--format'],
  ['--ouput', '--output'],
  ['--onyl', '--only'],
  ['--base', '--baseline'],
  ['--verbose', undefined],
  ['', undefined],
])('%s -> %s', (typed, name) => {
  expect(nearest(typed, NAMES)).toBe(name);
});

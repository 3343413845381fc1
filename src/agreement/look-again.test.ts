/** Which of two comparisons counts. */
import { expect, test } from 'vitest';
import { type Looked, lookAgain } from './look-again.ts';

const looked = (text: string): Looked & { readonly text: string } => ({
  text,
  differs: text.includes('differs'),
  widened: text.includes('widened'),
  finished: !text.includes('cut'),
});

test.each([
  ['agrees, widened', 'never asked', 'agrees, widened'],
  ['differs', 'never asked', 'differs'],
  ['differs, widened', 'agrees', 'agrees'],
  ['differs, widened', 'differs, exact', 'differs, exact'],
  ['differs, widened', 'cut', 'differs, widened'],
])('of %j and %j it is %j', (first, exact, expected) => {
  let asked = false;
  const counts = lookAgain(looked(first), () => {
    asked = true;
    return looked(exact);
  });
  expect(counts.text).toBe(expected);
  expect(asked).toBe(exact !== 'never asked');
});

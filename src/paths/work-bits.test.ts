/** What a branch on the bits of a word asks. */
import { describe, expect, it } from 'vitest';
import { FlagTable } from './flags.ts';
import { Names } from './names.ts';
import { Values } from './value.ts';
import { bitsIn, bitTest } from './work-bits.ts';

const values = new Values();
const flags = new FlagTable(values);
const name = new Names().of('word', 'work').id;

/** The word with all bits but those of `mask` known to be 0, from its bit `shift` on. */
const masked = (mask: number, shift = 0) => values.bits(~mask, -1, 0, 0, name, shift);

describe('a branch on bits', () => {
  it.each([
    ['test, jump if zero, taken', 'logic', 'equal', true, true],
    ['test, jump if zero, not taken', 'logic', 'equal', false, false],
    ['test, jump if not zero, taken', 'logic', 'not-equal', true, false],
    ['bit test, jump if carry, taken', 'carry', 'below', true, false],
    ['bit test, jump if no carry, taken', 'carry', 'not-below', true, true],
  ] as const)('%s', (_, kind, condition, taken, none) => {
    expect(bitTest(flags.of(kind, masked(1), values.zero, 4), condition, taken)).toEqual({ name, mask: 1, none });
  });

  it('counts bits from the start of the word, whichever of its bytes is tested', () => {
    expect(bitTest(flags.of('logic', masked(0x10, 8), values.zero, 1), 'equal', true)?.mask).toBe(0x1000);
    expect(bitTest(flags.of('carry', masked(1, 12), values.zero, 8), 'below', true)?.mask).toBe(0x1000);
  });

  it('is none where nobody knows whose bits they are, or another question is asked', () => {
    expect(bitTest(flags.of('logic', values.any, values.zero, 4), 'equal', true)).toBeUndefined();
    expect(bitTest(flags.of('logic', masked(4), values.zero, 4), 'less', true)).toBeUndefined();
    expect(bitTest(flags.of('subtract', masked(4), values.one, 4), 'equal', true)).toBeUndefined();
  });
});

it('bits are counted', () => {
  expect([0, 1, 0x2000e, -1].map(bitsIn)).toEqual([0, 1, 4, 32]);
});

/** Numbered pairs against a plain map. */
import { expect, test } from 'vitest';
import { Pairs } from './pairs.ts';

test('pairs keep their numbers while the table grows', () => {
  const pairs = new Pairs();
  const plain = new Map<string, number>();
  for (let n = 0; n < 20_000; n += 1) {
    const [first, second] = [(n * 7919) % 500, (n * 104_729) % 4001];
    const key = `${first} ${second}`;
    const known = plain.get(key) ?? plain.size + 1;
    expect(pairs.numberOf(first, second)).toBe(known);
    plain.set(key, known);
  }
  expect(pairs.count).toBe(plain.size);
  expect(plain.size).toBeGreaterThan(10_000);
  for (const [key, number] of plain) {
    expect(`${pairs.first(number)} ${pairs.second(number)}`).toBe(key);
    expect(pairs.numberOf(pairs.first(number), pairs.second(number))).toBe(number);
  }
});

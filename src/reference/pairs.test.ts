/** The map of pairs against a plain one. */
import { expect, test } from 'vitest';
import { Pairs } from './pairs.ts';

test('pairs keep their values while the map grows', () => {
  const pairs = new Pairs();
  const plain = new Map<string, number>();
  for (let n = 0; n < 20_000; n += 1) {
    const [first, second] = [1 + ((n * 7919) % 500), (n * 104_729) % 4001];
    const key = `${first} ${second}`;
    expect(pairs.find(first, second)).toBe(plain.get(key) ?? -1);
    if (plain.has(key)) continue;
    pairs.add(first, second, n);
    plain.set(key, n);
  }
  expect(plain.size).toBeGreaterThan(10_000);
  for (const [key, value] of plain) {
    const [first = 0, second = 0] = key.split(' ').map(Number);
    expect(pairs.find(first, second)).toBe(value);
  }
  expect(pairs.find(9999, 0)).toBe(-1);
});

/** Overlapping ranges: whom each byte belongs to. */
import { expect, test } from 'vitest';
import { flatten, ownerAt } from './segments.ts';

/** A character for each byte: the number of its owner, `.` for nobody. */
function drawn(ranges: readonly (readonly [number, number])[]): string {
  const segments = flatten(
    ranges.map((_, i) => i),
    ranges.map(([from]) => from),
    ranges.map(([, to]) => to),
  );
  return Array.from({ length: 12 }, (_, at) => ownerAt(segments, at))
    .map((o) => (o < 0 ? '.' : `${o}`))
    .join('');
}

test.each<[string, readonly (readonly [number, number])[], string]>([
  ['nothing', [], '............'],
  [
    'with gaps',
    [
      [1, 3],
      [5, 6],
    ],
    '.00..1......',
  ],
  [
    'side by side',
    [
      [0, 3],
      [3, 6],
    ],
    '000111......',
  ],
  [
    'inside',
    [
      [0, 10],
      [2, 6],
      [3, 4],
    ],
    '0012110000..',
  ],
  [
    'crossing',
    [
      [0, 5],
      [3, 8],
    ],
    '00011111....',
  ],
  [
    'an outer one goes on behind two that end out of order',
    [
      [0, 11],
      [2, 4],
      [3, 6],
    ],
    '00122200000.',
  ],
  [
    'equal ends',
    [
      [0, 6],
      [2, 6],
      [4, 6],
    ],
    '001122......',
  ],
  [
    'empty',
    [
      [2, 2],
      [3, 4],
    ],
    '...1........',
  ],
])('%s', (_, ranges, expected) => {
  expect(drawn(ranges)).toBe(expected);
});

test('costs no more where all ranges are open at once', () => {
  const count = 100_000;
  const ranges = Array.from({ length: count }, (_, i) => i);
  const { starts } = flatten(
    ranges,
    ranges,
    ranges.map((i) => 2 * count - i),
  );
  expect(starts.length).toBe(2 * count);
});

/** Lanes: runs, sums by blocks, and the timeline of a finding. */
import { describe, expect, test } from 'vitest';
import { EXAMPLE } from '../../tests/example-report.ts';
import { type Lane, laneOf, TONES } from '../report/lane.ts';
import type { PathStep } from '../report/report.ts';
import { findingTimeline } from './finding-timeline.ts';
import { greatestTone, runAt, runsOf } from './timeline.ts';

const lane = (...codes: readonly number[]): Lane => ({
  name: 'l',
  says: 'l',
  looks: TONES.map((tone) => ({ label: tone, tone })),
  codes: Uint16Array.from(codes),
});

describe('runs', () => {
  test('begin where a value changes', () => {
    const runs = runsOf(lane(1, 1, 2, 2, 2, 1));
    expect([...runs.starts]).toEqual([0, 2, 5]);
    expect([...runs.codes]).toEqual([1, 2, 1]);
    expect([0, 1, 2, 4, 5].map((step) => runAt(runs, step))).toEqual([0, 0, 1, 1, 2]);
  });

  test('of nothing are none', () => {
    expect(runsOf(lane()).starts).toHaveLength(0);
  });
});

describe('the tone that matters most', () => {
  const codes = Array.from({ length: 1000 }, (_, step) => (step * 7919) % 8);
  const runs = runsOf(lane(...codes));

  test.each([
    [0, 1],
    [3, 4],
    [8, 16],
    [512, 768],
    [0, 1000],
  ])('of aligned steps %d to %d is exact', (from, to) => {
    expect(greatestTone(runs, from, to)).toBe(TONES[Math.max(...codes.slice(from, to))]);
  });

  test('is never less than what is there', () => {
    for (let from = 0; from < 100; from++) {
      for (let to = from + 1; to < 140; to += 3) {
        const least = Math.max(...codes.slice(from, to));
        expect(TONES.indexOf(greatestTone(runs, from, to))).toBeGreaterThanOrEqual(least);
      }
    }
  });
});

describe('lanes', () => {
  test('name each look once', () => {
    const values = ['a', 'b', 'a'].map((label) => ({ label, tone: 'on' as const }));
    const { looks, codes } = laneOf('n', 's', values);
    expect(looks.map(({ label }) => label)).toEqual(['a', 'b']);
    expect([...codes]).toEqual([0, 1, 0]);
  });
});

describe('the timeline of a finding', () => {
  const at = (name: string, event: string): PathStep => ({ function: name, offset: '0x0', event });
  const windows = (...path: readonly PathStep[]): readonly (string | undefined)[] => {
    const [, { looks, codes } = lane()] = findingTimeline(path).lanes;
    return [...codes].map((code) => looks[code]?.label);
  };

  test('counts windows by function', () => {
    expect(
      windows(
        at('f', 'entry'),
        at('f', 'instrumentation_begin'),
        at('f', 'call to g()'),
        at('g', 'branch taken'),
        at('g', 'return'),
        at('f', 'instrumentation_end'),
        at('f', 'instrumentation_end'),
      ),
    ).toEqual(['noinstr', 'window open', 'window open', 'noinstr', 'noinstr', 'noinstr', 'not open']);
  });

  test('marks the last step', () => {
    for (const { path } of EXAMPLE.findings) expect(findingTimeline(path).marks).toEqual([path.length - 1]);
  });
});

/**
 * Inputs made to hurt: thousands of broken objects, and objects whose names are hostile. `npm run fuzz` makes more.
 * A defect is told with its seed: `npm run fuzz -- --seed N --runs 1` repeats it.
 */
import { describe, expect, test } from 'vitest';
import { campaign } from './fuzz/campaign.ts';
import { layoutOf } from './fuzz/elf-layout.ts';
import { withHostileNames } from './fuzz/hostile-names.ts';
import { MUTATIONS } from './fuzz/mutations.ts';
import { fixtures } from './fuzz/originals.ts';
import { judge } from './fuzz/properties.ts';
import { Random } from './fuzz/random.ts';

/** Of the kernels in miniature only the sound one: the others differ from it by a line each. `npm run fuzz` takes all. */
const ORIGINALS = fixtures().filter(({ file }) => !/paths\/kernel-(?!NONE)/.test(file));

describe('broken objects give a report or a refusal', () => {
  test.each([1, 1_001])(
    'seeds from %i',
    async (first) => {
      const tally = await campaign(first, 1_000, ORIGINALS);
      expect(tally.defects).toEqual([]);
      // That much of them is broken, and not all at once.
      expect(tally.reports).toBeGreaterThan(300);
      expect(tally.refusals).toBeGreaterThan(200);
      expect(tally.findings).toBeGreaterThan(100);
    },
    300_000,
  );

  test.each(Object.keys(MUTATIONS))('%s changes objects', (name) => {
    const changed = ORIGINALS.filter(({ bytes }, seed) => {
      const after = MUTATIONS[name]?.(Uint8Array.from(bytes), layoutOf(bytes), new Random(seed));
      return after !== undefined && Buffer.compare(after, bytes) !== 0;
    });
    expect(changed.length).toBeGreaterThan(ORIGINALS.length / 4);
  });
});

describe('truncation at every edge of every structure', () => {
  test.each(ORIGINALS.map((one) => [one.file, one] as const))('%s', { timeout: 120_000 }, async (file, { bytes }) => {
    for (const edge of layoutOf(bytes).edges) {
      for (const length of [edge - 1, edge, edge + 1]) {
        if (length < 0 || length >= bytes.length) continue;
        const { outcome, defect } = await judge(file, bytes.slice(0, length));
        expect(defect).toBe(undefined);
        expect(outcome).toBe('bad-input');
      }
    }
  });
});

describe('hostile names come out escaped in every format', () => {
  const withFindings = ORIGINALS.filter(({ file }) => /noinstr|demo|paths/.test(file));

  test.each(withFindings.map((one) => [one.file, one] as const))(
    '%s',
    { timeout: 120_000 },
    async (file, { bytes }) => {
      for (let seed = 0; seed < 8; seed += 1) {
        const renamed = withHostileNames(bytes, layoutOf(bytes), new Random(seed));
        const { outcome, defect } = await judge(`${file}\u001b[2J\n<b>`, renamed);
        expect(defect).toBe(undefined);
        expect(outcome).toBe('report');
      }
    },
  );

  test('there is something to escape', async () => {
    const verdicts = await Promise.all(
      withFindings.map(({ file, bytes }) => judge(file, withHostileNames(bytes, layoutOf(bytes), new Random(1)))),
    );
    expect(verdicts.filter(({ findings }) => findings > 0).length).toBeGreaterThan(5);
  });
});

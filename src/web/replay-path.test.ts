/** Paths of real findings, replayed: the lanes show what was wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXAMPLE } from '../../tests/example-report.ts';
import { memorySource } from '../base/byte-source.ts';
import { checkObject } from '../check/check-object.ts';
import { findingTimeline } from './finding-timeline.ts';
import { replayPath } from './replay-path.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/paths');

async function findingsOf(name: string, rule: string) {
  const source = memorySource(name, readFileSync(join(FIXTURES, name)));
  const result = await checkObject(source, { version: 'test' });
  if (result.kind === 'bad-input') throw result.problem;
  return result.report.findings.filter((finding) => finding.rule === rule);
}

describe('the state along a path', () => {
  test('of an NMI whose RCU is told before lockdep', async () => {
    const [finding] = await findingsOf('kernel-NMI_ORDER.o', 'NMI-ORDER');
    const timeline = findingTimeline(finding?.path ?? []);
    const lookAt = (name: string, step: number): string | undefined => {
      const lane = timeline.lanes.find((one) => one.name === name);
      return lane?.looks[lane.codes[step] ?? 0]?.label;
    };
    const last = timeline.length - 1;
    expect(lookAt('domain', 0)).toContain('nmi');
    expect(lookAt('RCU', 0)).toContain('not watching');
    // Lockdep was not told, and RCU is: that is what the finding says.
    expect(lookAt('lockdep', last)).toContain('on ≠ hardware');
    expect(lookAt('preempt count', last)).toContain('nmi 1');
  });

  test('is not made up where the path does not tell it', () => {
    for (const { path } of EXAMPLE.findings) expect(replayPath(path)).toBe(undefined);
    expect(replayPath([])).toBe(undefined);
    expect(
      replayPath([{ function: 'exc_nmi', offset: '0x0', event: 'entry', note: 'from __proto__; constructor' }]),
    ).toBe(undefined);
  });
});

/** Every rule has a scenario that shows it, and an address leads to the very step. */
import { beforeAll, describe, expect, test } from 'vitest';
import { RULES } from '../../contract/rules.ts';
import { parseRoute } from '../route.ts';
import { parseExperiment, runOf } from './experiment.ts';
import { findShown, type Showing, type ShownIn } from './shown-in.ts';

let shown: ShownIn;
beforeAll(async () => {
  shown = await findShown(async () => {});
});

const momentAt = ({ address }: Showing) => {
  const { path, query } = parseRoute(address);
  const { at } = query;
  return runOf(parseExperiment(path[0], query)).moments[Number(at)];
};

describe('what scenarios show', () => {
  test.each(RULES.filter(({ id }) => id !== 'NOINSTR-INDIRECT').map((rule) => [rule.id, rule] as const))(
    '%s',
    (_, rule) => {
      const showing = shown.rule(rule);
      if (showing === undefined) throw new Error(`no scenario shows ${rule.id}`);
      const judged = new Set(rule.conditions.flatMap(({ on }) => on));
      expect(momentAt(showing)?.step?.events.some((name) => judged.has(name))).toBe(true);
    },
  );

  test('events and functions', () => {
    const event = shown.event('ct.nmi.enter');
    const place = shown.place('irqentry_nmi_enter');
    if (event === undefined || place === undefined) throw new Error('not shown');
    expect(momentAt(event)?.step?.events).toContain('ct.nmi.enter');
    const step = momentAt(place)?.step;
    expect([step?.place, ...(step?.calls ?? [])].map((label) => label?.program)).toContain('irqentry_nmi_enter');
    expect(shown.place('no_such_function')).toBe(undefined);
  });
});

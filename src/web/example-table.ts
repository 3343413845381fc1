/** An example of a rule as a table: each event with what it changed, up to the one that breaks a rule. */
import { present } from '../base/invariant.ts';
import { type EventName, eventNumber, eventSpec } from '../contract/alphabet.ts';
import { CONFIGURATIONS, configurationNamed } from '../contract/configuration.ts';
import { BOUND, createMonitor, type Judged, KEPT, type Monitor } from '../contract/monitor.ts';
import type { Example, Rule } from '../contract/rule.ts';
import { type Change, changes } from '../contract/state.ts';

/** One event of an example. */
export interface ExampleRow {
  readonly event: EventName;
  readonly says: string;
  readonly changes: readonly Change[];
  /** Every condition that the event breaks, the example's own first; empty where it is legal. */
  readonly broken: readonly Judged[];
}

const monitors = new Map<string, Monitor>();

/** The monitor for a configuration; each is made once. */
export function monitorNamed(name: string | undefined): Monitor {
  const configuration = configurationNamed(name ?? '') ?? CONFIGURATIONS[0];
  const known = monitors.get(configuration.name);
  if (known !== undefined) return known;
  const monitor = createMonitor(configuration);
  monitors.set(configuration.name, monitor);
  return monitor;
}

/**
 * The rows of an example of that rule. One that is broken is judged by its own condition and ends where that is; what
 * else is broken on the way there shows beside it.
 */
export function exampleRows(rule: Rule, { from, events, configuration, breaks }: Example): readonly ExampleRow[] {
  const whole = monitorNamed(configuration);
  const conditions = rule.conditions.filter(({ name }) => name === breaks);
  const alone = breaks === undefined ? whole : createMonitor(whole.configuration, { rules: [{ ...rule, conditions }] });
  const state = alone.initial(from);
  const rows: ExampleRow[] = [];
  for (const event of events) {
    const before = state.slice();
    const number = present(eventNumber(event), 'every event has a number');
    const all = whole.judgeAll(before, 0, number);
    const result = alone.step(state, 0, number);
    const { says } = eventSpec(event);
    if (result === KEPT) {
      rows.push({ event, says, changes: changes(before, state), broken: all });
      continue;
    }
    if (result === BOUND) return rows;
    const own = present(alone.conditions[result], 'step returns a place in the list of conditions');
    const others = all.filter(({ condition }) => condition !== own.condition);
    rows.push({ event, says, changes: [], broken: [own, ...others] });
    return rows;
  }
  return rows;
}

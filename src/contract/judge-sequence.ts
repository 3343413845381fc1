/** Judges a row of events from a state on: for examples, for a trace, for someone who asks. */
import { present } from '../base/invariant.ts';
import { type EventName, eventNumber } from './alphabet.ts';
import type { InitialState } from './initial.ts';
import { BOUND, type Judged, KEPT, type Monitor } from './monitor.ts';

/** How a row of events ended. */
export type SequenceVerdict =
  | { readonly verdict: 'kept'; readonly end: Int32Array }
  /** The event at place `at` broke the first of `broken`; `before` is the state that it came in. */
  | {
      readonly verdict: 'broken';
      readonly at: number;
      readonly broken: readonly [Judged, ...Judged[]];
      readonly before: Int32Array;
    }
  /** The contract's state cannot hold what the event at place `at` does. */
  | { readonly verdict: 'bound'; readonly at: number; readonly before: Int32Array };

/** Feeds the events to the monitor until one breaks a rule. Throws for an event that does not exist in that kernel. */
export function judgeSequence(monitor: Monitor, from: InitialState, events: readonly EventName[]): SequenceVerdict {
  const state = monitor.initial(from);
  for (const [at, name] of events.entries()) {
    const event = present(eventNumber(name), 'every event has a number');
    const result = monitor.step(state, 0, event);
    if (result === BOUND) return { verdict: 'bound', at, before: state };
    if (result === KEPT) continue;
    const first = present(monitor.conditions[result], 'step returns a place in the list of conditions');
    const others = monitor.judgeAll(state, 0, event).filter((judged) => judged !== first);
    return { verdict: 'broken', at, broken: [first, ...others], before: state };
  }
  return { verdict: 'kept', end: state };
}

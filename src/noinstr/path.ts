/** The way to a violation: from an entry point where callers lead there, else from the function's start. */
import type { Func, Place } from '../code/code.ts';
import type { EntryChains } from './entry-chain.ts';
import { type State, sameStart } from './search.ts';
import type { PathPoint } from './violation.ts';

/** Which function a place belongs to. */
export type FunctionAt = (place: Place) => Func | undefined;

/** The events from the start of the function to `last`, preceded by the calls that lead there from an entry point. */
export function pathTo(last: State, chains: EntryChains, functionAt: FunctionAt): readonly PathPoint[] {
  const points: PathPoint[] = [{ place: last.at.step.place, event: { kind: 'violation' } }];
  // What the offending call itself takes for granted: that it was not patched away, that its branch is taken.
  for (const exit of last.at.step.exits) {
    if ((exit.kind !== 'call' && exit.kind !== 'tail-call') || exit.assumes === undefined) continue;
    points.push({ place: last.at.step.place, event: { kind: 'assumed', assumption: exit.assumes } });
  }
  let state = last;
  for (let from = state.from; from !== undefined; from = state.from) {
    points.push(...eventsBetween(from, state, functionAt));
    state = from;
  }
  const start = state.at.step.place;
  points.push({ place: start, event: { kind: 'entry' } });
  return [...chains.to(start), ...points.reverse()];
}

/** What one step tells, the last thing first. */
function eventsBetween(from: State, to: State, functionAt: FunctionAt): readonly PathPoint[] {
  const { place, marker } = from.at.step;
  const points: PathPoint[] = [];
  const exit = to.by;
  if (exit?.kind === 'flow') {
    const target = to.at.step.place;
    const crosses = !sameStart(functionAt(place), functionAt(target));
    if (crosses) points.push({ place, event: { kind: 'jumped', to: target } });
    if (exit.assumes !== undefined) points.push({ place, event: { kind: 'assumed', assumption: exit.assumes } });
  }
  if (marker !== 0) points.push({ place, event: { kind: 'window', change: marker } });
  return points;
}

/** Who calls whom among noinstr functions, to show how an entry point leads to a function. Built only for findings. */
import type { Func, Place } from '../code/code.ts';
import { placeKey, sameStart, type Visited } from './search.ts';
import type { PathPoint } from './violation.ts';

/** The calls from an entry point to a function. */
export interface EntryChains {
  /** The path from the nearest entry point up to, and without, the function that starts at `start`; empty where there is none. */
  readonly to: (start: Place) => readonly PathPoint[];
}

/** How a function was first reached from an entry point. */
interface Link {
  readonly func: Func;
  /** The calling instruction and the caller's link; absent for an entry point. */
  readonly from?: { readonly place: Place; readonly link: Link };
}

/**
 * The chains of an object, found breadth first from `entries`. Only calls with no window open count:
 * behind an open window instrumentable code is allowed.
 */
export function entryChains(
  visited: ReadonlyMap<number, Visited>,
  entries: readonly Func[],
  functionAt: (place: Place) => Func | undefined,
): EntryChains {
  const calls = callsByFunction(visited, functionAt);
  const links = new Map<number, Link>();
  const queue: Link[] = [];
  for (const func of entries) {
    const link = { func };
    links.set(placeKey(func.start), link);
    queue.push(link);
  }
  for (let next = 0; next < queue.length; next += 1) {
    const link = queue[next];
    if (link === undefined) break;
    for (const { place, to } of calls.get(placeKey(link.func.start)) ?? []) {
      const func = functionAt(to);
      if (func === undefined || links.has(placeKey(func.start))) continue;
      const found: Link = { func, from: { place, link } };
      links.set(placeKey(func.start), found);
      queue.push(found);
    }
  }
  return { to: (start) => pointsOf(links.get(placeKey(start))) };
}

interface Call {
  readonly place: Place;
  readonly to: Place;
}

/** The calls, tail calls and jumps that leave each function with no window open, by the key of its start. */
function callsByFunction(
  visited: ReadonlyMap<number, Visited>,
  functionAt: (place: Place) => Func | undefined,
): ReadonlyMap<number, readonly Call[]> {
  const calls = new Map<number, Call[]>();
  for (const { step, states } of visited.values()) {
    if (!states.some(({ windows }) => windows + step.marker <= 0)) continue;
    for (const exit of step.exits) {
      let to: Place | undefined;
      if (exit.kind === 'flow') to = exit.to;
      else if ((exit.kind === 'call' || exit.kind === 'tail-call') && exit.callee.kind === 'function')
        to = exit.callee.place;
      if (to === undefined) continue;
      const caller = functionAt(step.place);
      if (caller === undefined || (exit.kind === 'flow' && sameStart(functionAt(to), caller))) continue;
      const key = placeKey(caller.start);
      const known = calls.get(key);
      if (known === undefined) calls.set(key, [{ place: step.place, to }]);
      else known.push({ place: step.place, to });
    }
  }
  return calls;
}

/** The points of a chain, the entry point first, without the function that it leads to. */
function pointsOf(link: Link | undefined): readonly PathPoint[] {
  const points: PathPoint[] = [];
  let at = link;
  while (at?.from !== undefined) {
    points.push({ place: at.from.place, event: { kind: 'called', callee: at.func.name } });
    at = at.from.link;
  }
  if (link !== undefined && at !== undefined && at !== link)
    points.push({ place: at.func.start, event: { kind: 'entry' } });
  return points.reverse();
}

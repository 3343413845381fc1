/** Who calls whom among noinstr functions, to show how an entry point leads to a function. Built only for findings. */
import type { Func, Place } from '../code/code.ts';
import type { PlaceMap } from '../code/place-map.ts';
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
  readonly from?: { readonly place: Place; readonly link: Link; readonly jumped: boolean };
}

/**
 * The chains of an object, found breadth first from `entries`. Only calls with no window open count:
 * behind an open window instrumentable code is allowed.
 */
export function entryChains(
  visited: PlaceMap<Visited>,
  entries: readonly Func[],
  functionAt: (place: Place) => Func | undefined,
): EntryChains {
  const calls = callsByFunction(visited, functionAt);
  const links = new Map<number, Link>();
  const queue: Link[] = [];
  // Entry code that other entry code leads to is no entry point of its own, unless nothing but itself does.
  const led = new Set([...calls.values()].flatMap((from) => from.map(({ to }) => keyOf(functionAt(to)))));
  const begin = (func: Func): void => {
    if (links.has(placeKey(func.start))) return;
    const link = { func };
    links.set(placeKey(func.start), link);
    queue.push(link);
  };
  for (const func of entries) if (!led.has(placeKey(func.start))) begin(func);
  follow(queue, links, calls, functionAt);
  for (const func of entries) begin(func);
  follow(queue, links, calls, functionAt);
  return { to: (start) => pointsOf(links.get(placeKey(start))) };
}

const keyOf = (func: Func | undefined): number => (func === undefined ? -1 : placeKey(func.start));

/** Links everything that the queue leads to; leaves the queue empty. */
function follow(
  queue: Link[],
  links: Map<number, Link>,
  calls: ReadonlyMap<number, readonly Call[]>,
  functionAt: (place: Place) => Func | undefined,
): void {
  for (let next = 0; next < queue.length; next += 1) {
    const link = queue[next];
    if (link === undefined) break;
    for (const { place, to, jumped } of calls.get(placeKey(link.func.start)) ?? []) {
      const func = functionAt(to);
      if (func === undefined || links.has(placeKey(func.start))) continue;
      const found: Link = { func, from: { place, link, jumped } };
      links.set(placeKey(func.start), found);
      queue.push(found);
    }
  }
  queue.length = 0;
}

interface Call {
  readonly place: Place;
  readonly to: Place;
  readonly jumped: boolean;
}

/** The calls, tail calls and jumps that leave each function with no window open, by the key of its start. */
function callsByFunction(
  visited: PlaceMap<Visited>,
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
      const call: Call = { place: step.place, to, jumped: exit.kind === 'flow' };
      if (known === undefined) calls.set(key, [call]);
      else known.push(call);
    }
  }
  return calls;
}

/** The points of a chain, the entry point first, without the function that it leads to. */
function pointsOf(link: Link | undefined): readonly PathPoint[] {
  const points: PathPoint[] = [];
  let at = link;
  while (at?.from !== undefined) {
    const { place, link: before, jumped } = at.from;
    const { start, name } = at.func;
    points.push({ place, event: jumped ? { kind: 'jumped', to: start } : { kind: 'called', callee: name } });
    at = before;
  }
  if (link !== undefined && at !== undefined && at !== link)
    points.push({ place: at.func.start, event: { kind: 'entry' } });
  return points.reverse();
}

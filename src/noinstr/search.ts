/**
 * Every path through the noinstr code of an object, with the windows that are open on it.
 *
 * A state is an instruction, the number of open windows there, and the place that opened the outermost one. The
 * search is breadth first over all functions at once: each begins with no window open, and where code is shared
 * by several starts it is looked at once for each number of windows that can be open there, and never otherwise.
 */
import type { Code, Exit, Func, Place, Step } from '../code/code.ts';
import { PlaceMap } from '../code/place-map.ts';

/** More windows inside of each other than this mean a loop that opens one each time; the kernel nests up to three. */
const MOST_WINDOWS = 16;

/** A place with more states than this (a file made to hurt) is given up, as a gap. */
const MOST_STATES = 64;

/** How many states are expanded between two calls of `Watch.goOn`. */
const STATES_BETWEEN = 4096;

/** An instruction that was reached, with every state that it was reached in. */
export interface Visited {
  readonly step: Step;
  readonly states: State[];
}

/** One state of the search. */
export interface State {
  readonly at: Visited;
  /** Windows that are open before this instruction's own marker counts; never negative. */
  readonly windows: number;
  /** What opened the outermost open window; `undefined` exactly where none is open. */
  readonly opener: Visited | undefined;
  /** The state that this one was first reached from, by a shortest path; a start has none. */
  readonly from: State | undefined;
  /** The way out of `from` that was taken. */
  readonly by: Exit | undefined;
}

/** What is told of a search while it runs. */
export interface Watch {
  /** May there be more work? `states` were expanded so far. */
  readonly goOn: (states: number) => boolean;
}

/** Who hears what the search comes across. Each state is heard once. */
export interface Listener {
  /** A way out of an instruction; `windows` and `opener` as they are behind its marker. */
  readonly exit: (state: State, exit: Exit, windows: number, opener: Visited | undefined) => void;
  /** A marker closes a window that is not open. */
  readonly closedUnopened: (state: State) => void;
  /** Too many windows are open; the path is not followed any further. */
  readonly openedInLoop: (state: State, opener: Visited) => void;
  /** Whether a flow to that place stays in what is to be searched. */
  readonly follows: (state: State, to: Place, windows: number) => boolean;
  /** Something was not seen. */
  readonly unseen: (place: Place, why: string) => void;
}

/** Everything that was reached. */
export interface Reached {
  readonly visited: PlaceMap<Visited>;
  /** False where `Watch.goOn` ended the search. */
  readonly finished: boolean;
}

/** A number for a place: sections are fewer than 2^20 and smaller than 2^32 bytes, so that it is exact. */
export const placeKey = (place: Place): number => place.section * 0x1_0000_0000 + place.offset;

/** Whether both are the same function; two places outside of every function are in the same nowhere. */
export function sameStart(one: Func | undefined, other: Func | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return placeKey(one.start) === placeKey(other.start);
}

/** Searches from the starts of `roots`, each with no window open. */
export function search(code: Code, roots: readonly Func[], listener: Listener, watch?: Watch): Reached {
  const visited = new PlaceMap<Visited>();
  const queue: State[] = [];

  const reach = (place: Place, windows: number, opener: Visited | undefined, from?: State, by?: Exit): void => {
    let at = visited.get(place);
    if (at === undefined) {
      const step = code.step(place);
      if (step === undefined) {
        listener.unseen(from?.at.step.place ?? place, 'goes on where no instruction is');
        return;
      }
      at = { step, states: [] };
      visited.add(place, at);
    }
    if (at.states.some((state) => state.windows === windows && state.opener === opener)) return;
    if (at.states.length >= MOST_STATES) {
      listener.unseen(place, `is reached with more than ${MOST_STATES} combinations of open windows`);
      return;
    }
    const state: State = { at, windows, opener, from, by };
    at.states.push(state);
    queue.push(state);
  };

  const expand = (state: State): void => {
    const { step } = state.at;
    let windows = state.windows + step.marker;
    let opener = state.opener;
    if (windows < 0) {
      listener.closedUnopened(state);
      windows = 0;
    }
    if (windows === 0) opener = undefined;
    else if (opener === undefined) opener = state.at;
    if (windows > MOST_WINDOWS && opener !== undefined) {
      listener.openedInLoop(state, opener);
      return;
    }
    for (const exit of step.exits) {
      listener.exit(state, exit, windows, opener);
      if (exit.kind === 'flow') {
        if (listener.follows(state, exit.to, windows)) reach(exit.to, windows, opener, state, exit);
      } else if (exit.kind === 'call') {
        if (exit.local === true && exit.callee.kind === 'function') {
          reach(exit.callee.place, windows, opener, state, exit);
        }
        if (exit.to === undefined) continue;
        if (listener.follows(state, exit.to, windows)) reach(exit.to, windows, opener, state, exit);
      }
    }
  };

  for (const root of roots) reach(root.start, 0, undefined);
  // The queue grows while it is walked.
  for (let next = 0; next < queue.length; next += 1) {
    const state = queue[next];
    if (state === undefined) break;
    if (next % STATES_BETWEEN === 0 && watch?.goOn(next) === false) return { visited, finished: false };
    expand(state);
  }
  return { visited, finished: true };
}

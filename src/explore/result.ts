/** What a search found: how far it came, and a verdict that never claims more than was seen. */

/** One step of a path: the number of its label in the model, and the state after it. */
export interface PathStep<S> {
  readonly label: number;
  readonly state: S;
}

/** A shortest path: no path to its last state, or to its last step, has fewer steps. */
export interface Path<S> {
  readonly initial: S;
  readonly steps: readonly PathStep<S>[];
}

/** A property that does not hold. `property` is its name in the model. */
export type Violation<S> =
  /** A state, or the last step of the path, breaks an `always`. */
  | { readonly kind: 'always'; readonly property: string; readonly path: Path<S> }
  /** The last state has no successor and may not end. */
  | { readonly kind: 'deadlock'; readonly path: Path<S> }
  /** The whole graph was seen, and no state reaches a `sometimes`. */
  | { readonly kind: 'sometimes'; readonly property: string }
  /** From the last state no path leads to the goal of an `alwaysPossible`. */
  | { readonly kind: 'alwaysPossible'; readonly property: string; readonly path: Path<S> };

/**
 * Why a search ended before it had seen everything:
 * `memory`: the limit in bytes, or what the machine gives; `depth` and `states`: the limits of those names;
 * `violation`: it was asked to end at the first one; `stopped`: whoever drove it drove it no further.
 */
export type Incomplete = 'memory' | 'depth' | 'states' | 'violation' | 'stopped';

/** How far a search came. The same model and limits give the same numbers on every run. */
export interface Extent {
  /** Distinct states. */
  readonly states: number;
  /** States whose successors were all looked at; the others are the queue. */
  readonly expanded: number;
  /** Steps between states, those to a state seen before included; broken ones are not. */
  readonly transitions: number;
  /** Steps to the farthest state. */
  readonly depth: number;
  /** How many states are first reached in 0, 1, 2, ... steps. */
  readonly levels: readonly number[];
  /** Expanded states without a successor, proper ends and deadlocks together. */
  readonly ends: number;
  /** Steps that the model left out because of a bound of its own: `holds` then means, within that bound. */
  readonly cuts: number;
  /** How often each label was taken or passed; the index is the label. */
  readonly taken: readonly number[];
  /** The names of the labels that were never taken. */
  readonly neverTaken: readonly string[];
  /** Bytes in the arrays of the search when it ended. */
  readonly bytes: number;
}

/** What can be said about a search at any moment. */
export interface Progress {
  /** `forward` looks for states; `backward` decides `alwaysPossible` on the finished graph. */
  readonly phase: 'forward' | 'backward' | 'finished';
  readonly states: number;
  readonly transitions: number;
  /** Steps to the states that are being expanded. */
  readonly depth: number;
  /** Forward: states that still wait to be expanded. Backward: states that are not yet known to reach the goal. */
  readonly queue: number;
  readonly bytes: number;
}

interface Seen<S> {
  readonly extent: Extent;
  /** For each `sometimes` that was reached a shortest path to it. */
  readonly examples: ReadonlyMap<string, Path<S>>;
}

/** The verdict of a search, from `Search.result` or `explore`. */
export type SearchResult<S = Int32Array> = Seen<S> &
  (
    | { readonly verdict: 'holds' }
    | {
        readonly verdict: 'violated';
        readonly violations: readonly [Violation<S>, ...Violation<S>[]];
        /** Where not everything was seen, so that there may be more violations: why. */
        readonly incomplete: Incomplete | undefined;
      }
    | {
        readonly verdict: 'incomplete';
        readonly why: Incomplete;
        /** The `sometimes` that were not reached so far, and the `alwaysPossible` that were not decided. */
        readonly undecided: readonly string[];
      }
  );

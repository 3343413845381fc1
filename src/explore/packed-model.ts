/** What can be searched: anything with states and steps. A packed model keeps a state in a few 32-bit words. */
import type { Successors } from './successors.ts';

/** Reads one state: the words `state[at] .. state[at + words - 1]`. It must depend on nothing else. */
export type PackedPredicate = (state: Int32Array, at: number) => boolean;

/** What must hold in every state that can be reached. */
export interface PackedAlways {
  readonly name: string;
  /** Whether the state keeps it. Absent where only a step can break it: see `Successors.breaks`. */
  readonly holds?: PackedPredicate;
}

/** A set of states with a name: one that must be reached, or one that must stay within reach. */
export interface PackedGoal {
  readonly name: string;
  readonly reached: PackedPredicate;
}

/**
 * A finite graph given by its steps. All members are pure: the same state has the same successors in the same order, always.
 * Two states are the same exactly where all their words are equal, so what does not matter must have one value.
 */
export interface PackedModel {
  readonly name: string;
  /** 32-bit words in a state, 1 or more; fixed. The words are signed: read and write them with bit operations. */
  readonly words: number;
  /** The names of the labels. A label is a small number, and every one should be taken: those that are not are in the result. */
  readonly labels: readonly string[];
  /** Pushes the states to begin from; their labels do not matter. */
  readonly initial: (out: Successors) => void;
  /**
   * Pushes every state that one step from `state[at ..]` leads to; the same state may come twice. A state without a successor
   * is a deadlock, unless `mayEnd`. It must not write to `state`, and not keep it.
   */
  readonly successors: (state: Int32Array, at: number, out: Successors) => void;
  /** What must hold in every reachable state (AG). */
  readonly always?: readonly PackedAlways[];
  /** What must hold in some reachable state (EF): shows that the model can move at all. */
  readonly sometimes?: readonly PackedGoal[];
  /** What must stay within reach from every reachable state (AG EF): what was entered can be left. Decided on the finished graph. */
  readonly alwaysPossible?: readonly PackedGoal[];
  /** Whether a state without a successor is a proper end. Absent: none is, each is a deadlock. */
  readonly mayEnd?: PackedPredicate;
}

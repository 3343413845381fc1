/** A move: one thing that can happen next in a scenario, as the machine and the search are told of it. */
import type { CodeLabel } from './instruction.ts';

/** How a move changes the row of contexts: the same ones, one more on top, or one less. */
export type Change = 'stay' | 'push' | 'pop';

/** One thing that can happen. The arrays are used again: copy what you keep. */
export interface Move {
  /** A label of the code, or, from `code.labels.length` on, a handler of the scenario. */
  readonly label: number;
  readonly change: Change;
  /** The running context after it; for a broken move, as far as it came. */
  readonly now: Int32Array;
  /** For `push`: the interrupted context. */
  readonly outer: Int32Array;
  /** The place of the broken condition in the monitor's list, or after it an own property; -1 where none is. */
  readonly broken: number;
  /** The event that the contract's state cannot hold, so that the move is left out; -1 where none is. */
  readonly bound: number;
  /** All events of the move, in their order; the last one broke the condition. */
  readonly events: readonly number[];
  /** All steps that it passed. */
  readonly passed: readonly number[];
}

/**
 * Sees each step that is taken and the state in which it begins: the contract's words, to be copied if kept. Of the interrupted
 * contexts only the last is in its place.
 */
export type Passing = (step: CodeLabel, words: Int32Array) => void;

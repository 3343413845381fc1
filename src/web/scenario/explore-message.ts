/** What the page and the worker that explores say to each other. */
import type { EventName } from '../../contract/alphabet.ts';
import type { TraceStep } from '../../reference/trace.ts';

/** A step of a counterexample, as far as the machine must be told which move it is. */
export interface PathStep {
  readonly kind: TraceStep['kind'];
  /** For an interrupt by hardware: the handler's place in the explored scenario. */
  readonly handler?: number;
  /** For a choice: the option's place. */
  readonly option?: number;
  readonly events: readonly EventName[];
}

/** An experiment as its address has it: a worker reads it as the page does. */
export interface ExploreOrder {
  readonly scenario: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What the worker tells. After anything but `progress` it says no more. */
export type ExploreNews =
  | { readonly kind: 'progress'; readonly states: number; readonly depth: number }
  | { readonly kind: 'holds'; readonly states: number; readonly took: number }
  /** Not everything was seen: memory ran out, or the contract's state could not hold something. */
  | { readonly kind: 'incomplete'; readonly states: number; readonly why: string }
  | {
      readonly kind: 'broken';
      readonly states: number;
      readonly took: number;
      /** The root that the shortest counterexample begins with, and its steps. */
      readonly root: string;
      readonly steps: readonly PathStep[];
      readonly property: string;
    }
  | { readonly kind: 'mistake'; readonly message: string };

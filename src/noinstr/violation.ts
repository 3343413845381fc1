/** What the noinstr rules find in an object, before anybody words it for a report. */
import type { Assumption, Place } from '../code/code.ts';
import type { RuleId } from '../contract/rule.ts';

/** The rules that this folder judges. */
export type NoinstrRule = Extract<RuleId, 'NOINSTR-CALL' | 'NOINSTR-INDIRECT' | 'NOINSTR-WINDOW'>;

/** Code that a noinstr function must not reach; `section` where it is known. */
export interface Target {
  readonly name: string;
  readonly section?: string;
  /** Where it starts, if it is in this object. */
  readonly place?: Place;
}

/** What is wrong at one place. */
export type Wrong =
  /** A call or tail call of instrumentable code outside of every window. */
  | { readonly kind: 'call'; readonly target: Target; readonly tail: boolean }
  /** A jump into instrumentable code, or running on into it, outside of every window. */
  | { readonly kind: 'leaves'; readonly target: Target; readonly falls: boolean }
  /** A call through `through` outside of every window, of which `targets` are instrumentable. */
  | {
      readonly kind: 'through-table';
      readonly through: string;
      readonly targets: readonly Target[];
      readonly tail: boolean;
    }
  /** A call or jump through a register or memory outside of every window. */
  | { readonly kind: 'indirect'; readonly why: string; readonly tail: boolean }
  /** A window is closed that is not open. */
  | { readonly kind: 'closed-unopened' }
  /**
   * The function is left with the window open that was opened at `opener`. `others`: more places that leave it so, and more
   * that open one and lead to the same place.
   */
  | {
      readonly kind: 'left-open';
      readonly opener: Place;
      readonly by: 'return' | 'tail-call';
      readonly others: readonly Place[];
    }
  /** So many windows are open inside of each other that a loop must have opened them. */
  | { readonly kind: 'opened-in-loop'; readonly opener: Place };

/** One event on the way to a violation. */
export type PathEvent =
  | { readonly kind: 'entry' }
  /** A way out of the instruction was taken that assumes something. */
  | { readonly kind: 'assumed'; readonly assumption: Assumption }
  /** A call of `callee`, which is the function of the next event. */
  | { readonly kind: 'called'; readonly callee: string }
  /** Control left one function for another without a call. */
  | { readonly kind: 'jumped'; readonly to: Place }
  | { readonly kind: 'window'; readonly change: number }
  /** The offending instruction itself. */
  | { readonly kind: 'violation' };

/** Where something happened on the way. */
export interface PathPoint {
  readonly place: Place;
  readonly event: PathEvent;
}

/** One violation of one rule at one place. */
export interface Violation {
  readonly rule: NoinstrRule;
  readonly place: Place;
  readonly wrong: Wrong;
  /** From an entry point, or the start of the function, to `place`. */
  readonly path: readonly PathPoint[];
  /** What to do about it, as an imperative sentence without its full stop; absent where nothing can be told. */
  readonly fix?: string;
}

/** A place behind which something was not seen. */
export interface Unseen {
  readonly place: Place;
  /** A clause. */
  readonly why: string;
}

/**
 * The alphabet: what a source can say. One event is one update of the state or one act that can be observed; what it does
 * to the state is data, as all of the contract.
 */
import type { Feature } from './configuration.ts';
import type { Expression } from './expression.ts';
import { codeOf, type FieldName, type ValueOf } from './fields.ts';
import type { Source } from './source.ts';

/** What an event does to the state; the effects of an event are applied one after the other. */
export type Effect =
  | { readonly op: 'set'; readonly field: FieldName; readonly value: number }
  /** A result below 0 breaks PAIR; one that the field cannot hold is a bound of the contract. */
  | { readonly op: 'add'; readonly field: FieldName; readonly by: number }
  /** The later effects of this branch are applied where the expression holds in the state as it is by then. */
  | { readonly op: 'when'; readonly if: Expression; readonly then: readonly Effect[] }
  /**
   * A new context begins: the CPU's fields are kept for the return, the context's fields begin with 0 but for `depth`,
   * `origin` (the mode) and `savedIrq` (the flag); the mode becomes kernel. Beyond the deepest context: a bound.
   */
  | { readonly op: 'enter' }
  /** The running context ends: mode, interrupt flag and the fields of the interrupted context come back. */
  | { readonly op: 'leave' }
  /** A function begins (`windows`: 0 noinstr, 7 instrumentable); more than three callers deep is a bound. */
  | { readonly op: 'call'; readonly windows: number }
  /** The running function returns to its caller. */
  | { readonly op: 'return' };

/** One event. */
export interface EventSpec {
  /** What happens, as a clause in the present tense. */
  readonly says: string;
  /** The kernel's functions or instructions that are this event. */
  readonly kernel: readonly Source[];
  readonly effects: readonly Effect[];
  /** Without these features the event does not exist, and a source that says it has mistaken the configuration. */
  readonly needs?: readonly Feature[];
}

export const put = <F extends FieldName>(field: F, value: ValueOf<F>): Effect => ({
  op: 'set',
  field,
  value: codeOf(field, value),
});
export const add = (field: FieldName, by: number): Effect => ({ op: 'add', field, by });
export const when = (condition: Expression, ...then: readonly Effect[]): Effect => ({
  op: 'when',
  if: condition,
  then,
});

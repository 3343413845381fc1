/**
 * What a condition says about a state, as data: it is evaluated on packed states, on states that are known in part,
 * printed for people, and exported as an assertion. It holds no code, so nothing of it can hide.
 */
import { codeOf, type FieldName, type ValueOf } from './fields.ts';

/** A statement about one state. */
export type Expression =
  /** The field has this value. */
  | { readonly op: 'is'; readonly field: FieldName; readonly value: number }
  /** The field is greater than this number. */
  | { readonly op: 'above'; readonly field: FieldName; readonly value: number }
  /** The field of the CPU has another value than at the entry of the running context. */
  | { readonly op: 'changed'; readonly field: FieldName }
  /** At the entry of the running context the field of the CPU had this value. */
  | { readonly op: 'was'; readonly field: FieldName; readonly value: number }
  | { readonly op: 'not'; readonly of: Expression }
  | { readonly op: 'all'; readonly of: readonly Expression[] }
  | { readonly op: 'any'; readonly of: readonly Expression[] };

/** The field has one of these values. */
export function is<F extends FieldName>(field: F, ...values: readonly ValueOf<F>[]): Expression {
  const each = values.map((value): Expression => ({ op: 'is', field, value: codeOf(field, value) }));
  const [only] = each;
  return only !== undefined && each.length === 1 ? only : { op: 'any', of: each };
}

/** The flag is set. */
export const set = (field: FieldName): Expression => ({ op: 'is', field, value: 1 });

/** The flag is clear, or the number 0, or the value the first of the field's names. */
export const clear = (field: FieldName): Expression => ({ op: 'is', field, value: 0 });

/** The number is above `value`; for a field with names, it comes after `value` in their order. */
export const above = <F extends FieldName>(field: F, value: ValueOf<F>): Expression => ({
  op: 'above',
  field,
  value: codeOf(field, value),
});

/** The field of the CPU differs from what it was at the entry of the running context. */
export const changed = (field: FieldName): Expression => ({ op: 'changed', field });

/** At the entry of the running context the field of the CPU had this value. */
export const was = <F extends FieldName>(field: F, value: ValueOf<F>): Expression => ({
  op: 'was',
  field,
  value: codeOf(field, value),
});

export const not = (of: Expression): Expression => ({ op: 'not', of });
export const all = (...of: readonly Expression[]): Expression => ({ op: 'all', of });
export const any = (...of: readonly Expression[]): Expression => ({ op: 'any', of });

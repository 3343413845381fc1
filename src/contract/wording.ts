/** Expressions and effects in words, for `kentry explain`, for tables, for messages of tests. */
import { unreachable } from '../base/invariant.ts';
import type { Effect } from './event.ts';
import type { Expression } from './expression.ts';
import { type FieldName, fieldSpec, valueFor } from './fields.ts';

const equals = (field: FieldName, value: number): string => `${field} = ${valueFor(field, value)}`;

/** The expression as one line: `origin = user and not watching = 1`. */
export function wordsOf(expression: Expression): string {
  switch (expression.op) {
    case 'is':
      return equals(expression.field, expression.value);
    case 'above': {
      const after = fieldSpec(expression.field).values !== undefined ? 'after' : '>';
      return `${expression.field} ${after} ${valueFor(expression.field, expression.value)}`;
    }
    case 'changed':
      return `${expression.field} changed since the entry`;
    case 'was':
      return `at the entry ${equals(expression.field, expression.value)}`;
    case 'not':
      return `not ${inner(expression.of)}`;
    case 'all':
      return expression.of.length === 0 ? 'always' : expression.of.map(inner).join(' and ');
    case 'any':
      return expression.of.length === 0 ? 'never' : disjunction(expression.of);
    default:
      return unreachable(expression);
  }
}

/** Several values of one field are one list. */
function disjunction(parts: readonly Expression[]): string {
  const [first] = parts;
  const values = parts.flatMap((part) =>
    part.op === 'is' && first?.op === 'is' && part.field === first.field ? [part] : [],
  );
  if (first?.op === 'is' && values.length === parts.length && parts.length > 1) {
    return `${first.field} in ${values.map(({ field, value }) => valueFor(field, value)).join(', ')}`;
  }
  return parts.map(inner).join(' or ');
}

function inner(expression: Expression): string {
  const several = (expression.op === 'all' || expression.op === 'any') && expression.of.length > 1;
  return several ? `(${wordsOf(expression)})` : wordsOf(expression);
}

/** What an effect does: `watching := 1`. */
export function wordsOfEffect(effect: Effect): string {
  switch (effect.op) {
    case 'set':
      return `${effect.field} := ${valueFor(effect.field, effect.value)}`;
    case 'add':
      return `${effect.field} ${effect.by < 0 ? '-' : '+'} ${Math.abs(effect.by)}`;
    case 'when':
      return `if ${wordsOf(effect.if)}: ${effect.then.map(wordsOfEffect).join(', ')}`;
    case 'enter':
      return 'a new context begins';
    case 'leave':
      return 'the interrupted context goes on';
    case 'call':
      return effect.windows === 0 ? 'a noinstr function begins' : 'an instrumentable function begins';
    case 'return':
      return 'the function returns';
    default:
      return unreachable(effect);
  }
}

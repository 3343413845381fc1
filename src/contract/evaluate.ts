/** Expressions as functions over packed states: exact ones for states that are known, Kleene's for those known in part. */
import { unreachable } from '../base/invariant.ts';
import type { Expression } from './expression.ts';
import type { FieldName } from './fields.ts';
import { LEVEL_WORDS, slotOf } from './layout.ts';

/** Whether a statement holds in the state at `words[at]`. */
export type Test = (words: Int32Array, at: number) => boolean;

const ALWAYS: Test = () => true;

/** Where the copy of the interrupted CPU lies, in words after `at`: the last one pushed. Depth 0 has none. */
const depth = slotOf('depth');

/** The expression as a function that allocates nothing. */
export function compile(expression: Expression): Test {
  switch (expression.op) {
    case 'is': {
      const { word, shift, mask } = slotOf(expression.field);
      const wanted = expression.value << shift;
      const bits = mask << shift;
      return (words, at) => ((words[at + word] ?? 0) & bits) === wanted;
    }
    case 'above': {
      const { word, shift, mask } = slotOf(expression.field);
      const { value } = expression;
      return (words, at) => (((words[at + word] ?? 0) >>> shift) & mask) > value;
    }
    case 'changed': {
      const { word, shift, mask } = slotOf(expression.field);
      const bits = mask << shift;
      return (words, at) => {
        const level = ((words[at + depth.word] ?? 0) >>> depth.shift) & depth.mask;
        if (level === 0) return false;
        return (((words[at + word] ?? 0) ^ (words[at + level * LEVEL_WORDS + word] ?? 0)) & bits) !== 0;
      };
    }
    case 'was': {
      const { word, shift, mask } = slotOf(expression.field);
      const bits = mask << shift;
      const wanted = expression.value << shift;
      return (words, at) => {
        const level = ((words[at + depth.word] ?? 0) >>> depth.shift) & depth.mask;
        return level !== 0 && ((words[at + level * LEVEL_WORDS + word] ?? 0) & bits) === wanted;
      };
    }
    case 'not': {
      const of = compile(expression.of);
      return (words, at) => !of(words, at);
    }
    case 'all':
      return conjunction(expression.of);
    case 'any': {
      const each = expression.of.map(compile);
      return (words, at) => {
        for (const test of each) if (test(words, at)) return true;
        return false;
      };
    }
    default:
      return unreachable(expression);
  }
}

/** A conjunction; all of its `is` that lie in one word are one comparison. */
function conjunction(of: readonly Expression[]): Test {
  const masks = new Map<number, { bits: number; wanted: number }>();
  const tests: Test[] = [];
  for (const part of of) {
    if (part.op !== 'is') {
      tests.push(compile(part));
      continue;
    }
    const { word, shift, mask } = slotOf(part.field);
    const known = masks.get(word) ?? { bits: 0, wanted: 0 };
    // Two `is` of one field in one conjunction would be merged into nonsense: the second stays a test of its own.
    if ((known.bits & (mask << shift)) !== 0) tests.push(compile(part));
    else masks.set(word, { bits: known.bits | (mask << shift), wanted: known.wanted | (part.value << shift) });
  }
  const merged = [...masks].map(([word, { bits, wanted }]): Test => {
    return (words, at) => ((words[at + word] ?? 0) & bits) === wanted;
  });
  const each = [...merged, ...tests];
  const [first = ALWAYS, second = ALWAYS, third = ALWAYS, ...rest] = each;
  if (each.length === 1) return first;
  if (each.length === 2) return (words, at) => first(words, at) && second(words, at);
  if (each.length === 3) return (words, at) => first(words, at) && second(words, at) && third(words, at);
  return (words, at) => {
    if (!first(words, at) || !second(words, at) || !third(words, at)) return false;
    for (const test of rest) if (!test(words, at)) return false;
    return true;
  };
}

/** What is known of a statement. */
export type Truth = 'yes' | 'no' | 'unknown';

/** A statement over a state in which the bits of `unknown` (same layout) are not known. */
export type PartialTest = (words: Int32Array, unknown: Int32Array, at: number) => Truth;

const known = (holds: boolean): Truth => (holds ? 'yes' : 'no');

/** The expression over states that are known in part, after Kleene: it is `unknown` only where the known bits do not decide. */
export function compilePartial(expression: Expression): PartialTest {
  switch (expression.op) {
    case 'is':
    case 'above': {
      const test = compile(expression);
      const { word, shift, mask } = slotOf(expression.field);
      const bits = mask << shift;
      const equality = expression.op === 'is';
      const wanted = equality ? expression.value << shift : 0;
      return (words, unknown, at) => {
        const hidden = (unknown[at + word] ?? 0) & bits;
        if (hidden === 0) return known(test(words, at));
        // One known bit that differs decides an equality.
        if (equality && (((words[at + word] ?? 0) ^ wanted) & bits & ~hidden) !== 0) return 'no';
        return 'unknown';
      };
    }
    case 'changed':
    case 'was': {
      const test = compile(expression);
      const { word, shift, mask } = slotOf(expression.field);
      const bits = mask << shift;
      const live = expression.op === 'changed' ? bits : 0;
      return (words, unknown, at) => {
        const level = ((words[at + depth.word] ?? 0) >>> depth.shift) & depth.mask;
        const hidden = ((unknown[at + word] ?? 0) & live) | ((unknown[at + level * LEVEL_WORDS + word] ?? 0) & bits);
        return level !== 0 && hidden !== 0 ? 'unknown' : known(test(words, at));
      };
    }
    case 'not': {
      const of = compilePartial(expression.of);
      return (words, unknown, at) => {
        const truth = of(words, unknown, at);
        return truth === 'unknown' ? truth : known(truth === 'no');
      };
    }
    case 'all':
      return folded(expression.of, 'no');
    case 'any':
      return folded(expression.of, 'yes');
    default:
      return unreachable(expression);
  }
}

/** `decisive` from any part decides the whole; else one unknown part leaves it unknown. */
function folded(of: readonly Expression[], decisive: 'yes' | 'no'): PartialTest {
  const each = of.map(compilePartial);
  return (words, unknown, at) => {
    let all: Truth = decisive === 'yes' ? 'no' : 'yes';
    for (const test of each) {
      const truth = test(words, unknown, at);
      if (truth === decisive) return truth;
      if (truth === 'unknown') all = truth;
    }
    return all;
  };
}

/** The fields that an expression looks at. */
export function fieldsOf(expression: Expression): readonly FieldName[] {
  switch (expression.op) {
    case 'not':
      return fieldsOf(expression.of);
    case 'all':
    case 'any':
      return expression.of.flatMap(fieldsOf);
    default:
      return [expression.field];
  }
}

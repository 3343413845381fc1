/**
 * Where each field lies in the packed state. A state is a row of 32-bit words:
 *
 *     CPU | running context | one copy of both for each interrupted context, the outermost first
 *
 * so an entry copies words into the row, and a return compares and copies them back.
 */
import { invariant, present } from '../base/invariant.ts';
import { FIELD_NAMES, type FieldName, fieldSpec } from './fields.ts';

/** Bits of one field: `(words[at + word] >>> shift) & mask`. */
export interface Slot {
  readonly word: number;
  readonly shift: number;
  /** Unshifted: the greatest value. */
  readonly mask: number;
}

const BITS_OF_WORD = 32;

function place(): { readonly slots: ReadonlyMap<FieldName, Slot>; readonly cpu: number; readonly level: number } {
  const slots = new Map<FieldName, Slot>();
  let word = 0;
  let used = 0;
  let cpu = 0;
  let scope: 'cpu' | 'context' = 'cpu';
  for (const name of FIELD_NAMES) {
    const spec = fieldSpec(name);
    if (spec.scope !== scope) {
      invariant(spec.scope === 'context', 'the fields of the CPU come first');
      scope = spec.scope;
      word += 1;
      used = 0;
      cpu = word;
    } else if (used + spec.bits > BITS_OF_WORD) {
      word += 1;
      used = 0;
    }
    slots.set(name, { word, shift: used, mask: 2 ** spec.bits - 1 });
    used += spec.bits;
  }
  return { slots, cpu, level: word + 1 };
}

const placed = place();

/** Words that the CPU's fields take. */
export const CPU_WORDS = placed.cpu;

/** Words that the CPU's fields and the running context's take together: one level of the row. */
export const LEVEL_WORDS = placed.level;

/** Words of a state with up to `deepest` interrupted contexts (0 to 7). */
export function stateWords(deepest: number): number {
  invariant(Number.isInteger(deepest) && deepest >= 0 && deepest <= slotOf('depth').mask, 'a depth has three bits');
  return LEVEL_WORDS * (1 + deepest);
}

/** Where a field lies. */
export function slotOf(name: FieldName): Slot {
  return present(placed.slots.get(name), 'every field has a slot');
}

/** Reads a field of the state that begins at `words[at]`. */
export function read(words: Int32Array, at: number, name: FieldName): number {
  const { word, shift, mask } = slotOf(name);
  return ((words[at + word] ?? 0) >>> shift) & mask;
}

/** `read` of one field, for where it is asked millions of times. */
export function reader(name: FieldName): (words: Int32Array, at: number) => number {
  const { word, shift, mask } = slotOf(name);
  return (words, at) => ((words[at + word] ?? 0) >>> shift) & mask;
}

/** Writes a field; the value must fit. */
export function write(words: Int32Array, at: number, name: FieldName, value: number): void {
  const { word, shift, mask } = slotOf(name);
  invariant(Number.isInteger(value) && value >= 0 && value <= mask, `${name} cannot hold ${value}`);
  words[at + word] = ((words[at + word] ?? 0) & ~(mask << shift)) | (value << shift);
}

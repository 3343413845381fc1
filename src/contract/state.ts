/** States for people: the packed words as objects with the fields' names, and back. */
import type { Configuration } from './configuration.ts';
import { codeOf, FIELD_NAMES, type FieldName, type FieldValue, fieldSpec, valueFor } from './fields.ts';
import { moves } from './initial.ts';
import { LEVEL_WORDS, read, slotOf, write } from './layout.ts';

/** One level: what the CPU and the running context are, or were when they were interrupted. */
export type Level = { readonly [F in FieldName]: FieldValue };

/** A whole state. */
export interface State {
  readonly now: Level;
  /** The interrupted contexts, the outermost first, each with the CPU as it was then. */
  readonly interrupted: readonly Level[];
}

/** The packed state at `words[at]` as an object. */
export function unpack(words: Int32Array, at = 0): State {
  const depth = read(words, at, 'depth');
  const interrupted = Array.from({ length: depth }, (_, level) => unpackLevel(words, at + (level + 1) * LEVEL_WORDS));
  return { now: unpackLevel(words, at), interrupted };
}

function unpackLevel(words: Int32Array, at: number): Level {
  // Every field of the table gets its entry, so the object is a whole level.
  return Object.fromEntries(FIELD_NAMES.map((name) => [name, valueFor(name, read(words, at, name))])) as Level;
}

/** Writes a state into `words[at ..]`, which must have room for it and hold zeros. */
export function pack(state: State, words: Int32Array, at = 0): void {
  packLevel(state.now, words, at);
  for (const [index, level] of state.interrupted.entries()) packLevel(level, words, at + (index + 1) * LEVEL_WORDS);
}

function packLevel(level: Level, words: Int32Array, at: number): void {
  for (const name of FIELD_NAMES) write(words, at, name, codeOf(name, level[name]));
}

/** A field that differs between two states. */
export interface Change {
  readonly field: FieldName;
  readonly before: FieldValue;
  readonly after: FieldValue;
}

/** What an event changed in the running level: the fields of the table, in its order. */
export function changes(before: Int32Array, after: Int32Array, atBefore = 0, atAfter = 0): readonly Change[] {
  return FIELD_NAMES.flatMap((field) => {
    const [old, now] = [read(before, atBefore, field), read(after, atAfter, field)];
    return old === now ? [] : [{ field, before: valueFor(field, old), after: valueFor(field, now) }];
  });
}

/** Which bits of a level's words a field takes: for a source that knows only some fields. Words beyond the level are not touched. */
export function markUnknown(unknown: Int32Array, at: number, field: FieldName): void {
  const { word, shift, mask } = slotOf(field);
  unknown[at + word] = (unknown[at + word] ?? 0) | (mask << shift);
}

/** The fields of the CPU that must come back when a context ends, in that kernel. */
export const restoredFields = (configuration: Configuration): readonly FieldName[] =>
  FIELD_NAMES.filter((name) => fieldSpec(name).restored === true && moves(name, configuration));

/** What a path is told or confirmed up to, and when it is there. */
import type { Place } from '../code/code.ts';
import { interruptWord, type Situation } from './pack.ts';
import type { End, Violation } from './walk-types.ts';

/** What a path is told up to. */
export type Goal = { readonly violation: Violation } | { readonly end: End };

/** More ways than this are not tried to confirm one path. */
export const ATTEMPTS = 256;

/** Whether the state of those words begins there. The rest of it may have been widened since. */
export const beginsAt = (words: Int32Array, { insn, frame, interrupts, contract }: Situation): boolean =>
  words[0] === insn.id && words[1] === frame.id && words[2] === interruptWord(interrupts) && words[3] === contract;

export const samePlace = (a: Place, b: Place): boolean => a.section === b.section && a.offset === b.offset;

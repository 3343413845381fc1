/** What a path is told or confirmed up to, and when it is there. */
import type { Place } from '../code/code.ts';
import type { End, Violation } from './walk-types.ts';

/** What a path is told up to. */
export type Goal = { readonly violation: Violation } | { readonly end: End };

/** More ways than this are not tried to confirm one path. */
export const ATTEMPTS = 256;

/** Same instruction, frame, interrupt flag and contract. The rest may have been widened since. */
export const sameSituation = (a: Int32Array, b: Int32Array): boolean =>
  a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];

export const samePlace = (a: Place, b: Place): boolean => a.section === b.section && a.offset === b.offset;

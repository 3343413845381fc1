/** The bits of thread_info.syscall_work as the contract's wants: what a test of some of them decides. */
import type { EventName } from '../contract/alphabet.ts';
import type { FieldName } from '../contract/fields.ts';
import { bitsIn, WHOLE_WORK } from './work-bits.ts';

/** One piece of work. */
interface Want {
  readonly bits: number;
  readonly field: FieldName;
  readonly event: EventName;
}

/** include/linux/thread_info.h, enum syscall_work_bit. Audit asks for a context of its own instead of its bit. */
const WANTS: readonly Want[] = [
  { bits: 1 << 5, field: 'dispatchWanted', event: 'want.dispatch' },
  // Trace and emulate; at the exit trace alone.
  { bits: (1 << 2) | (1 << 3), field: 'ptraceWanted', event: 'want.ptrace' },
  { bits: 1 << 0, field: 'seccompWanted', event: 'want.seccomp' },
  { bits: 1 << 1, field: 'tracepointWanted', event: 'want.tracepoint' },
];

/** SYSCALL_WORK_SYSCALL_USER_DISPATCH: at the exit of a syscall that was dispatched nothing else is looked at. */
const DISPATCH = 1 << 5;

/** What a branch on the bits of `mask` comes to. */
export interface WorkTest {
  /** Work that there may be from here on. */
  readonly wanted: readonly EventName[];
  /** Work that was looked at. */
  readonly decided: readonly FieldName[];
}

/** A test of these bits; `none`: all of them were 0. `leaving`: the syscall is over. */
export function workTest(mask: number, none: boolean, leaving: boolean): WorkTest {
  const touched = WANTS.filter(({ bits }) => (bits & mask) !== 0);
  const isWhole = bitsIn(mask) >= WHOLE_WORK;
  if (isWhole && !none) return { wanted: touched.map(({ event }) => event), decided: [] };
  const all = leaving && mask === DISPATCH && !none;
  return { wanted: [], decided: (all ? WANTS : touched).map(({ field }) => field) };
}

/** Every field: a new reading of the flags begins anew. */
export const WANTED_FIELDS: readonly FieldName[] = WANTS.map(({ field }) => field);

/** struct pt_regs of x86-64 (arch/x86/include/asm/ptrace.h), as far as anybody asks for it: code segment and flags. */
import type { Value, Values } from './value.ts';
import type { Origin } from './walk-types.ts';

/** Bytes from its start on: part of the ABI, so the same for ever. */
export const SAVED_CS = 0x88;
export const SAVED_FLAGS = 0x90;

/** The bits that are asked for: the privilege level in the selector, which user_mode() wants, and EFLAGS.IF. */
export const PRIVILEGE = 3;
export const SAVED_FLAGS_IF = 1 << 9;

/** What both words say of where the CPU came from. */
export const savedWords = (
  values: Values,
  { user, interrupts }: NonNullable<Origin['saved']>,
): { readonly cs: Value; readonly flags: Value } => ({
  cs: values.bits(PRIVILEGE, 0, user ? PRIVILEGE : 0, 0),
  flags: values.bits(SAVED_FLAGS_IF, 0, interrupts ? SAVED_FLAGS_IF : 0, 0),
});

/** Whether a word is the code segment of that side. */
export const isSegmentOf = ({ known0, bits0 }: Value, user: boolean): boolean =>
  (known0 & PRIVILEGE) === PRIVILEGE && (bits0 & PRIVILEGE) === (user ? PRIVILEGE : 0);

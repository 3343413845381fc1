/** Effects whose relocations were looked up, and what running them may bring to light. */
import type { Deed, Effect, RegisterOperand } from '../isa/effect.ts';
import type { Value } from './value.ts';

/** A constant whose relocation was looked up. */
export interface KnownConstant {
  readonly kind: 'constant';
  readonly value: Value;
  readonly width: number;
}

/** A memory operand whose relocation was looked up: origin + base + index * scale. */
export interface KnownMemory {
  readonly kind: 'memory';
  readonly width: number;
  readonly perCpu: boolean;
  readonly base?: number;
  readonly index?: number;
  readonly scale: number;
  readonly origin: Value;
}

export type KnownEffect = Effect<KnownConstant, KnownMemory>;
export type KnownOperand = RegisterOperand | KnownConstant | KnownMemory;

/** What an instruction did that others must hear of, in order. */
export type Happening =
  /** A remembered word outside of stacks was written. */
  | { readonly kind: 'written'; readonly cell: number; readonly before: Value | undefined }
  /** A word was read, where the reader asked for such news. */
  | { readonly kind: 'read'; readonly cell: number }
  | { readonly kind: 'interrupts'; readonly enabled: boolean | undefined }
  | { readonly kind: 'deed'; readonly deed: Deed; readonly operand: Value | undefined }
  /** A store whose place is somewhere in a stack. */
  | { readonly kind: 'stray-store' };

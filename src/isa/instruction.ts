/** One machine instruction, as the analyses see it: where control goes, not how it is encoded. */
import type { SectionOffset } from '../base/brand.ts';

/** What an instruction does to the flow of control, before relocations are looked at. */
export type Flow =
  /** Goes on behind itself. */
  | { readonly kind: 'next' }
  | { readonly kind: 'jump'; readonly target: SectionOffset }
  /** `condition`: the architecture's own name of it, for paths that people read ("ne", "b"). */
  | { readonly kind: 'conditional-jump'; readonly target: SectionOffset; readonly condition: string }
  | { readonly kind: 'call'; readonly target: SectionOffset }
  /** `register`: the register that holds the target, absent where it is loaded from memory. */
  | { readonly kind: 'indirect-jump'; readonly register?: string }
  | { readonly kind: 'indirect-call'; readonly register?: string }
  | { readonly kind: 'return' }
  /** Returns from an exception or to user mode, or leaves for a guest or another context: never goes on. */
  | { readonly kind: 'leave' }
  /** Raises an exception by design: ud2, brk. */
  | { readonly kind: 'trap' }
  /** Stops for a debugger or pads: int3. */
  | { readonly kind: 'breakpoint' };

/** A field of an instruction that a relocation may fill. */
export interface Field {
  /** Bytes from the instruction's start. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
}

/** Made by an `Isa`. */
export interface Instruction {
  readonly offset: SectionOffset;
  /** In bytes. */
  readonly length: number;
  readonly flow: Flow;
  /** The field with the branch target, displacement or address, where there is one. */
  readonly displacement?: Field | undefined;
  /** The field with the immediate, where there is one. */
  readonly immediate?: Field | undefined;
}

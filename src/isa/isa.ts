/** The one interface behind which an architecture stands: a folder beside this file implements it. */
import type { SectionOffset } from '../base/brand.ts';
import type { Machine } from '../base/machine.ts';
import type { Instruction } from './instruction.ts';

/** An architecture, loaded. Returned by `loadIsa`. */
export interface Isa {
  readonly machine: Machine;
  /**
   * The instruction at `at` of `bytes`, which stands at `offset` of its section.
   * `undefined` where the bytes are no instruction, or too few. Fastest where `bytes` are some thousand, and the same each time.
   */
  readonly decode: (bytes: Uint8Array, at: number, offset: SectionOffset) => Instruction | undefined;
  /** The instruction in the architecture's usual assembler syntax, for people. Decodes anew: not for inner loops. */
  readonly text: (bytes: Uint8Array, offset: SectionOffset) => string;
}

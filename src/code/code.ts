/**
 * The code of an object as a graph: every instruction that can be reached, and every way out of it.
 *
 * This is the face that `noinstr/` and `paths/` see. It knows no rule. What kernel builds leave in an
 * object (alternatives, jump labels, static calls, exception tables, markers) is resolved here, once.
 */
import type { SectionIndex, SectionOffset } from '../base/brand.ts';
import type { ElfSymbol } from '../elf/elf-object.ts';
import type { Instruction } from '../isa/instruction.ts';

/** One byte of code. */
export interface Place {
  readonly section: SectionIndex;
  readonly offset: SectionOffset;
}

/** What a way out of an instruction takes for granted; two ways of one path must not contradict each other. */
export type Assumption =
  /** A conditional branch went this way. */
  | { readonly kind: 'branch'; readonly condition: string; readonly taken: boolean }
  /** A static branch: `key` names it ("context_tracking_key"), `enabled` is its state. */
  | { readonly kind: 'static-key'; readonly key: string; readonly enabled: boolean }
  /**
   * An alternative: feature bit `feature` (with the kernel's number) chose replacement or original. `aside`: a way that no
   * machine goes once the kernel has patched itself, or only one that is entered by other code.
   */
  | { readonly kind: 'alternative'; readonly feature: number; readonly replaced: boolean; readonly aside?: true }
  /** The instruction faulted and its __ex_table entry was taken. */
  | { readonly kind: 'exception' }
  /** Entry number `index` of a jump table. */
  | { readonly kind: 'jump-table'; readonly index: number };

/** Whom a call or a tail call reaches. */
export type Callee =
  | { readonly kind: 'function'; readonly symbol: ElfSymbol; readonly place: Place }
  /** Not in this object. Another object may have lent its section (`--symbols`). */
  | { readonly kind: 'undefined'; readonly name: string; readonly lentSection?: string }
  /** Through a __SCT__ trampoline; `targets` are those that this object is seen to install, `complete` if no other can be. */
  | {
      readonly kind: 'static-call';
      readonly key: string;
      readonly targets: readonly Callee[];
      readonly complete: boolean;
    }
  /** Through a slot of a table of function pointers such as pv_ops. */
  | {
      readonly kind: 'table-slot';
      readonly table: string;
      readonly slot: number;
      readonly targets: readonly Callee[];
      readonly complete: boolean;
    }
  /** Through a register or memory: nothing is known. `why` is a clause about the target; `register` where it holds it. */
  | { readonly kind: 'indirect'; readonly why: string; readonly register?: string };

/** One way on from an instruction. */
export type Exit =
  /** Control goes to `to`, in the same function or out of it. */
  | { readonly kind: 'flow'; readonly to: Place; readonly assumes?: Assumption }
  /**
   * A call; control comes back at `to`, unless the callee never returns (`to` absent). `local`: of a place within the function,
   * which goes on there with the place behind the call pushed, and may come back to it.
   */
  | {
      readonly kind: 'call';
      readonly callee: Callee;
      readonly to?: Place;
      readonly local?: true;
      readonly assumes?: Assumption;
    }
  /** A jump to another function's start: a call and a return in one. */
  | { readonly kind: 'tail-call'; readonly callee: Callee; readonly assumes?: Assumption }
  | { readonly kind: 'return'; readonly assumes?: Assumption }
  /** Ends here by design; `why` for people: "BUG", "iretq", "ud2". */
  | { readonly kind: 'end'; readonly why: string }
  /** The analysis lost the way: a gap. `why` is a clause. */
  | { readonly kind: 'lost'; readonly why: string };

/** One instruction with all its ways out. Returned by `Code.step`. */
export interface Step {
  readonly place: Place;
  readonly instruction: Instruction;
  /** Sum of the instrumentation markers here: +1 begin, -1 end. */
  readonly marker: number;
  readonly exits: readonly Exit[];
}

/** A function, or a piece of assembly code that a symbol names. */
export interface Func {
  /** The symbol that reports use; of aliases the first global STT_FUNC. */
  readonly symbol: ElfSymbol;
  readonly name: string;
  /** Every name at this place. */
  readonly aliases: readonly string[];
  readonly start: Place;
  /** Bytes; where the symbol has no size, up to the next symbol or the section's end. */
  readonly size: number;
  /** STT_FUNC; else assembly code (STT_NOTYPE). */
  readonly typed: boolean;
}

/** The executable part of one object. Returned by `loadCode`; everything is decoded when first asked for. */
export interface Code {
  /** Whether the object has instrumentation markers, in either encoding. */
  readonly hasMarkers: boolean;
  /** The functions and named assembly code of a section, by offset. Aliases, `__pfx_`/`__cfi_` symbols and cold parts are folded in. */
  readonly functionsIn: (section: SectionIndex) => readonly Func[];
  /** The function that a place belongs to: of replacement code the function that it is patched into; of a cold part its parent. */
  readonly functionAt: (place: Place) => Func | undefined;
  /** The instruction at a place with its ways out; `undefined` where the bytes are no instruction. */
  readonly step: (place: Place) => Step | undefined;
  /** The original place of an alternative's replacement code; a place elsewhere is its own. */
  readonly patchedInto: (place: Place) => Place;
  /** How many instructions were decoded so far. */
  readonly decoded: () => number;
}

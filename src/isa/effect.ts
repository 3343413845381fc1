/**
 * What an instruction does to registers, memory, flags and the interrupt flag: a small language that no
 * architecture owns. `paths/` executes it; an architecture's `lift` writes it.
 *
 * Registers are 64 bit wide and numbered by the architecture. A write of width 4 to a register clears its upper
 * half (so on x86-64 and on arm64); writes of width 1 and 2 leave the rest as it was.
 */
import type { SectionOffset } from '../base/brand.ts';
import type { Field } from './instruction.ts';

/** A register or a part of it. */
export interface RegisterOperand {
  readonly kind: 'register';
  readonly register: number;
  /** In bytes: 1, 2, 4 or 8. */
  readonly width: number;
  /** Bits from the register's lowest one: 8 for x86's ah, else 0. */
  readonly shift: number;
}

/** A constant, already extended to its width; its value is a symbol's address where a relocation fills `field`. */
export interface ConstantOperand {
  readonly kind: 'constant';
  /** Lower and upper half as signed 32-bit numbers. */
  readonly low: number;
  readonly high: number;
  readonly width: number;
  readonly field?: Field;
}

/** base + index * scale + displacement, perhaps in the per-CPU segment. */
export interface MemoryOperand {
  readonly kind: 'memory';
  /** In bytes; may be more than 8 for vector and state instructions. */
  readonly width: number;
  /** Relative to this CPU's per-CPU area. */
  readonly perCpu: boolean;
  readonly base?: number;
  readonly index?: number;
  readonly scale: number;
  /** Signed. Where a relocation fills `field`, the relocation decides instead. */
  readonly displacement: number;
  readonly field?: Field;
  /** The displacement counts from the end of the instruction. */
  readonly pcRelative: boolean;
}

export type Operand = RegisterOperand | ConstantOperand | MemoryOperand;

/** A question to the flags, in the words of a comparison of `left` with `right`. */
export type Condition =
  | 'equal'
  | 'not-equal'
  | 'below'
  | 'not-below'
  | 'below-or-equal'
  | 'above'
  | 'less'
  | 'not-less'
  | 'less-or-equal'
  | 'greater'
  | 'negative'
  | 'not-negative'
  /** Overflow, parity and whatever else is not followed. */
  | 'unknown';

export type BinaryOperator =
  | 'add'
  | 'subtract'
  | 'and'
  | 'or'
  | 'xor'
  | 'shift-left'
  | 'shift-right'
  | 'shift-right-signed';

/** A step that means something to the contract beyond registers and memory; the names are the hardware's deeds. */
export type Deed =
  /** Waits for an interrupt. */
  | 'halt'
  /** Waits for a write to memory or an interrupt. */
  | 'wait'
  /** Enters a guest; control comes back behind the instruction. */
  | 'guest-enter'
  /** Enters a guest; control comes back at a place of the host that was named before. Behind the instruction: it failed. */
  | 'guest-launch'
  /** Holds off, or lets in again, every interrupt and NMI (SVM's global interrupt flag). */
  | 'global-interrupts-off'
  | 'global-interrupts-on'
  /** Reads or writes the address of the last page fault. */
  | 'fault-address-read'
  | 'fault-address-write'
  /** Reads or writes a register that arms hardware breakpoints, or their status. */
  | 'debug-control-read'
  | 'debug-control-write'
  | 'debug-status-read'
  | 'debug-status-write'
  /** Swaps the user's and the kernel's per-CPU base. */
  | 'swap-per-cpu-base';

/** `C` and `M`: how constants and memory operands are written; an analysis that has looked up the relocations puts its own. */
export type Effect<C = ConstantOperand, M = MemoryOperand> =
  /** to = from; a narrower `from` is extended. */
  | {
      readonly do: 'assign';
      readonly to: RegisterOperand | M;
      readonly from: RegisterOperand | C | M;
      readonly signed: boolean;
    }
  /** to = the address of `of`, which is not accessed. */
  | { readonly do: 'address'; readonly to: RegisterOperand; readonly of: M }
  /** to = left (operator) right, and the flags speak of it. */
  | {
      readonly do: 'compute';
      readonly operator: BinaryOperator;
      readonly to: RegisterOperand | M;
      readonly left: RegisterOperand | C | M;
      readonly right: RegisterOperand | C | M;
      readonly flags: boolean;
    }
  /** Only the flags: of left - right, or of left & right. */
  | {
      readonly do: 'compare';
      readonly operator: 'subtract' | 'and';
      readonly left: RegisterOperand | C | M;
      readonly right: RegisterOperand | C | M;
    }
  /** Bit `bit` of `of` becomes the carry ('below' holds if it was set), then is changed as `change` says. */
  | {
      readonly do: 'bit';
      readonly of: RegisterOperand | M;
      /** A number, or the register that holds it: then it may lie beyond the operand, in a word further on. */
      readonly bit: number | RegisterOperand;
      readonly change: 'none' | 'set' | 'clear' | 'flip';
    }
  | { readonly do: 'exchange'; readonly left: RegisterOperand | M; readonly right: RegisterOperand }
  /** memory += register, register = what memory was; flags of the sum. */
  | { readonly do: 'exchange-add'; readonly memory: RegisterOperand | M; readonly register: RegisterOperand }
  /** Where memory equals the accumulator it becomes `register`; else the accumulator becomes memory. 'equal' tells. */
  | {
      readonly do: 'compare-exchange';
      readonly memory: RegisterOperand | M;
      readonly accumulator: RegisterOperand;
      readonly register: RegisterOperand;
    }
  /** to = condition ? 1 : 0. */
  | { readonly do: 'set-if'; readonly to: RegisterOperand | M; readonly condition: Condition }
  /** to = condition ? from : to. */
  | {
      readonly do: 'assign-if';
      readonly to: RegisterOperand;
      readonly from: RegisterOperand | C | M;
      readonly condition: Condition;
    }
  | { readonly do: 'push'; readonly from: RegisterOperand | C | M }
  | { readonly do: 'pop'; readonly to: RegisterOperand | M }
  | { readonly do: 'push-flags' }
  | { readonly do: 'pop-flags' }
  /** The processor takes interrupts from here on, or no longer. */
  | { readonly do: 'interrupts'; readonly enabled: boolean }
  /** `operand` is what is written, `to` gets what is read. */
  | {
      readonly do: 'deed';
      readonly deed: Deed;
      readonly operand?: RegisterOperand | C | M;
      readonly to?: RegisterOperand;
    }
  /** Where an indirect jump or call goes. */
  | { readonly do: 'target'; readonly of: RegisterOperand | C | M }
  /** What is not understood: these registers (a bit each), the flags, this memory are anything afterwards. `reads` as bits too. */
  | {
      readonly do: 'clobber';
      readonly registers: number;
      readonly reads: number;
      readonly flags: boolean;
      readonly memory?: M;
      /** The memory is written through a pointer that runs (string instructions). */
      readonly runs: boolean;
    };

/** An instruction as effects, in order. */
export interface Lifted {
  readonly effects: readonly Effect[];
  /** What the flags are asked by a conditional jump, where this is one. */
  readonly condition?: Condition;
}

/** What `paths/` must know of an architecture's registers and calling convention. */
export interface RegisterModel {
  readonly count: number;
  readonly names: readonly string[];
  readonly stackPointer: number;
  /** Registers that carry arguments, in order. */
  readonly argumentRegisters: readonly number[];
  /** Registers that carry a result, in order. */
  readonly resultRegisters: readonly number[];
  /** Registers that a callee may change, a bit each. */
  readonly callerSaved: number;
  /** Bytes that a call pushes; 0 where it uses a register. */
  readonly returnAddressSize: number;
  /** Bit of the interrupt flag in saved flags (9 on x86), and whether it is set when interrupts are on. */
  readonly interruptFlagBit: number;
}

/** What a glance at straight-line code shows. */
export interface Skimmed {
  /** Some instruction sets or clears the interrupt flag by its name. */
  readonly setsInterrupts: boolean;
  /** Where direct jumps and calls lead by their bytes alone, from the first byte on. */
  readonly targets: readonly number[];
}

/** The lifting part of an architecture. */
export interface Lifter {
  readonly registers: RegisterModel;
  /** The effects of the instruction at the start of `bytes`; `undefined` where the bytes are none. */
  readonly lift: (bytes: Uint8Array, offset: SectionOffset) => Lifted | undefined;
  /** A glance at the instructions that the bytes are, up to the first that is none. */
  readonly skim: (bytes: Uint8Array) => Skimmed;
}

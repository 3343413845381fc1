/** What programs are compiled to: a flat list of instructions, plain data, in which every call is expanded. */
import type { Expression } from '../contract/expression.ts';
import type { StepPath } from './paths.ts';

/** A test over the contract's state and the bits of the local variables. */
export type BitTest =
  | { readonly op: 'state'; readonly holds: Expression }
  | { readonly op: 'bit'; readonly bit: number }
  | { readonly op: 'constant'; readonly value: boolean }
  | { readonly op: 'not'; readonly of: BitTest }
  | { readonly op: 'all' | 'any'; readonly of: readonly BitTest[] };

/** What an instruction has in common: the step that it comes of, and the call that it stands in. */
interface OfStep {
  /** Number of the step's label. */
  readonly step: number;
  /** Place in `Code.calls` of the call that led here; -1 in the root. */
  readonly call: number;
}

/** One outcome of a choice. */
export interface CodeOption {
  readonly events: readonly number[];
  /** The bit that is written, or -1. */
  readonly bit: number;
  readonly value: boolean;
  readonly next: number;
  readonly label: number;
}

/**
 * One instruction. Those that are not `visible` are done together with the one before them: they change nothing that a context
 * which interrupts here could see.
 */
export type Instruction = OfStep &
  (
    | { readonly op: 'event'; readonly event: number; readonly next: number; readonly visible: boolean }
    | {
        readonly op: 'set';
        readonly bit: number;
        readonly to: BitTest;
        readonly next: number;
        readonly visible: boolean;
      }
    /** Forgets local variables that nobody can read any more, so that states that differ only in them are one. */
    | { readonly op: 'clear'; readonly mask: number; readonly next: number }
    | { readonly op: 'branch'; readonly test: BitTest; readonly yes: number; readonly no: number }
    /** Only says that the step was reached; `visible` where the context that was raised comes back to it. */
    | { readonly op: 'note'; readonly next: number; readonly visible: boolean }
    | { readonly op: 'choose'; readonly options: readonly CodeOption[] }
    | { readonly op: 'raise'; readonly event: number; readonly program: string; readonly next: number }
    /** The context ends: iret or sysret. */
    | { readonly op: 'leave'; readonly event: number }
    /** The root's program begins anew. */
    | { readonly op: 'again'; readonly next: number }
    /** No step of its own: user mode. */
    | { readonly op: 'wait' }
    | { readonly op: 'stop' }
  );

/** A step of a program, as a label. */
export interface CodeLabel {
  readonly program: string;
  /** Empty for the beginning and the end of a root. */
  readonly path: StepPath;
  /** The place of the option in its list, for an option of a choice. */
  readonly option?: number;
}

/** One expanded call. */
export interface CodeCall {
  /** Label of the step that calls. */
  readonly step: number;
  /** The call around it, or -1. */
  readonly outer: number;
}

/** The programs of a scenario, compiled for one kernel. */
export interface Code {
  readonly instructions: readonly Instruction[];
  /** Where each root's or handler's program begins. */
  readonly entries: ReadonlyMap<string, number>;
  readonly labels: readonly CodeLabel[];
  readonly calls: readonly CodeCall[];
}

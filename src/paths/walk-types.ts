/** What a walk is given and what it brings back. */
import type { Place } from '../code/code.ts';
import type { EventName } from '../contract/alphabet.ts';
import type { InitialState } from '../contract/initial.ts';
import type { Judged, Monitor } from '../contract/monitor.ts';
import type { Snapshot } from './machine.ts';
import type { Insn } from './program.ts';

/** Where a root is entered from. */
export interface Origin {
  /** For people: "user", "kernel, interrupts on". */
  readonly name: string;
  /** Where the CPU is before the entry. */
  readonly start: InitialState;
  /** The hardware's entry; absent where the root is called by code. */
  readonly enter?: EventName;
  /** Events that happened before, unjudged. */
  readonly before?: readonly EventName[];
  /** The state of static keys that guard events, by name. */
  readonly keys: ReadonlyMap<string, boolean>;
  /** Context tracking follows user mode on this CPU. */
  readonly active: boolean;
  /** Saved registers: low two bits of cs, and the interrupt flag; absent where the root is no handler. */
  readonly saved?: { readonly user: boolean; readonly interrupts: boolean };
  readonly monitor: Monitor;
  /** Where the root is assembly that hardware jumps to. */
  readonly asm?: AsmEntry;
  /** Where the root is called by code: it must return with counters and context tracking as it found them. */
  readonly givesBack?: boolean;
  /** It is noinstr code that calls the root; absent: instrumentable code. */
  readonly inNoinstr?: boolean;
  /** What its caller does next: it must be legal in what the root leaves behind. */
  readonly after?: readonly EventName[];
}

/** An entry in assembly, from one side. */
export interface AsmEntry {
  /** The C functions that it may call for this vector and side. */
  readonly handlers: ReadonlySet<string>;
  /** What hardware pushes: nothing, or ss, sp, flags, cs and ip; with a code of the cause below it. */
  readonly frame: 'none' | 'plain' | 'with code';
}

/** One way into the object's code. */
export interface Root {
  readonly name: string;
  readonly entry: Insn;
  readonly origins: readonly Origin[];
  /** The source of the fact that this is an entry. */
  readonly source: string;
}

/** One step of a finding's path. */
export type TraceStep =
  /** The root's start. */
  | { readonly kind: 'entry'; readonly place: Place }
  /** A function is called at this place and looked into. */
  | { readonly kind: 'entered'; readonly place: Place; readonly callee: string }
  /** It returns, from this place. */
  | { readonly kind: 'left'; readonly place: Place }
  /** An event of the contract; `callee`: the call that it is. */
  | { readonly kind: 'event'; readonly place: Place; readonly event: EventName; readonly callee?: string };

/** A violation on a path. */
export interface PathFinding {
  readonly judged: Judged;
  readonly place: Place;
  readonly root: string;
  readonly origin: string;
  /** The event that broke the rule, with the callee where it is a call. */
  readonly event: EventName;
  readonly callee?: string;
  readonly path: readonly TraceStep[];
  /** How many origins and roots came to it. */
  readonly count: number;
}

/** A cause, by the first finding that it made, with every other place that it shows at. */
export interface CauseFinding extends PathFinding {
  readonly also: readonly Place[];
}

/** A place where a path was lost or what is known became less. */
export interface PathGap {
  readonly place: Place;
  readonly why: string;
}

/** How much work a root was. */
export interface RootStatistics {
  readonly root: string;
  /** Where the root comes from: a function may be one by its vector and again by what it interrupts. */
  readonly source: string;
  readonly origin: string;
  readonly states: number;
  readonly steps: number;
  readonly widened: number;
  readonly milliseconds: number;
}

/** Bounds of the work; one that is reached is a gap. */
export interface WalkBounds {
  /** States of one walk: of one root from one origin. */
  readonly states: number;
  /** States of all walks of an object together, those that look again for a path included. */
  readonly total: number;
  readonly depth: number;
  /** Words of memory that one state remembers: code that pushes in a circle would fill all memory long before the bound of states. */
  readonly words: number;
  /** States of one place and one control part before they are widened. */
  readonly variants: number;
}

/** A whole kernel of 6.12 makes 50,000 states, its largest walk 2,500, of which each remembers 32 words at most. */
export const DEFAULT_BOUNDS: WalkBounds = { states: 20_000, total: 500_000, depth: 24, words: 256, variants: 6 };

/** A violation, before its path is told. */
export interface Violation {
  readonly judged: Judged;
  readonly event: EventName;
  readonly callee: string | undefined;
  readonly place: Place;
  /** The state from which one segment leads to it. */
  readonly state: number;
}

/** Where ways part. */
export interface Fork {
  readonly machine: Snapshot;
  readonly told: number;
}

/** A return out of the root. */
export interface End {
  readonly place: Place;
  /** As in `Violation`. */
  readonly state: number;
}

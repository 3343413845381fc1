/**
 * What leaves the program: kentry.report/1, which `--format json` prints and the page loads.
 *
 * These types are frozen. They are written by hand and never derived from what is inside, so that a change
 * inside cannot change the file. Offsets are strings of hex.
 */

/** A hexadecimal number with its 0x. */
export type Hex = `0x${string}`;

/** The whole file. */
export interface Report {
  readonly schema: 'kentry.report/1';
  /** kentry's own version. */
  readonly version: string;
  readonly objects: readonly ObjectReport[];
  readonly findings: readonly Finding[];
}

/** One object that was looked at. */
export interface ObjectReport {
  readonly file: string;
  readonly arch: string;
  readonly seen: { readonly functions: number; readonly instructions: number; readonly entryPoints: number };
  /** What was not seen, and why. Empty only where everything was. */
  readonly gaps: readonly Gap[];
  /** Rules that were asked for and that nothing in the object could be judged by; absent where there is none. */
  readonly unjudged?: readonly string[];
  /** Facts about the object as a whole that a reader must know, as sentences. */
  readonly notes?: readonly string[];
  /** From where paths were judged by the whole contract; absent where the object is no kernel, or no such rule was wanted. */
  readonly roots?: readonly WalkedRoot[];
}

/** A function that hardware or code enters, and how much work its paths were. */
export interface WalkedRoot {
  readonly function: string;
  /** Who says that it is entered: a vector, or a file and function of the kernel. */
  readonly source: string;
  /** In how many different states the CPU may enter it: each was walked. */
  readonly starts: number;
  /** What the walks came to in all, and the largest of them. */
  readonly states: number;
  readonly most: number;
  /** Its code is that of this root, which was clean, but for the handler that it calls: it was not walked again. */
  readonly like?: string;
}

/** A place that the checker could not see or decide. */
export interface Gap {
  readonly function: string;
  readonly offset: Hex;
  readonly why: string;
}

/** A place in the source. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
  /** The functions inlined here, the innermost first; absent where nothing was inlined or DWARF does not say. */
  readonly inlined?: readonly InlinedCall[];
}

/** One link of an inline chain: `function` was inlined at `file`:`line`. */
export interface InlinedCall {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** One violation of one rule. */
export interface Finding {
  readonly rule: string;
  /** Stable across rebuilds that do not touch it. */
  readonly id: string;
  /** Index into `objects`. */
  readonly object: number;
  /** The ELF function that holds the offending instruction. */
  readonly function: string;
  readonly offset: Hex;
  readonly section: string;
  readonly source?: SourceLine;
  readonly message: string;
  /** Why it matters, in one sentence. */
  readonly why?: string;
  readonly fix?: string;
  /** Whom the offending instruction calls, where it is a call. */
  readonly callee?: { readonly name: string; readonly section?: string };
  /** More places that the same cause shows at; absent where there is none. */
  readonly also?: readonly FindingPlace[];
  /** From the function's entry, or the entry point, to the offending instruction. */
  readonly path: readonly PathStep[];
}

/** One more place of a finding. */
export interface FindingPlace {
  readonly function: string;
  readonly offset: Hex;
  readonly source?: SourceLine;
}

/** One step of a finding's path. */
export interface PathStep {
  readonly function: string;
  readonly offset: Hex;
  /** What happens here: "entry", "branch taken", "instrumentation_begin", "call". */
  readonly event: string;
  readonly note?: string;
  readonly source?: SourceLine;
}

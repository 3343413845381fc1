/** What the commands need of the engine; loaded only by those that check something. */
import type { ByteSource } from '../base/byte-source.ts';
import type { Rule } from '../contract/rule.ts';
import type { ComparisonReport } from '../report/comparison.ts';
import type { PathStep, Report } from '../report/report.ts';

/** What is asked of one object. */
export interface CheckRequest {
  /** An object whose symbols tell where callees stand that `source` does not define. */
  readonly symbolsFrom?: ByteSource;
  /** Only these functions; absent: all. */
  readonly only?: readonly string[];
  /** Ids of the rules that are wanted; absent: all. */
  readonly rules?: readonly string[];
  /** Called often, with how many states were expanded. */
  readonly tick?: (states: number) => void;
}

/** What came of it. */
export interface CheckOutcome {
  /** About this one object. */
  readonly report: Report;
  /** Those of `only` that the object has not. */
  readonly absent: readonly string[];
}

/** The engine. */
export interface Checker {
  /** The rules that it judges objects by. */
  readonly rules: readonly Rule[];
  /** Throws `BadInput` for what is no object that it can read. */
  readonly check: (source: ByteSource, request: CheckRequest) => Promise<CheckOutcome>;
  /** Walks what a name names: a function that is entered, or a vector. Throws `BadInput` as well. */
  readonly show: (source: ByteSource, name: string) => Promise<ShowOutcome>;
  /** Holds what a name names, or everything, against the reference. Throws `BadInput` as well. */
  readonly compare: (source: ByteSource, request: CompareRequest) => Promise<CompareOutcome>;
}

/** One entry of an object, shown. */
export interface ShowOutcome {
  /** Each different sequence of events once, with the starts from which some path has it. */
  readonly sequences: readonly {
    readonly root: string;
    readonly origins: readonly string[];
    readonly path: readonly PathStep[];
  }[];
  readonly isKnown: boolean;
  /** Every name that could have been asked for. */
  readonly names: readonly string[];
}

export type LoadChecker = () => Promise<Checker>;

/** What is asked of `compare`. */
export interface CompareRequest {
  /** Absent: every entry. */
  readonly name?: string;
  /** Called often, with how many states were expanded. */
  readonly tick?: (states: number) => void;
}

/** An object beside the reference. */
export interface CompareOutcome {
  readonly report: ComparisonReport;
  readonly isKnown: boolean;
  /** Every name that could have been asked for. */
  readonly names: readonly string[];
}

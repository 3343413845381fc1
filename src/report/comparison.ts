/**
 * kentry.comparison/1: the handlers of an object beside the reference's programs, which `kentry compare --format json` prints.
 * Members may be added, none may change.
 */
import type { Gap, PathStep } from './report.ts';

/** An event that both sides can say. */
export interface ComparedEvent {
  readonly event: string;
  readonly says: string;
  /** An instrumentation window is open around it, or code runs that needs none. */
  readonly window: boolean;
}

/** Something that the compiled handler does and the reference does not. */
export interface ReportedDifference {
  readonly starts: readonly string[];
  /** A shortest path to it; its last step is the one that differs. */
  readonly path: readonly PathStep[];
  /** Absent: it returns. */
  readonly does?: ComparedEvent;
  /** The rule that this breaks, where it does: behind it nothing is compared. */
  readonly breaks?: string;
  /** What the reference would do there; `mayReturn`: or return. */
  readonly instead: readonly ComparedEvent[];
  readonly mayReturn: boolean;
}

/** A step of the reference that no path of the compiled handler does. */
export interface ReportedStep {
  readonly program: string;
  readonly event: string;
  readonly says: string;
  readonly starts: readonly string[];
}

/** One handler. */
export interface ReportedHandler {
  readonly function: string;
  /** The reference's program. */
  readonly program: string;
  readonly starts: readonly string[];
  readonly differences: readonly ReportedDifference[];
  /** Looked for only from starts where nothing differs. */
  readonly missing: readonly ReportedStep[];
  readonly gaps: readonly Gap[];
  readonly states: number;
}

/** The whole document. */
export interface ComparisonReport {
  readonly schema: 'kentry.comparison/1';
  /** kentry's own version. */
  readonly version: string;
  readonly file: string;
  readonly handlers: readonly ReportedHandler[];
  /** Entries that the reference has no program for. */
  readonly alone: readonly string[];
}

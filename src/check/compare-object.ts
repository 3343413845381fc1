/** The entries of an object beside the reference, in a report's words: what `kentry compare` prints. */
import { compare, type HandlerDifference, type Said } from '../agreement/compare.ts';
import type { ByteSource } from '../base/byte-source.ts';
import { eventSpec } from '../contract/alphabet.ts';
import type { ComparedEvent, ComparisonReport, ReportedDifference } from '../report/comparison.ts';
import type { Sources } from './noinstr-findings.ts';
import { openObject } from './opened-object.ts';
import { pathSteps } from './paths-findings.ts';
import { nameOf } from './place-names.ts';

/** What is asked. */
export interface CompareOptions {
  /** kentry's own, for the report. */
  readonly version: string;
  /** A function that hardware or code enters, or a vector; absent: every one. */
  readonly name?: string;
  /** Called often, with how many states were expanded. */
  readonly tick?: (states: number) => void;
}

/** What came of it. */
export interface ComparedObject {
  readonly report: ComparisonReport;
  /** Whether there is anything of that name. */
  readonly isKnown: boolean;
  /** Every name that could have been asked for. */
  readonly names: readonly string[];
}

/** Compares. Throws `BadInput`. */
export async function compareObject(source: ByteSource, options: CompareOptions): Promise<ComparedObject> {
  const opened = await openObject(source);
  const { version, name, tick } = options;
  const { handlers, alone, isKnown, names } = compare({
    code: opened.code,
    object: opened.object,
    lifter: opened.lifter,
    ...(name !== undefined && { name }),
    ...(tick !== undefined && { tick }),
  });
  const report: ComparisonReport = {
    schema: 'kentry.comparison/1',
    version,
    file: source.name,
    handlers: handlers.map(({ root, program, starts, differences, missing, gaps, states }) => ({
      function: root,
      program,
      starts,
      differences: differences.map((difference) => reported(difference, opened)),
      missing: missing.map((step) => ({ ...step, says: eventSpec(step.event).says })),
      gaps: gaps.map(({ place, why }) => {
        const { function: at, offset } = nameOf(place, opened.code, opened.object);
        return { function: at, offset, why };
      }),
      states,
    })),
    alone,
  };
  return { report, isKnown, names };
}

function reported(
  { starts, start, path, does, breaks, instead, mayReturn }: HandlerDifference,
  sources: Sources,
): ReportedDifference {
  return {
    starts,
    path: pathSteps(path, start, sources),
    ...(does !== undefined && { does: event(does) }),
    ...(breaks !== undefined && { breaks }),
    instead: instead.map(event),
    mayReturn,
  };
}

const event = ({ event: name, open }: Said): ComparedEvent => ({
  event: name,
  says: eventSpec(name).says,
  window: open,
});

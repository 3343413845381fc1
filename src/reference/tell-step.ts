/** Steps of a trace in words, as plain data: what tables, files and the page have in common. */
import type { EventName } from '../contract/alphabet.ts';
import type { Change } from '../contract/state.ts';
import { type Broken, brokenOf } from './exploration.ts';
import type { CodeLabel } from './instruction.ts';
import { stepAt } from './paths.ts';
import { cOfStep } from './print.ts';
import type { Library } from './program.ts';
import { vectorOf } from './scenario.ts';
import type { Trace, TraceStep } from './trace.ts';

/** One step for a reader. */
export interface ToldStep {
  /** From 1. */
  readonly number: number;
  readonly kind: TraceStep['kind'];
  /** Contexts that are interrupted after it. */
  readonly depth: number;
  /** The function it belongs to; what was interrupted, for an interrupt; `user mode` where nothing of the kernel ran. */
  readonly where: string;
  /** The functions around it, the outermost first. */
  readonly within: readonly string[];
  /** The step as C, the environment's answer, or the vector with the function that handles it. */
  readonly does: string;
  readonly events: readonly EventName[];
  readonly changes: readonly Change[];
  readonly broken?: Broken;
}

/** All steps of a trace. `library` is the one that ran. */
export const tellSteps = (trace: Trace, library: Library): readonly ToldStep[] =>
  trace.steps.map((step, index) => ({
    number: index + 1,
    kind: step.kind,
    depth: step.depth,
    where: step.place?.program ?? 'user mode',
    within: step.calls.map(({ program }) => program),
    does: doesOf(step, library),
    events: step.events,
    changes: step.changes,
    ...(step.broken !== undefined && { broken: brokenOf(step.broken) }),
  }));

function doesOf({ kind, place, handler }: TraceStep, library: Library): string {
  if (handler !== undefined) {
    const { says } = vectorOf(handler.kind);
    return `${says}: ${(place === undefined ? handler.fromUser : handler.fromKernel) ?? handler.kind}()`;
  }
  if (kind === 'return') return 'return to what was interrupted';
  return place === undefined ? 'begin' : textOfLabel(place, library);
}

/** A label as C or, for an option of a choice, as what the environment does. */
export function textOfLabel({ program, path, option }: CodeLabel, library: Library): string {
  const known = library.get(program);
  if (known === undefined || path === '') return `${program}()`;
  const step = stepAt(known, path);
  if (option === undefined || step.op !== 'choose') return cOfStep(step);
  return `${step.says}: ${step.options[option]?.says ?? ''}`;
}

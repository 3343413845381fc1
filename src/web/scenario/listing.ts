/** The programs of a moment as listings: the functions that the CPU is in, with the line that comes next. */

import type { EventName } from '../../contract/alphabet.ts';
import type { CodeLabel } from '../../reference/instruction.ts';
import { stepsOf } from '../../reference/paths.ts';
import { linesOf, type ProgramLine } from '../../reference/print.ts';
import type { Library, Program, Step } from '../../reference/program.ts';
import type { Moment } from '../../reference/run.ts';

/** One line, with what it is for instrumentation and for the machine. */
export interface ListingLine extends ProgramLine {
  /** `window`: between instrumentation_begin() and _end(); `noinstr`: not; absent in ordinary and in inlined code outside. */
  readonly shade?: 'window' | 'noinstr';
  /** `next`: the machine is here; `inside`: it is in a function that this line calls. */
  readonly mark?: 'next' | 'inside';
}

/** One function. */
export interface Listing {
  readonly program: Program;
  readonly lines: readonly ListingLine[];
}

/** The function's lines, shaded; `mark` is the step where the machine is. */
export function listingOf(program: Program, mark?: { readonly label: CodeLabel; readonly inside: boolean }): Listing {
  const steps = new Map<string, Step>();
  for (const { path, step } of stepsOf(program)) steps.set(path, step);
  let open = 0;
  const lines = linesOf(program).map((line): ListingLine => {
    const step = line.role === 'step' ? steps.get(line.path) : undefined;
    const change = step?.op === 'event' ? markerChange(step.event) : 0;
    if (change === 1) open += 1;
    const shade = open > 0 ? 'window' : program.class === 'noinstr' ? 'noinstr' : undefined;
    if (change === -1) open = Math.max(0, open - 1);
    const here = mark !== undefined && line.path !== '' && line.path === mark.label.path && line.role === 'step';
    return {
      ...line,
      ...(shade !== undefined && { shade }),
      ...(here && { mark: mark.inside ? ('inside' as const) : ('next' as const) }),
    };
  });
  return { program, lines };
}

function markerChange(event: EventName): number {
  if (event === 'window.begin') return 1;
  return event === 'window.end' ? -1 : 0;
}

/** The functions that the running context is in, the outermost first, by what it does next. */
export function listingsOf({ next, step }: Moment, library: Library): readonly Listing[] {
  // Behind a step that broke a rule nothing comes next: what was being done is shown.
  const shown = step?.broken === undefined ? next : step;
  if (shown === undefined) return [];
  const labels = [...shown.calls, ...(shown.place === undefined ? [] : [shown.place])];
  return labels.flatMap((label, index) => {
    const program = library.get(label.program);
    if (program === undefined) return [];
    return [listingOf(program, { label, inside: index < labels.length - 1 })];
  });
}

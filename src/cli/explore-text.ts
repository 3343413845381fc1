/** What an exploration found, for people: the verdict, counterexamples as tables, and what was never reached. */
import type { Broken, Counterexample, ExplorationReport } from '../reference/exploration.ts';
import type { CodeLabel } from '../reference/instruction.ts';
import type { Library } from '../reference/program.ts';
import { type ToldStep, tellSteps, textOfLabel } from '../reference/tell-step.ts';
import { outermost } from '../reference/unreached.ts';
import { counted, labelled, wrap } from '../report/columns.ts';
import type { Paint } from '../report/paint.ts';

/** How it is to look. */
export interface ExploreStyle {
  readonly paint: Paint;
  /** In columns. */
  readonly width: number;
  /** Every counterexample as a table; else the shortest, and one line for each of the others. */
  readonly every: boolean;
  /** Whether to list the steps that were not reached. */
  readonly unreached: boolean;
}

/** Why a search ended early, as a clause. */
const ENDED: Readonly<Record<NonNullable<ExplorationReport['incomplete']>, string>> = {
  memory: 'the memory limit was reached',
  depth: 'the limit of steps was reached',
  states: 'the limit of states was reached',
  violation: 'the search ended at the first violation',
  stopped: 'it was stopped',
};

/** The whole of one report. */
export function explorationText(report: ExplorationReport, library: Library, style: ExploreStyle): string {
  const { paint, width } = style;
  const lines: string[] = [];
  const [first, ...others] = report.counterexamples;
  const shown = first === undefined ? [] : style.every ? report.counterexamples : [first];
  for (const counterexample of shown) lines.push(...counterexampleLines(counterexample, library, style), '');
  if (!style.every) {
    for (const { broken, trace } of others) {
      const text = `${broken.says}, after ${counted(trace.steps.length, 'step')}`;
      lines.push(...labelled(`also ${paint.rule(broken.rule)} `, 2, text, width - broken.rule.length));
    }
    if (others.length > 0) lines.push('');
  }
  lines.push(...verdictLines(report, style));
  // A search that ended early has not reached much, and that says nothing about the programs.
  if (style.unreached && report.verdict === 'holds')
    lines.push(...unreachedLines(report.unreached, report.idleHandlers, library, style));
  return lines.map((line) => `${line}\n`).join('');
}

function verdictLines(report: ExplorationReport, { paint, width }: ExploreStyle): readonly string[] {
  const { verdict, incomplete } = report;
  const word =
    verdict === 'holds'
      ? paint.good('holds')
      : verdict === 'violated'
        ? paint.bad('VIOLATED')
        : paint.unsure('INCOMPLETE');
  const covered = [
    counted(report.states, 'state'),
    counted(report.transitions, 'step between them', 'steps between them'),
    `${report.farthest} steps to the farthest`,
    `${counted(report.deepest, 'context')} interrupted at most`,
  ].join(', ');
  const more = [
    ...(incomplete === undefined
      ? []
      : [`not all was seen: ${ENDED[incomplete]}, ${counted(report.queue, 'state')} still waited`]),
    ...(report.bounds.length === 0
      ? []
      : [`left out, since the contract cannot count so far: ${report.bounds.join(', ')}`]),
  ];
  return [
    `${paint.message(report.scenario)} (${report.configuration}): ${word}`,
    ...[covered, ...more].flatMap((text) => wrap(text, width - 2).map((line) => `  ${paint.faint(line)}`)),
  ];
}

/** A counterexample as a table: step, event, and only the state that changed. */
function counterexampleLines(
  { broken, trace }: Counterexample,
  library: Library,
  style: ExploreStyle,
): readonly string[] {
  return [...brokenLines(broken, style), '', ...tableLines(tellSteps(trace, library), broken.says, style)];
}

/** What was broken, why it matters, and what mends it. */
export function brokenLines(
  { rule, condition, says, why, fix }: Broken,
  { paint, width }: Pick<ExploreStyle, 'paint' | 'width'>,
): readonly string[] {
  const label = (name: string) => `  ${paint.label(name.padEnd(5))}`;
  return [
    ...labelled(`${paint.rule(rule)} `, 2, says, width - rule.length + 1, paint.message),
    ...(why === undefined ? [] : labelled(label('why'), 7, why, width)),
    ...(fix === undefined ? [] : labelled(label('fix'), 7, fix, width)),
    ...(condition === undefined ? [] : [`${label('rule')}${rule} ${condition}`]),
  ];
}

interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** Widths of the columns: the number's is fixed, the others share what is left. */
function tableLines(steps: readonly ToldStep[], says: string, { paint, width }: ExploreStyle): readonly string[] {
  const number = Math.max(2, String(steps.length).length);
  const events = longest(
    steps.flatMap((step) => step.events),
    12,
    26,
  );
  const left = width - number - events - 6;
  const does = longest(
    steps.map((step) => step.does),
    24,
    Math.floor(left * 0.6),
  );
  const changed = left - does;
  const row = (cells: readonly Cell[][]): readonly string[] => cellLines(cells, [number, does, events, changed]);
  const lines = [...row([[{ text: '#' }], [{ text: 'step' }], [{ text: 'event' }], [{ text: 'what changed' }]])].map(
    paint.label,
  );
  let where = '';
  for (const step of steps) {
    const place = `${'> '.repeat(step.kind === 'interrupt' ? step.depth - 1 : step.depth)}${step.where}`;
    if (place !== where) lines.push(paint.faint(`${' '.repeat(number + 2)}${place}`));
    where = place;
    const painted = step.broken === undefined ? {} : { paint: paint.here };
    const changes = step.changes.map(({ field, before, after }) => ({ text: `${field} ${before} → ${after}` }));
    const last = step.broken === undefined ? changes : [{ text: `✗ ${step.broken.rule}`, paint: paint.here }];
    lines.push(
      ...row([
        [{ text: String(step.number) }],
        [{ text: step.does, ...painted }],
        step.events.map((text) => ({ text })),
        last,
      ]),
    );
  }
  if (steps.at(-1)?.broken === undefined) lines.push(`${' '.repeat(number + 2)}${paint.here(`✗ ${says}`)}`);
  return lines;
}

const longest = (texts: readonly string[], least: number, most: number): number =>
  Math.min(
    most,
    texts.reduce((width, { length }) => Math.max(width, length), least),
  );

/** The cells of one row beside each other, each broken into lines of its column's width. */
function cellLines(cells: readonly (readonly Cell[])[], widths: readonly number[]): readonly string[] {
  const columns = cells.map((lines, index) =>
    lines.flatMap(({ text, paint = (line: string) => line }) =>
      wrap(text, widths[index] ?? 1).map((line) => ({ line, painted: paint(line) })),
    ),
  );
  const height = columns.reduce((most, { length }) => Math.max(most, length), 1);
  return Array.from({ length: height }, (_, at) =>
    columns
      .map((lines, index) => {
        const { line = '', painted = '' } = lines[at] ?? {};
        return `${painted}${' '.repeat(Math.max(0, (widths[index] ?? 0) - line.length))}`;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** The steps that were never reached, by program, without those inside of one that was not. */
export function unreachedLines(
  labels: readonly CodeLabel[],
  handlers: readonly string[],
  library: Library,
  { paint, width }: Pick<ExploreStyle, 'paint' | 'width'>,
): readonly string[] {
  const programs = new Map<string, string[]>();
  for (const label of outermost(labels)) {
    const said = programs.get(label.program) ?? [];
    said.push(textOfLabel(label, library));
    programs.set(label.program, said);
  }
  if (programs.size === 0 && handlers.length === 0) return [`  ${paint.good('every step was reached')}`];
  const count = labels.length;
  return [
    `  ${paint.unsure(`${counted(count, 'step')} never reached:`)}`,
    ...handlers.map((handler) => `    ${handler}`),
    ...[...programs].flatMap(([program, said]) =>
      labelled(`    ${paint.label(program)}  `, 6, said.join('  '), width - program.length),
    ),
  ];
}

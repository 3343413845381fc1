/** A run as lanes: time from top to bottom, a row for each step and a column for each part of the state. */
import type { Configuration } from '../contract/configuration.ts';
import type { Library } from '../reference/program.ts';
import { type Run, traceOf, wordsOf } from '../reference/run.ts';
import { type ToldStep, tellSteps } from '../reference/tell-step.ts';
import type { Lane } from '../report/lane.ts';
import type { Paint } from '../report/paint.ts';
import { stateLanes } from '../report/state-lanes.ts';
import { fitted, LEAST_STEP, MOST_COLUMNS, painter, textOf, titleOf } from './lane-columns.ts';

/** How the table is to look. */
export interface LaneStyle {
  readonly paint: Paint;
  /** In columns. */
  readonly width: number;
  /** Leaves out the steps that change nothing in any column. */
  readonly onlyChanges: boolean;
}

interface Column {
  readonly lane: Lane;
  readonly width: number;
}

/** The table. A value stands where it begins; below it a line goes on, and shade where something is off that code may need. */
export function laneLines(
  run: Run,
  configuration: Configuration,
  library: Library,
  { paint, width, onlyChanges }: LaneStyle,
): readonly string[] {
  const { moments, monitor } = run;
  const words = moments.map((moment) => wordsOf(moment, monitor));
  const columns = stateLanes(words, configuration).map((lane) => ({ lane, width: widthOf(lane) }));
  const taken = columns.reduce((sum, column) => sum + column.width + 1, 0);
  const number = Math.max(2, String(moments.length).length);
  const room = Math.max(LEAST_STEP, width - taken - number - 2);
  const row = (label: string, says: string, style: (text: string) => string, at: number, isNew: boolean) =>
    [
      label.padStart(number),
      ' ',
      style(fitted(says, room)),
      ...columns.map((column) => ` ${cell(column, at, isNew, paint)}`),
    ]
      .join('')
      .trimEnd();
  const titles = columns.map(({ lane, width }) => titleOf(lane).padEnd(width)).join(' ');
  const lines = [
    paint.label(`${'#'.padStart(number)} ${'step'.padEnd(room)} ${titles}`.trimEnd()),
    row('', 'the beginning', paint.faint, 0, true),
  ];
  let where = '';
  for (const step of tellSteps(traceOf(run), library)) {
    const changes = columns.some(({ lane }) => begins(lane, step.number));
    if (onlyChanges && !changes && step.broken === undefined) continue;
    const place = placeOf(step);
    if (place !== where) lines.push(row('', place, paint.faint, step.number - 1, false));
    where = place;
    const style = step.broken === undefined ? (text: string) => text : paint.here;
    const mark = step.broken === undefined ? '  ' : '✗ ';
    lines.push(row(String(step.number), `${mark}${step.does}`, style, step.number, true));
  }
  return lines;
}

/** The function that a step belongs to, a `>` for each context below it. */
const placeOf = ({ kind, depth, where }: ToldStep): string =>
  `${'> '.repeat(kind === 'interrupt' ? depth - 1 : depth)}${where}`;

function widthOf(lane: Lane): number {
  const longest = lane.looks.reduce((most, look) => Math.max(most, textOf(look).length), titleOf(lane).length);
  return Math.min(longest, MOST_COLUMNS);
}

/** The value at a moment where it is new, else how it goes on. */
function cell({ lane, width }: Column, at: number, isNew: boolean, paint: Paint): string {
  const code = lane.codes[at] ?? 0;
  const look = lane.looks[code];
  if (look === undefined || look.tone === 'none') return ' '.repeat(width);
  const painted = painter(look.tone, paint);
  if (isNew && begins(lane, at)) return painted(paint.message(fitted(textOf(look), width)));
  return look.tone === 'off' ? painted('░'.repeat(width)) : paint.faint('│'.padEnd(width));
}

const begins = ({ codes }: Lane, at: number): boolean => at === 0 || codes[at - 1] !== codes[at];

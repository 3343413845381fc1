/** A finding's path for people: a line for each step, indented by calls, in columns. */
import { counted, wrap } from './columns.ts';
import { terminalText } from './escape-terminal.ts';
import type { Paint } from './paint.ts';
import type { PathStep, SourceLine } from './report.ts';

/** Of a longer path only the two ends are shown. */
const SHOWN_WHOLE = 40;
const SHOWN_FIRST = 12;
const SHOWN_LAST = 24;

/** A place column is at most this wide; longer names push their own line only. */
const WIDEST_PLACE = 44;

/** A line of the table before it is padded. */
interface Row {
  readonly place: string;
  readonly event: string;
  readonly source: string;
  readonly last: boolean;
}

/** `file:line`. */
export const sourceText = ({ file, line }: SourceLine): string => `${terminalText(file)}:${line}`;

/**
 * Where a step is for a reader who follows the function: of inlined code the innermost line that is in the function's own
 * file, since the line of a header that everybody includes says nothing.
 */
function ownLine(source: SourceLine): string {
  const places = [source, ...(source.inlined ?? [])];
  const file = places.at(-1)?.file;
  return sourceText(places.find((place) => place.file === file) ?? source);
}

/** The lines of a path, without any indent of the whole; `width` is what they may take. `whole`: however long it is. */
export function pathLines(path: readonly PathStep[], width: number, paint: Paint, whole = false): readonly string[] {
  const rows = rowsOf(path);
  const hidden = !whole && rows.length > SHOWN_WHOLE ? rows.length - SHOWN_FIRST - SHOWN_LAST : 0;
  const shown = hidden === 0 ? rows : [...rows.slice(0, SHOWN_FIRST), ...rows.slice(-SHOWN_LAST)];
  const column = (text: (row: Row) => string, most: number): number =>
    Math.max(0, ...shown.map((row) => text(row).length).filter((length) => length <= most));
  const placeWidth = column((row) => row.place, WIDEST_PLACE);
  const eventWidth = column((row) => row.event, Math.max(20, width - placeWidth - 2));
  const lines = shown.flatMap((row) => rowLines(row, placeWidth, eventWidth, width, paint));
  if (hidden === 0) return lines;
  const before = shown.slice(0, SHOWN_FIRST).flatMap((row) => rowLines(row, placeWidth, eventWidth, width, paint));
  const note = paint.faint(`... ${counted(hidden, 'more step')}, which --format json shows ...`);
  return [...before, note, ...lines.slice(before.length)];
}

function rowsOf(path: readonly PathStep[]): readonly Row[] {
  let depth = 0;
  return path.map((step, index): Row => {
    const last = index === path.length - 1;
    const note = step.note === undefined ? '' : ` (${terminalText(step.note)})`;
    const row = {
      place: `${'  '.repeat(Math.min(depth, 8))}${terminalText(step.function)}+${step.offset}`,
      event: `${terminalText(step.event)}${note}`,
      source: step.source === undefined ? '' : ownLine(step.source),
      last,
    };
    if (step.event.startsWith('call to ') && path[index + 1]?.function !== step.function) depth += 1;
    else if (step.event === 'return') depth = Math.max(0, depth - 1);
    return row;
  });
}

function rowLines(row: Row, placeWidth: number, eventWidth: number, width: number, paint: Paint): readonly string[] {
  const place = row.place.padEnd(placeWidth);
  const paintedEvent = row.last ? paint.here(row.event) : row.event;
  const pad = ' '.repeat(Math.max(0, eventWidth - row.event.length));
  const fits = place.length + 2 + row.event.length <= width;
  const broken = wrap(row.event, width - 8).map((line) => `${' '.repeat(8)}${row.last ? paint.here(line) : line}`);
  const start = fits ? [`${place}  ${paintedEvent}`] : [place.trimEnd(), ...broken];
  if (row.source === '') return start;
  const padded = place.length + 2 + Math.max(eventWidth, row.event.length);
  if (fits && padded + 2 + row.source.length <= width) return [`${start[0]}${pad}  ${paint.faint(row.source)}`];
  return [...start, `${' '.repeat(8)}${paint.faint(row.source)}`];
}

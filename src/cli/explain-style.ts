/** What the parts of `kentry explain` have in common: labels in a column, sources in one line. */
import { labelled } from '../report/columns.ts';
import type { Paint } from '../report/paint.ts';

/** How it is to look. */
export interface ExplainStyle {
  readonly paint: Paint;
  /** In columns. */
  readonly width: number;
}

/** Labels stand in a column of this width. */
const INDENT = 10;

/** A text behind its label. */
export const part = (label: string, text: string, { paint, width }: ExplainStyle): readonly string[] =>
  labelled(`  ${paint.label(label.padEnd(INDENT - 2))}`, INDENT, text, width);

/** Names with what each is, in two columns. */
export function listLines(
  rows: readonly (readonly [name: string, says: string])[],
  { paint, width }: ExplainStyle,
): readonly string[] {
  const column = rows.reduce((most, [{ length }]) => Math.max(most, length), 0) + 2;
  return rows.flatMap(([name, says]) => labelled(paint.message(name.padEnd(column)), column, says, width));
}

/** Lanes as columns of a table in the terminal: what they are called, how wide they are, how their values look. */
import type { Lane, Look, Tone } from '../report/lane.ts';
import type { Paint } from '../report/paint.ts';

/** What the columns are called where the lane's own name is too long for one. */
const TITLES: Readonly<Record<string, string>> = {
  interrupts: 'irqs',
  'preempt count': 'count',
  tracing: 'trace',
  instrumentation: 'code',
};

/** What the column of a lane is called. */
export const titleOf = ({ name }: Lane): string => TITLES[name] ?? name;

/** Columns of the terminal that a value may take, and the least for the steps beside them. */
export const MOST_COLUMNS = 13;
export const LEAST_STEP = 24;

/** A value where there is little room. */
export const textOf = ({ label, short }: Look): string => short ?? label;

/** One look for each meaning, as the page has it. */
export function painter(tone: Tone, paint: Paint): (text: string) => string {
  switch (tone) {
    case 'off':
    case 'bad':
      return paint.bad;
    case 'on':
      return paint.good;
    case 'count':
      return paint.unsure;
    case 'user':
    case 'guest':
    case 'idle':
      return paint.label;
    default:
      return (text) => text;
  }
}

/** The text in just so many columns. */
export const fitted = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

/** How text for people looks here: colours and width, by options, environment and terminal. */
import type { Arguments, OptionSpec } from './options.ts';
import type { Screen, Session } from './session.ts';

/** Options of every command that writes text for people. */
export const LOOK_OPTIONS: readonly OptionSpec[] = [
  { name: 'color', help: 'colours even where output is no terminal' },
  { name: 'no-color', help: 'no colours even on a terminal' },
];

/** Columns of text that goes nowhere in particular, and the least and most that lines are fitted to. */
const USUAL_WIDTH = 100;
const LEAST_WIDTH = 50;
const MOST_WIDTH = 140;

/**
 * Whether to colour: an option decides, else FORCE_COLOR, else NO_COLOR (no-color.org), else whether it is a terminal.
 * `screen` is absent for output to a file.
 */
export function colourOn(args: Arguments, session: Session, screen: Screen | undefined): boolean {
  if (args.has('no-color')) return false;
  if (args.has('color')) return true;
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: terminal } = session.env;
  if (screen === undefined) return false;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (no !== undefined && no !== '') return false;
  return screen.columns !== undefined && terminal !== 'dumb';
}

/** The columns that lines are fitted to. */
export const widthOf = (screen: Screen | undefined): number =>
  Math.min(Math.max(screen?.columns ?? USUAL_WIDTH, LEAST_WIDTH), MOST_WIDTH);

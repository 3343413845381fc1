/** The starts of paths in words: the first few, and how many more. */
import { counted } from '../report/columns.ts';
import { terminalText } from '../report/escape-terminal.ts';

/** Starts that are named. */
const NAMED = 3;

/** `from user mode, or the idle task, or 2 more starts`. */
export function fromText(starts: readonly string[]): string {
  const rest = starts.length - NAMED;
  const named = starts.slice(0, NAMED).map(terminalText);
  return `from ${[...named, ...(rest > 0 ? [counted(rest, 'more start')] : [])].join(', or ')}`;
}

/** What a command is. */
import type { Arguments, OptionSpec } from './options.ts';
import type { Session } from './session.ts';

/** One command, in a file of its own that is loaded when it is called. */
export interface Command {
  /** What follows `kentry NAME`. */
  readonly synopsis: string;
  /** Paragraphs of its help, before and behind the options. */
  readonly about: string;
  readonly afterwards?: string;
  readonly options: readonly OptionSpec[];
  /** Returns the exit status. Throws `UsageError`, `UnusableFile` or `BadInput`. */
  readonly run: (args: Arguments, session: Session) => Promise<number>;
}

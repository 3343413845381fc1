/** Everything around one run of kentry, so that a test is as good a place for it as a process. */
import type { LoadChecker } from './checker.ts';

/** A stream that people may look at. */
export interface Screen {
  readonly write: (text: string) => void;
  /** Columns of the terminal; absent where the stream is none. */
  readonly columns?: number;
}

/** Made by `processSession` for a process; by tests as they need it. */
export interface Session {
  readonly out: Screen;
  readonly err: Screen;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** All bytes of standard input. */
  readonly stdin: () => Uint8Array;
  /** Milliseconds from any start. */
  readonly now: () => number;
  readonly loadChecker: LoadChecker;
  /** Calls `stop` at Ctrl-C, instead of the end of the process, until the function that it returns is called; absent: never. */
  readonly onInterrupt?: (stop: () => void) => () => void;
}

/** The line that says what went wrong; `text` must be escaped. */
export const complain = (session: Session, text: string): void => session.err.write(`kentry: ${text}\n`);

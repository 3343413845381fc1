/** One line on a terminal for what takes longer than one likes to wait in silence. */
import { terminalText } from '../report/escape-terminal.ts';
import type { Session } from './session.ts';

/** Before that nothing is shown, in milliseconds. */
const PATIENCE = 500;

/** Between two lines, in milliseconds. */
const PAUSE = 100;

/** The line about one file. Nothing where standard error is no terminal. */
export class Progress {
  readonly #session: Session;
  readonly #file: string;
  #next: number;
  #shown = false;

  constructor(session: Session, file: string) {
    this.#session = session;
    this.#file = terminalText(file);
    this.#next = session.now() + PATIENCE;
  }

  /** To be called often; `count` things of that name are done. */
  readonly tick = (count: number, what: string): void => {
    const { err, now } = this.#session;
    if (err.columns === undefined || now() < this.#next) return;
    this.#next = now() + PAUSE;
    this.#shown = true;
    const line = `checking ${this.#file}: ${count.toLocaleString('en-US')} ${what}`;
    err.write(`\r${line.slice(0, err.columns - 1)}\u001b[K`);
  };

  /** Wipes the line. */
  readonly end = (): void => {
    if (this.#shown) this.#session.err.write('\r\u001b[K');
    this.#shown = false;
  };
}

/** The line that says how far a search is, on a terminal. */
import type { Progress as SearchProgress } from '../explore/result.ts';
import type { Session } from './session.ts';

/** Before that nothing is shown, and between two lines, in milliseconds. */
const PATIENCE = 500;
const PAUSE = 200;

/** One search's line. Nothing where standard error is no terminal. */
export class ExploreProgress {
  readonly #session: Session;
  readonly #name: string;
  readonly #start: number;
  #next: number;
  #shown = false;

  /** `name` is one of kentry's own. */
  constructor(session: Session, name: string) {
    this.#session = session;
    this.#name = name;
    this.#start = session.now();
    this.#next = this.#start + PATIENCE;
  }

  /** To be called often. */
  tick({ phase, states, queue, bytes, depth }: SearchProgress): void {
    const { err, now } = this.#session;
    if (err.columns === undefined) return;
    const time = now();
    if (time < this.#next) return;
    this.#next = time + PAUSE;
    this.#shown = true;
    const number = (value: number): string => Math.round(value).toLocaleString('en-US');
    const rate = number(states / ((time - this.#start) / 1000));
    const said =
      phase === 'backward'
        ? `${number(states)} states, looking for the way back from ${number(queue)}`
        : `${number(states)} states, ${rate}/s, queue ${number(queue)}, ${depth} steps deep`;
    const line = `${this.#name}: ${said}, ${number(bytes / 2 ** 20)} MB`;
    err.write(`\r${line.slice(0, err.columns - 1)}\u001b[K`);
  }

  /** Wipes the line. */
  end(): void {
    if (this.#shown) this.#session.err.write('\r\u001b[K');
    this.#shown = false;
  }
}

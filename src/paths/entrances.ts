/**
 * Where the walks of several roots become one: roots end with a jump to a function that they share, irqentry_exit() above
 * all, or begin with one to another root. From a state in which a walk has gone on there and found nothing, no other walk
 * need go on again.
 */
import { StateTable } from './state-table.ts';

/** Of one monitor: states at the first instruction of what roots have become, from which only clean walks went on. */
export class Entrances {
  readonly #states = new StateTable();
  #passed: Int32Array[] = [];

  /** Whether a walk has gone on from the state made of `words[0 .. length]`. */
  has(words: Int32Array, length: number): boolean {
    return this.#states.find(words, length) >= 0;
  }

  /** A walk begins. */
  begin(): void {
    this.#passed = [];
  }

  /** It goes on from there. */
  pass(words: Int32Array, length: number): void {
    this.#passed.push(words.slice(0, length));
  }

  /** It was clean. `except`: the number of an instruction that is none. */
  share(except: number): void {
    for (const words of this.#passed) if (words[0] !== except) this.#states.add(words, words.length, -1);
  }
}

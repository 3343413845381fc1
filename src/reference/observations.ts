/**
 * What programs are seen to do: each event with the state in which it comes. A rule forbids an event in certain states and looks at
 * nothing else, so a mutant that does nothing in any state that the reference does not do there cannot be told from it by any rule.
 */
import { EVENT_NAMES, eventNumber, eventSpec } from '../contract/alphabet.ts';
import { CPU_WORDS, LEVEL_WORDS, read } from '../contract/layout.ts';

/** Called for each event before it is judged, and after it, with the state at `words[0]`. */
export interface Observer {
  readonly before: (words: Int32Array, event: number) => void;
  readonly after: (words: Int32Array) => void;
}

/** Events whose effects are none: code that runs. To run it where the reference does not is never nothing. */
const IS_CODE = EVENT_NAMES.map((name) => eventSpec(name).effects.length === 0);

const FRAME = new Set(['function.noinstr', 'function.return'].map(eventNumber));

/**
 * Collects them. To call noinstr code and to come back from it has no restrictions (document: "Non-instrumentable code"), so that
 * no rule may ask for it; what is left open at a return shows in what follows. A switch that already stands where it is put is no observation: to do that changes nothing. */
export class Observations implements Observer {
  readonly seen = new Set<string>();
  #key = '';
  #event = 0;
  readonly #words = new Int32Array(2 * LEVEL_WORDS);
  #length = 0;

  readonly before = (words: Int32Array, event: number): void => {
    const depth = read(words, 0, 'depth');
    this.#length = LEVEL_WORDS;
    for (let word = 0; word < LEVEL_WORDS; word++) this.#words[word] = words[word] ?? 0;
    if (depth > 0) {
      // Of the interrupted context rules see the CPU alone.
      for (let word = 0; word < CPU_WORDS; word++) this.#words[this.#length++] = words[depth * LEVEL_WORDS + word] ?? 0;
    }
    this.#event = event;
    this.#key = `${event}:${this.#words.subarray(0, this.#length).join(',')}`;
  };

  readonly after = (words: Int32Array): void => {
    let changed = IS_CODE[this.#event] === true;
    for (let word = 0; word < LEVEL_WORDS && !changed; word++) changed = words[word] !== this.#words[word];
    if (changed && !FRAME.has(this.#event)) this.seen.add(this.#key);
  };

  /** Whether the other has seen all of it. */
  isWithin(other: Observations): boolean {
    for (const key of this.seen) if (!other.seen.has(key)) return false;
    return true;
  }
}

/** Records of contexts as small numbers: equal records have equal numbers, so a state of the search is a few of them. */
import { hashWords } from '../explore/state-store.ts';
import { RECORD_WORDS } from './execution.ts';

const FIRST_CAPACITY = 1024;

/** Gives out numbers from 1 on, in the order in which records appear. 0 is no record. */
export class Records {
  #words = new Int32Array(RECORD_WORDS * FIRST_CAPACITY);
  #table = new Int32Array(2 * FIRST_CAPACITY);
  #count = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Bytes in its arrays. */
  get bytes(): number {
    return 4 * (this.#words.length + this.#table.length);
  }

  /** The number of a record, a new one where it was not seen before. */
  numberOf(record: Int32Array): number {
    if (2 * (this.#count + 1) > this.#table.length) this.#grow();
    const table = this.#table;
    const mask = table.length - 1;
    let slot = hashWords(record, 0, RECORD_WORDS) & mask;
    for (let number = table[slot] ?? 0; number !== 0; number = table[slot] ?? 0) {
      if (this.#equals(number, record)) return number;
      slot = (slot + 1) & mask;
    }
    this.#count += 1;
    table[slot] = this.#count;
    this.#words.set(record, (this.#count - 1) * RECORD_WORDS);
    return this.#count;
  }

  /** Copies the record of a number. */
  copy(number: number, into: Int32Array): Int32Array {
    const at = (number - 1) * RECORD_WORDS;
    for (let word = 0; word < RECORD_WORDS; word++) into[word] = this.#words[at + word] ?? 0;
    return into;
  }

  #equals(number: number, record: Int32Array): boolean {
    const at = (number - 1) * RECORD_WORDS;
    for (let word = 0; word < RECORD_WORDS; word++) if (this.#words[at + word] !== record[word]) return false;
    return true;
  }

  #grow(): void {
    const words = new Int32Array(2 * this.#words.length);
    words.set(this.#words);
    this.#words = words;
    const table = new Int32Array(2 * this.#table.length);
    const mask = table.length - 1;
    for (let number = 1; number <= this.#count; number++) {
      let slot = hashWords(words, (number - 1) * RECORD_WORDS, RECORD_WORDS) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = number;
    }
    this.#table = table;
  }
}

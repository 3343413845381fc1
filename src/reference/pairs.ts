/** A map from pairs of small numbers to places: open addressing in one typed array, since a search asks it for every state. */

const FIRST_CAPACITY = 1 << 12;
const WORDS = 3;

/** The first number of a pair is never 0. */
export class Pairs {
  /** First, second, value; the first is 0 where the slot is free. */
  #slots = new Int32Array(WORDS * FIRST_CAPACITY);
  #mask = FIRST_CAPACITY - 1;
  #count = 0;

  /** Bytes in its array. */
  get bytes(): number {
    return 4 * this.#slots.length;
  }

  /** The value of a pair; -1 where it has none. */
  find(first: number, second: number): number {
    const slots = this.#slots;
    for (let slot = hash(first, second) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const known = slots[WORDS * slot] ?? 0;
      if (known === 0) return -1;
      if (known === first && slots[WORDS * slot + 1] === second) return slots[WORDS * slot + 2] ?? 0;
    }
  }

  /** Gives a pair that has none its value, 0 or more. */
  add(first: number, second: number, value: number): void {
    if (2 * (this.#count + 1) > this.#mask) this.#grow();
    this.#count += 1;
    this.#put(first, second, value);
  }

  #put(first: number, second: number, value: number): void {
    let slot = hash(first, second) & this.#mask;
    while (this.#slots[WORDS * slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots.set([first, second, value], WORDS * slot);
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array(WORDS * (this.#mask + 1));
    for (let at = 0; at < old.length; at += WORDS) {
      const first = old[at] ?? 0;
      if (first !== 0) this.#put(first, old[at + 1] ?? 0, old[at + 2] ?? 0);
    }
  }
}

function hash(first: number, second: number): number {
  const mixed = Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Pairs of small numbers as small numbers themselves: equal pairs have equal numbers. Open addressing in typed arrays. */

const FIRST_CAPACITY = 1 << 12;

/** Gives out numbers from 1 on, in the order in which pairs appear. 0 is no pair. */
export class Pairs {
  /** First and second, two for each number. */
  #members = new Int32Array(2 * FIRST_CAPACITY);
  #table = new Int32Array(2 * FIRST_CAPACITY);
  #count = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Bytes in its arrays. */
  get bytes(): number {
    return 4 * (this.#members.length + this.#table.length);
  }

  /** The number of a pair, a new one where it was not seen before. */
  numberOf(first: number, second: number): number {
    const members = this.#members;
    const table = this.#table;
    const mask = table.length - 1;
    let slot = hash(first, second) & mask;
    for (let number = table[slot] ?? 0; number !== 0; number = table[slot] ?? 0) {
      if (members[2 * number - 2] === first && members[2 * number - 1] === second) return number;
      slot = (slot + 1) & mask;
    }
    const number = this.#count + 1;
    this.#count = number;
    table[slot] = number;
    members[2 * number - 2] = first;
    members[2 * number - 1] = second;
    if (2 * number === members.length) this.#grow();
    return number;
  }

  first(number: number): number {
    return this.#members[2 * number - 2] ?? 0;
  }

  second(number: number): number {
    return this.#members[2 * number - 1] ?? 0;
  }

  /** The table has two slots for each pair that there is room for. */
  #grow(): void {
    const members = new Int32Array(2 * this.#members.length);
    members.set(this.#members);
    const table = new Int32Array(members.length);
    const mask = table.length - 1;
    for (let number = 1; number <= this.#count; number++) {
      let slot = hash(members[2 * number - 2] ?? 0, members[2 * number - 1] ?? 0) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = number;
    }
    this.#members = members;
    this.#table = table;
  }
}

function hash(first: number, second: number): number {
  const mixed = Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** The states of one root, packed: equal states are one, found by hash and compared word by word. */

/** Grows; a state is its number. */
export class StateTable {
  #words = new Int32Array(1 << 11);
  #starts = new Int32Array(1 << 6);
  #parents = new Int32Array(1 << 6);
  #slots = new Int32Array(1 << 7).fill(-1);
  #hashes = new Int32Array(1 << 6);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The number of the state made of `words[0 .. length]`, negative minus one if it was there before. */
  add(words: Int32Array, length: number, parent: number): number {
    const hash = hashOf(words, length);
    const slot = this.#slotOf(hash, words, length);
    const known = this.#slots[slot] ?? -1;
    if (known >= 0) return -1 - known;
    const state = this.#count;
    this.#reserve(length);
    const start = this.#starts[state] ?? 0;
    this.#words.set(length === words.length ? words : words.subarray(0, length), start);
    this.#parents[state] = parent;
    this.#hashes[state] = hash;
    this.#slots[slot] = state;
    this.#count++;
    this.#starts[this.#count] = start + length;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return state;
  }

  /** The number of that state; -1 if it is not there. */
  find(words: Int32Array, length: number): number {
    return this.#slots[this.#slotOf(hashOf(words, length), words, length)] ?? -1;
  }

  /** The slot that holds the state, or would. */
  #slotOf(hash: number, words: Int32Array, length: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const at = this.#slots[slot] ?? -1;
      if (at < 0 || (this.#hashes[at] === hash && this.#equals(at, words, length))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** The state that this one was reached from; -1 for the first. */
  parent(state: number): number {
    return this.#parents[state] ?? -1;
  }

  /** The states from the first to this one. */
  chainTo(state: number): readonly number[] {
    const chain: number[] = [];
    for (let s = state; s >= 0; s = this.parent(s)) chain.unshift(s);
    return chain;
  }

  /** Its words; valid until the next `add`. */
  words(state: number): Int32Array {
    return this.#words.subarray(this.#starts[state] ?? 0, this.#starts[state + 1] ?? 0);
  }

  #equals(state: number, words: Int32Array, length: number): boolean {
    const start = this.#starts[state] ?? 0;
    if ((this.#starts[state + 1] ?? 0) - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.#words[start + i] !== words[i]) return false;
    return true;
  }

  #reserve(length: number): void {
    const needed = (this.#starts[this.#count] ?? 0) + length;
    if (needed > this.#words.length) this.#words = grown(this.#words, needed);
    if (this.#count + 2 > this.#starts.length) {
      this.#starts = grown(this.#starts, this.#count + 2);
      this.#parents = grown(this.#parents, this.#count + 2);
      this.#hashes = grown(this.#hashes, this.#count + 2);
    }
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let state = 0; state < this.#count; state++) {
      let slot = (this.#hashes[state] ?? 0) & mask;
      while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      slots[slot] = state;
    }
    this.#slots = slots;
  }
}

function hashOf(words: Int32Array, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) {
    hash = Math.imul(hash ^ (words[i] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash;
}

function grown(old: Int32Array, needed: number): Int32Array<ArrayBuffer> {
  const bigger = new Int32Array(Math.max(needed, old.length * 2));
  bigger.set(old);
  return bigger;
}

/** The set of states seen so far, exact: states in chunks that never move, and a hash table of their indices. */
import { invariant } from '../base/invariant.ts';

/** A hash of the `width` words at `words[at]`; all 32 bits count. It decides the speed of a search, never its result. */
export type HashWords = (words: Int32Array, at: number, width: number) => number;

/** What `StateStore.find` returns for a state that it does not hold. */
export const ABSENT = -1;

/** The parent of a state that the search began with. */
export const NO_PARENT = -1;

/** A chunk holds the largest power of two of states that fits in so many words (1 MiB). */
const CHUNK_WORDS = 1 << 18;
/** States in the first chunk to begin with; it alone doubles in place, so that a small search stays small. */
const FIRST_STATES = 1 << 8;
const FIRST_TABLE_BITS = 10;
/** 2^30 slots are 4 GiB; a state's index must fit below a slot's tag. */
const LAST_TABLE_BITS = 30;

/**
 * States are numbered from 0 in the order in which they came, which a breadth first search makes the order of their depth.
 *
 * A record is the words of a state and its parent's index. Record i stands in chunk i >> shift:
 *
 *     | word 0 | ... | word W-1 | parent | word 0 | ...
 *
 * A slot of the table (2^bits of them) is 0, or holds index + 1 in its low `bits` bits and the high bits of the state's
 * hash above them. So most slots of other states are passed over without a look at the state itself.
 * Growing the table needs no second copy of it: the hashes are computed anew from the states.
 */
export class StateStore {
  /** How many states it holds. */
  count = 0;
  /** Bytes in its arrays, and those that were allowed to others. */
  bytes = 0;
  readonly #width: number;
  readonly #stride: number;
  readonly #shift: number;
  readonly #maxBytes: number;
  readonly #hash: HashWords;
  readonly #chunks: Int32Array[] = [];
  #capacity = 0;
  #table = new Int32Array(0);
  #tableBits = 0;

  /** `width`: words in a state. Throws `RangeError` where the machine does not give even the first kilobytes. */
  constructor(width: number, maxBytes: number, hash: HashWords = hashWords) {
    invariant(width >= 1 && Number.isInteger(width), 'a state has at least one word');
    this.#width = width;
    this.#stride = width + 1;
    this.#shift = Math.max(0, 31 - Math.clz32(CHUNK_WORDS / this.#stride));
    this.#maxBytes = maxBytes;
    this.#hash = hash;
  }

  /** Makes room for `more` states. False where that would pass the limit in bytes, or the machine does not give them. */
  reserve(more: number): boolean {
    const needed = this.count + more;
    try {
      while (needed > this.#capacity) if (!this.#growChunks()) return false;
      while (needed > 0.75 * this.#table.length) if (!this.#growTable()) return false;
    } catch (error) {
      // A typed array that cannot be had is the machine's limit, which is as good a limit as one that was asked for.
      if (error instanceof RangeError) return false;
      throw error;
    }
    return true;
  }

  /** Adds the state `words[at ..]`, unless it is here; `reserve` has made room for it. Returns whether it was added. */
  insert(words: Int32Array, at: number, parent: number): boolean {
    const table = this.#table;
    const mask = table.length - 1;
    const width = this.#width;
    const hash = this.#hash(words, at, width);
    const tag = hash & ~mask;
    let slot = hash & mask;
    for (;;) {
      const entry = table[slot] ?? 0;
      if (entry === 0) break;
      if ((entry & ~mask) === tag && this.#holds((entry & mask) - 1, words, at)) return false;
      slot = (slot + 1) & mask;
    }
    const index = this.count;
    table[slot] = tag | (index + 1);
    const chunk = this.chunkOf(index);
    const to = this.offsetOf(index);
    for (let k = 0; k < width; k++) chunk[to + k] = words[at + k] ?? 0;
    chunk[to + width] = parent;
    this.count = index + 1;
    return true;
  }

  /** The index of the state `words[at ..]`, or `ABSENT`. */
  find(words: Int32Array, at: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    const hash = this.#hash(words, at, this.#width);
    const tag = hash & ~mask;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = table[slot] ?? 0;
      if (entry === 0) return ABSENT;
      const index = (entry & mask) - 1;
      if ((entry & ~mask) === tag && this.#holds(index, words, at)) return index;
    }
  }

  /** The array that holds the state `index`, at `offsetOf(index)`. It is replaced by `reserve` while it is the only one. */
  chunkOf(index: number): Int32Array {
    const chunk = this.#chunks[index >>> this.#shift];
    if (chunk === undefined) throw new RangeError(`no state ${index}`);
    return chunk;
  }

  /** Where in `chunkOf(index)` the words of the state begin. */
  offsetOf(index: number): number {
    return (index & ((1 << this.#shift) - 1)) * this.#stride;
  }

  /** A copy of the words of a state. */
  state(index: number): Int32Array {
    const at = this.offsetOf(index);
    return this.chunkOf(index).slice(at, at + this.#width);
  }

  /** The state whose successor this one first was, or `NO_PARENT`. */
  parentOf(index: number): number {
    return this.chunkOf(index)[this.offsetOf(index) + this.#width] ?? NO_PARENT;
  }

  #holds(index: number, words: Int32Array, at: number): boolean {
    const chunk = this.chunkOf(index);
    const to = this.offsetOf(index);
    const width = this.#width;
    for (let k = 0; k < width; k++) if (chunk[to + k] !== words[at + k]) return false;
    return true;
  }

  #growChunks(): boolean {
    const first = this.#chunks[0];
    const full = 1 << this.#shift;
    if (first === undefined || (this.#chunks.length === 1 && this.#capacity < full)) {
      const states = Math.min(full, Math.max(FIRST_STATES, 2 * this.#capacity));
      if (!this.allow(4 * this.#stride * (states - this.#capacity))) return false;
      const larger = new Int32Array(states * this.#stride);
      if (first !== undefined) larger.set(first);
      this.#chunks[0] = larger;
      this.#capacity = states;
      return true;
    }
    if (!this.allow(4 * this.#stride * full)) return false;
    this.#chunks.push(new Int32Array(full * this.#stride));
    this.#capacity += full;
    return true;
  }

  #growTable(): boolean {
    const bits = Math.max(FIRST_TABLE_BITS, this.#tableBits + 1);
    if (bits > LAST_TABLE_BITS || !this.allow(4 * (2 ** bits - this.#table.length))) return false;
    this.#table = new Int32Array(0);
    this.#table = new Int32Array(2 ** bits);
    this.#tableBits = bits;
    const table = this.#table;
    const mask = table.length - 1;
    for (let index = 0; index < this.count; index++) {
      const hash = this.#hash(this.chunkOf(index), this.offsetOf(index), this.#width);
      let slot = hash & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = (hash & ~mask) | (index + 1);
    }
    return true;
  }

  /** Counts `more` bytes against the limit. False, and nothing counted, where they would pass it. */
  allow(more: number): boolean {
    if (this.bytes + more > this.#maxBytes) return false;
    this.bytes += more;
    return true;
  }
}

/** Multiply and fold, word by word, with the constants of MurmurHash3's 32-bit finalizer. */
export function hashWords(words: Int32Array, at: number, width: number): number {
  let hash = width;
  for (let i = 0; i < width; i++) {
    hash = Math.imul(hash ^ (words[at + i] ?? 0), 0x85ebca6b);
    hash ^= hash >>> 13;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

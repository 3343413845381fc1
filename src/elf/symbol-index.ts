/** Symbols by name and by place: indices that are made when first asked for, in one pass over the table. */
import { SHN_LORESERVE, SYM_SIZE } from './numbers.ts';
import type { StringTable } from './string-table.ts';

/** Names are told apart by a hash of at most so many bytes, so that overlapping long names cost no more than the file. */
const HASHED_BYTES = 128;

/** Names that are searched for before an index of all is made. */
const MOST_SEARCHES = 24;

/** Chains of symbols with the same hash: first of each, next of each; -1 ends one. In table order. */
interface Chains {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

/** From the end, so that chains are in table order. */
function chain(count: number, hashOf: (symbol: number) => number): Chains {
  let size = 16;
  while (size < count) size *= 2;
  const first = new Int32Array(size).fill(-1);
  const next = new Int32Array(count);
  for (let i = count - 1; i > 0; i -= 1) {
    const bucket = hashOf(i) & (size - 1);
    next[i] = first[bucket] ?? -1;
    first[bucket] = i;
  }
  return { first, next };
}

/** Symbols by name. `records` are the bytes of the symbol table, `names` those of its string table. */
export class NameIndex {
  readonly #count: number;
  readonly #records: () => DataView;
  readonly #names: StringTable;
  #hashes: Chains | undefined;
  /** The names as text, and how often it was searched. */
  #text: string | undefined;
  #searches = 0;

  constructor(count: number, records: () => DataView, names: StringTable) {
    this.#count = count;
    this.#records = records;
    this.#names = names;
  }

  /** The numbers of all symbols of that name, in table order. */
  find(name: string): readonly number[] {
    const wanted = new TextEncoder().encode(name);
    return this.#searches < MOST_SEARCHES ? this.#search(wanted) : this.#lookUp(wanted);
  }

  /** By the hashes of all names, which cost as much as a few dozen searches. */
  #lookUp(wanted: Uint8Array): readonly number[] {
    const bytes = this.#names.bytes();
    const view = this.#records();
    this.#hashes ??= chain(this.#count, (i) => hashOf(bytes, view.getUint32(i * SYM_SIZE, true)));
    const { first, next } = this.#hashes;
    const found: number[] = [];
    const hash = hashOf(wanted, 0);
    for (let i = first[hash & (first.length - 1)] ?? -1; i >= 0; i = next[i] ?? -1) {
      const at = view.getUint32(i * SYM_SIZE, true);
      if (at !== 0 && isAt(bytes, at, wanted)) found.push(i);
    }
    return found;
  }

  /** By a search for the name in the string table, and for the symbols that have it. */
  #search(wanted: Uint8Array): readonly number[] {
    this.#searches += 1;
    // A character for each byte: what the characters are does not matter.
    const decoder = new TextDecoder('latin1');
    this.#text ??= decoder.decode(this.#names.bytes());
    const text = decoder.decode(wanted);
    if (text === '' || text.includes('\0')) return [];
    const starts = new Set<number>();
    for (let at = this.#text.indexOf(`${text}\0`); at >= 0; at = this.#text.indexOf(`${text}\0`, at + 1))
      starts.add(at);
    if (starts.size === 0) return [];
    const found: number[] = [];
    const view = this.#records();
    for (let i = 1, at = SYM_SIZE; i < this.#count; i += 1, at += SYM_SIZE) {
      if (starts.has(view.getUint32(at, true))) found.push(i);
    }
    return found;
  }
}

/** Symbols by section and offset. `sectionOf` tells the section of a symbol whose own field is too narrow for it. */
export class PlaceIndex {
  readonly #count: number;
  readonly #records: () => DataView;
  readonly #sectionOf: (symbol: number) => number;
  #chains: Chains | undefined;

  constructor(count: number, records: () => DataView, sectionOf: (symbol: number) => number) {
    this.#count = count;
    this.#records = records;
    this.#sectionOf = sectionOf;
  }

  /** The numbers of all symbols at that place, the section's own among them, in table order. */
  find(section: number, offset: number): readonly number[] {
    const view = this.#records();
    const homeOf = (symbol: number): number => {
      const short = view.getUint16(symbol * SYM_SIZE + 6, true);
      return short < SHN_LORESERVE ? short : this.#sectionOf(symbol);
    };
    this.#chains ??= chain(this.#count, (i) => hashOfPlace(homeOf(i), view.getUint32(i * SYM_SIZE + 8, true)));
    const { first, next } = this.#chains;
    const found: number[] = [];
    for (let i = first[hashOfPlace(section, offset) & (first.length - 1)] ?? -1; i >= 0; i = next[i] ?? -1) {
      if (view.getUint32(i * SYM_SIZE + 8, true) === offset && homeOf(i) === section) found.push(i);
    }
    return found;
  }
}

const hashOfPlace = (section: number, offset: number): number => {
  const hash = Math.imul(offset ^ Math.imul(section, 0x9e3779b1), 0x85ebca6b);
  return hash ^ (hash >>> 15);
};

/** A hash of the name that begins at `at` (FNV-1a). */
function hashOf(bytes: Uint8Array, at: number): number {
  let hash = 0x811c9dc5;
  const end = Math.min(bytes.length, at + HASHED_BYTES);
  for (let i = at; i < end; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === 0) break;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

/** Whether the name at `at` is `wanted`. */
function isAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  if (bytes[at + wanted.length] !== 0) return false;
  for (let i = 0; i < wanted.length; i += 1) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

/** Symbols by name and by place: indices that are made when first asked for, in one pass over the table. */
import { SHN_LORESERVE, STT_SECTION, SYM_SIZE } from './numbers.ts';
import type { StringTable } from './string-table.ts';

/** Names are told apart by a hash of at most so many bytes, so that overlapping long names cost no more than the file. */
const HASHED_BYTES = 128;

/** Names that are searched for before an index of all is made. */
const MOST_SEARCHES = 24;

/** Places of a name in the string table that are searched for one by one. */
const MOST_STARTS = 8;

/** Words of 32 bits of a symbol: st_name; st_info, st_other and st_shndx; st_value; st_size. */
export const SYM_WORDS = SYM_SIZE / 4;

/** Chains of symbols with the same hash: first of each, next of each; 0, which is no symbol, ends one. In table order. */
interface Chains {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

function emptyChains(count: number): Chains {
  let size = 16;
  while (size < count) size *= 2;
  return { first: new Int32Array(size), next: new Int32Array(count) };
}

/** Symbols by name. `records` are the words of the symbol table, `names` the bytes of its string table. */
export class NameIndex {
  readonly #count: number;
  readonly #records: () => Uint32Array;
  readonly #names: StringTable;
  #hashes: Chains | undefined;
  /** The names as text, and how often it was searched. */
  #text: string | undefined;
  #searches = 0;

  constructor(count: number, records: () => Uint32Array, names: StringTable) {
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
    const words = this.#records();
    this.#hashes ??= this.#hashAll(bytes, words);
    const { first, next } = this.#hashes;
    const found: number[] = [];
    for (let i = first[hashOf(wanted, 0) & (first.length - 1)] ?? 0; i > 0; i = next[i] ?? 0) {
      const at = words[i * SYM_WORDS] ?? 0;
      if (at !== 0 && isAt(bytes, at, wanted)) found.push(i);
    }
    return found;
  }

  #hashAll(bytes: Uint8Array, words: Uint32Array): Chains {
    const chains = emptyChains(this.#count);
    const { first, next } = chains;
    // From the end, so that chains are in table order.
    for (let i = this.#count - 1; i > 0; i -= 1) {
      const bucket = hashOf(bytes, words[i * SYM_WORDS] ?? 0) & (first.length - 1);
      next[i] = first[bucket] ?? 0;
      first[bucket] = i;
    }
    return chains;
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
    const words = this.#records();
    const found: number[] = [];
    if (starts.size <= MOST_STARTS) {
      // The processor's own search looks at other words too, and is faster all the same.
      for (const start of starts) {
        for (let at = words.indexOf(start, SYM_WORDS); at >= 0; at = words.indexOf(start, at + 1)) {
          if (at % SYM_WORDS === 0) found.push(at / SYM_WORDS);
        }
      }
      return found.sort((a, b) => a - b);
    }
    for (let i = 1; i < this.#count; i += 1) if (starts.has(words[i * SYM_WORDS] ?? 0)) found.push(i);
    return found;
  }
}

/** Symbols that stand in sections, by place and by section; those that are sections are left out. */
export class PlaceIndex {
  readonly #count: number;
  readonly #sections: number;
  readonly #records: () => Uint32Array;
  readonly #sectionOf: (symbol: number) => number;
  #known: { readonly places: Chains; readonly sections: Chains } | undefined;

  /** `sectionOf` tells the section of a symbol whose own field is too narrow for it. */
  constructor(count: number, sections: number, records: () => Uint32Array, sectionOf: (symbol: number) => number) {
    this.#count = count;
    this.#sections = sections;
    this.#records = records;
    this.#sectionOf = sectionOf;
  }

  /** The numbers of all symbols at that place, in table order. */
  find(section: number, offset: number): readonly number[] {
    const words = this.#records();
    const { first, next } = this.#index().places;
    const found: number[] = [];
    for (let i = first[hashOfPlace(section, offset) & (first.length - 1)] ?? 0; i > 0; i = next[i] ?? 0) {
      if ((words[i * SYM_WORDS + 2] ?? 0) === offset && this.#homeOf(i, words) === section) found.push(i);
    }
    return found;
  }

  /** The numbers of all symbols of a section, in table order. */
  in(section: number): readonly number[] {
    const { first, next } = this.#index().sections;
    const found: number[] = [];
    for (let i = first[section] ?? 0; i > 0; i = next[i] ?? 0) found.push(i);
    return found;
  }

  #homeOf(symbol: number, words: Uint32Array): number {
    const short = (words[symbol * SYM_WORDS + 1] ?? 0) >>> 16;
    return short < SHN_LORESERVE ? short : this.#sectionOf(symbol);
  }

  /** One pass for both: tables have a hundred thousand symbols. */
  #index(): { readonly places: Chains; readonly sections: Chains } {
    if (this.#known !== undefined) return this.#known;
    const words = this.#records();
    const places = emptyChains(this.#count);
    const sections: Chains = { first: new Int32Array(this.#sections), next: new Int32Array(this.#count) };
    // From the end, so that chains are in table order.
    for (let i = this.#count - 1; i > 0; i -= 1) {
      const info = words[i * SYM_WORDS + 1] ?? 0;
      const short = info >>> 16;
      const home = short < SHN_LORESERVE ? short : this.#sectionOf(i);
      if (home === 0 || home >= this.#sections || (info & 0xf) === STT_SECTION) continue;
      const bucket = hashOfPlace(home, words[i * SYM_WORDS + 2] ?? 0) & (places.first.length - 1);
      places.next[i] = places.first[bucket] ?? 0;
      places.first[bucket] = i;
      sections.next[i] = sections.first[home] ?? 0;
      sections.first[home] = i;
    }
    this.#known = { places, sections };
    return this.#known;
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

/**
 * The relocations of one section (gABI, "Relocation"): by offset, a few at a time.
 *
 * Linkers write them in order of their offsets, but need not. A table that is in order is looked into as it is;
 * of one that is not, an order is made. Only the large tables of debugging information (in a vmlinux.o: 150 MB) are
 * taken to be in order without a look: whole, they would cost more than all else, and only source lines depend on them.
 */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset, type SymbolIndex, sectionOffset, symbolIndex } from '../base/brand.ts';
import type { ByteSource } from '../base/byte-source.ts';
import type { Relocation, RelocationColumns, Relocations } from './elf-object.ts';
import { signed64, viewOf } from './fields.ts';
import { RELA_SIZE } from './numbers.ts';
import type { SectionHeader } from './section-table.ts';

/** Entries that are read at once when a table is looked through: 768 kB. */
const AT_ONCE = 1 << 15;

/** Words of 32 bits of an entry. */
const WORDS = RELA_SIZE / 4;

/** Entries that are read at once when few are asked for. */
const BLOCK = 256;

/** A section without relocations. */
export const NO_RELOCATIONS: Relocations = { count: 0, between: () => [] };

/** Opens a table. Throws `BadInput` for entries of another size, and for offsets beyond what is relocated. */
export function openRelocations(
  source: ByteSource,
  table: SectionHeader,
  relocated: SectionHeader,
  symbols: number,
): Relocations {
  if (table.entrySize !== RELA_SIZE) {
    const why = `a relocation is to have ${table.entrySize} bytes, not ${RELA_SIZE}`;
    throw new BadInput(source.name, fileOffset(table.headerAt + 0x38), why);
  }
  return new RelocationTable(source, table, relocated, symbols);
}

/** What one look at a whole table tells; so that no entry is read again to find others. */
interface Overview {
  /** The offset of every entry, in order. */
  readonly offsets: Uint32Array;
  /** Numbers of the entries in order of their offsets, where the table itself is in another order. */
  readonly order: Uint32Array | undefined;
  /** The symbol of every entry, in the table's order. */
  readonly symbols: Uint32Array;
}

class RelocationTable implements Relocations {
  readonly count: number;
  readonly #source: ByteSource;
  readonly #table: SectionHeader;
  readonly #relocated: SectionHeader;
  readonly #symbols: number;
  /** Taken to be in order without a look. */
  readonly #trusted: boolean;
  #known: Overview | undefined;

  #view: DataView = new DataView(new ArrayBuffer(0));
  /** The number of the block that `#view` has. */
  #loaded = -1;

  constructor(source: ByteSource, table: SectionHeader, relocated: SectionHeader, symbols: number) {
    this.#source = source;
    this.#table = table;
    this.#relocated = relocated;
    this.#symbols = symbols;
    this.count = Math.floor(table.size / RELA_SIZE);
    this.#trusted = this.count > AT_ONCE && !relocated.allocated && relocated.name.startsWith('.debug_');
  }

  between(from: number, to: number): readonly Relocation[] {
    const found: Relocation[] = [];
    for (let i = this.#firstAt(from); i < this.count && this.#offsetAt(i) < to; i += 1) {
      found.push(this.#decode(this.#numberOf(i)));
    }
    return found;
  }

  against(symbol: SymbolIndex): readonly Relocation[] {
    const found: Relocation[] = [];
    const { symbols } = this.#overview();
    for (let at = symbols.indexOf(symbol); at >= 0; at = symbols.indexOf(symbol, at + 1)) found.push(this.#decode(at));
    return found;
  }

  anyAgainst(from: number, to: number, symbols: readonly SymbolIndex[]): boolean {
    const overview = this.#overview();
    if (overview.order !== undefined) return this.between(from, to).some(({ symbol }) => symbols.includes(symbol));
    const some = overview.symbols.subarray(this.#firstAt(from), this.#firstAt(to));
    return symbols.some((symbol) => some.includes(symbol));
  }

  columns(): RelocationColumns {
    const { count } = this;
    const { size } = this.#relocated;
    const offsets = new Uint32Array(count);
    const types = new Uint32Array(count);
    const symbols = new Uint32Array(count);
    const addends = new Int32Array(count);
    for (let start = 0; start < count; start += AT_ONCE) {
      const words = this.#words(start);
      for (let at = 0, number = start; at < words.length; at += WORDS, number += 1) {
        const offset = words[at] ?? 0;
        const symbol = words[at + 3] ?? 0;
        const addend = (words[at + 4] ?? 0) | 0;
        if (offset >= size || words[at + 1] !== 0) this.#outside(number);
        // The upper half of the addend is its sign.
        if (symbol >= this.#symbols || (words[at + 5] ?? 0) !== (addend >> 31) >>> 0) this.#refuse(number);
        offsets[number] = offset;
        types[number] = words[at + 2] ?? 0;
        symbols[number] = symbol;
        addends[number] = addend;
      }
    }
    return { count, offsets, types, symbols, addends };
  }

  /** The first entry, in order, whose offset is `from` or more. */
  #firstAt(from: number): number {
    let first = 0;
    let last = this.count;
    while (first < last) {
      const middle = (first + last) >> 1;
      if (this.#offsetAt(middle) < from) first = middle + 1;
      else last = middle;
    }
    return first;
  }

  /** The offset of what is at that position in order. */
  #offsetAt(inOrder: number): number {
    return this.#trusted ? this.#offsetOf(inOrder) : (this.#overview().offsets[inOrder] ?? 0);
  }

  /** The number in the table of what is at that position in order. */
  #numberOf(inOrder: number): number {
    return this.#known?.order?.[inOrder] ?? inOrder;
  }

  /** Has the entry in `#view`, and returns where. Neighbours are mostly asked for together, so a block is kept. */
  #load(number: number): number {
    const block = Math.floor(number / BLOCK);
    if (block !== this.#loaded) {
      const from = block * BLOCK;
      const count = Math.min(BLOCK, this.count - from);
      this.#view = viewOf(this.#source.read(this.#table.at + from * RELA_SIZE, count * RELA_SIZE));
      this.#loaded = block;
    }
    return (number - block * BLOCK) * RELA_SIZE;
  }

  #offsetOf(number: number): number {
    const at = this.#load(number);
    return this.#view.getUint32(at + 4, true) * 0x1_0000_0000 + this.#view.getUint32(at, true);
  }

  #decode(number: number): Relocation {
    const from = this.#load(number);
    const view = this.#view;
    const { name: file } = this.#source;
    const at = this.#table.at + number * RELA_SIZE;
    const offset = this.#offsetOf(number);
    const symbol = view.getUint32(from + 12, true);
    if (symbol >= this.#symbols) {
      throw new BadInput(
        file,
        fileOffset(at + 12),
        `a relocation names symbol ${symbol}, but there are ${this.#symbols}`,
      );
    }
    return {
      offset: sectionOffset(offset),
      type: view.getUint32(from + 8, true),
      symbol: symbolIndex(symbol),
      addend: signed64(view, from + 16, file, at - from, 'the addend of a relocation'),
    };
  }

  /** Says what is wrong with an entry, or that its addend is wider than places are. */
  #refuse(number: number): never {
    const { addend } = this.#decode(number);
    const at = fileOffset(this.#table.at + number * RELA_SIZE + 16);
    throw new BadInput(this.#source.name, at, `the addend of a relocation is ${addend}, out of all range`);
  }

  #outside(number: number): never {
    const offset = this.#offsetOf(number);
    const why = `a relocation is for 0x${offset.toString(16)} of a section of 0x${this.#relocated.size.toString(16)} bytes`;
    throw new BadInput(this.#source.name, fileOffset(this.#table.at + number * RELA_SIZE), why);
  }

  #overview(): Overview {
    this.#known ??= this.#lookThrough();
    return this.#known;
  }

  /** One look at every entry: whether it lies in the section, and whether all are in order. A loop without calls: tables have hundreds of thousands. */
  #lookThrough(): Overview {
    const { size } = this.#relocated;
    const offsets = new Uint32Array(this.count);
    const symbols = new Uint32Array(this.count);
    let sorted = true;
    let before = 0;
    for (let start = 0; start < this.count; start += AT_ONCE) {
      const words = this.#words(start);
      for (let at = 0, number = start; at < words.length; at += WORDS, number += 1) {
        const offset = words[at] ?? 0;
        if (offset >= size || words[at + 1] !== 0) this.#outside(number);
        symbols[number] = words[at + 3] ?? 0;
        if (offset < before) sorted = false;
        before = offset;
        offsets[number] = offset;
      }
    }
    if (sorted) return { offsets, order: undefined, symbols };
    const order = new Uint32Array(this.count).map((_, i) => i);
    // By number where offsets are equal: entries for one place are to be applied as they come.
    order.sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0) || a - b);
    return { offsets: order.map((number) => offsets[number] ?? 0), order, symbols };
  }

  /** Up to AT_ONCE entries as words of 32 bits, as the little-endian machine has them that this runs on. */
  #words(start: number): Uint32Array {
    const count = Math.min(AT_ONCE, this.count - start);
    const bytes = this.#source.read(this.#table.at + start * RELA_SIZE, count * RELA_SIZE);
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    return new Uint32Array(aligned.buffer, aligned.byteOffset, count * WORDS);
  }
}

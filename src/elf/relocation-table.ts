/**
 * The relocations of one section (gABI, "Relocation"): by offset, a few at a time.
 *
 * Linkers write them in order of their offsets, but need not. A table that is in order is looked into by blocks;
 * of one that is not, an order is made. Only the large tables of debugging information (in a vmlinux.o: 150 MB) are
 * taken to be in order without a look: whole, they would cost more than all else, and only source lines depend on them.
 */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset, type SymbolIndex, sectionOffset, symbolIndex } from '../base/brand.ts';
import type { ByteSource } from '../base/byte-source.ts';
import type { Relocation, Relocations } from './elf-object.ts';
import { signed64, viewOf } from './fields.ts';
import { RELA_SIZE } from './numbers.ts';
import type { SectionHeader } from './section-table.ts';

/** Entries that are read at once when a table is looked through: 768 kB. */
const AT_ONCE = 1 << 15;

/** Words of 32 bits of an entry. */
const WORDS = RELA_SIZE / 4;

/** Entries between two remembered offsets. */
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

class RelocationTable implements Relocations {
  readonly count: number;
  readonly #source: ByteSource;
  readonly #table: SectionHeader;
  readonly #relocated: SectionHeader;
  readonly #symbols: number;
  /** The offset of every BLOCK-th entry, in order; `undefined` where the table was not looked through. */
  readonly #fences: Float64Array | undefined;
  /** Numbers of the entries in order of their offsets, where the table itself is in another order. */
  readonly #order: Uint32Array | undefined;
  /** The symbol of every entry, in the table's order, where the table was looked through: so that none is read twice for it. */
  readonly #against: Uint32Array;

  #view: DataView = new DataView(new ArrayBuffer(0));
  /** The number of the block that `#view` has. */
  #loaded = -1;

  constructor(source: ByteSource, table: SectionHeader, relocated: SectionHeader, symbols: number) {
    this.#source = source;
    this.#table = table;
    this.#relocated = relocated;
    this.#symbols = symbols;
    this.count = Math.floor(table.size / RELA_SIZE);
    const trusted = this.count > AT_ONCE && !relocated.allocated && relocated.name.startsWith('.debug_');
    this.#against = new Uint32Array(trusted ? 0 : this.count);
    const inOrder = trusted ? undefined : this.#lookThrough();
    this.#fences = inOrder?.fences;
    this.#order = inOrder?.order;
  }

  between(from: number, to: number): readonly Relocation[] {
    const found: Relocation[] = [];
    for (let i = this.#firstAt(from); i < this.count; i += 1) {
      const number = this.#numberOf(i);
      if (this.#offsetOf(number) >= to) break;
      found.push(this.#decode(number));
    }
    return found;
  }

  against(symbol: SymbolIndex): readonly Relocation[] {
    const found: Relocation[] = [];
    if (this.#fences === undefined) {
      this.each((offset, type, of, addend) => {
        if (of === symbol) found.push({ offset: sectionOffset(offset), type, symbol, addend });
      });
      return found;
    }
    for (let at = this.#against.indexOf(symbol); at >= 0; at = this.#against.indexOf(symbol, at + 1)) {
      found.push(this.#decode(at));
    }
    return found;
  }

  each(visit: (offset: number, type: number, symbol: SymbolIndex, addend: number) => void): void {
    const symbols = this.#symbols;
    for (let start = 0; start < this.count; start += AT_ONCE) {
      const words = this.#words(start);
      for (let at = 0; at < words.length; at += WORDS) {
        const symbol = words[at + 3] ?? 0;
        const upper = words[at + 5] ?? 0;
        const addend = (upper | 0) * 0x1_0000_0000 + (words[at + 4] ?? 0);
        // Says what is wrong. Of addends that are no safe integers the upper half tells.
        if (symbol >= symbols || (upper !== 0 && upper !== 0xffff_ffff)) this.#decode(start + at / WORDS);
        const offset = (words[at + 1] ?? 0) * 0x1_0000_0000 + (words[at] ?? 0);
        visit(offset, words[at + 2] ?? 0, symbolIndex(symbol), addend);
      }
    }
  }

  /** The first entry, in order, whose offset is `from` or more. */
  #firstAt(from: number): number {
    let first = 0;
    let last = this.count;
    if (this.#fences !== undefined) {
      let low = 0;
      let high = this.#fences.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((this.#fences[middle] ?? 0) < from) low = middle + 1;
        else high = middle;
      }
      // Between the last fence before `from` and the first that is not.
      first = Math.max(0, (low - 1) * BLOCK);
      last = Math.min(this.count, low * BLOCK);
    }
    while (first < last) {
      const middle = (first + last) >> 1;
      if (this.#offsetOf(this.#numberOf(middle)) < from) first = middle + 1;
      else last = middle;
    }
    return first;
  }

  /** The number in the table of what is at that position in order. */
  #numberOf(inOrder: number): number {
    return this.#order?.[inOrder] ?? inOrder;
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

  /** One look at every offset: whether they lie in the section, whether they are in order, and the fences. */
  #lookThrough(): { readonly fences: Float64Array; readonly order: Uint32Array | undefined } {
    const fences = new Float64Array(Math.ceil(this.count / BLOCK));
    if (this.#offsetsInto(fences, BLOCK)) return { fences, order: undefined };
    const offsets = new Float64Array(this.count);
    this.#offsetsInto(offsets, 1);
    const order = new Uint32Array(this.count).map((_, i) => i);
    // By number where offsets are equal: entries for one place are to be applied as they come.
    order.sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0) || a - b);
    for (let i = 0; i < fences.length; i += 1) fences[i] = offsets[order[i * BLOCK] ?? 0] ?? 0;
    return { fences, order };
  }

  /** Looks at every offset and puts each `step`-th into `into`; whether they are in order. A loop without calls: tables have hundreds of thousands. */
  #offsetsInto(into: Float64Array, step: number): boolean {
    const { size } = this.#relocated;
    const against = this.#against;
    let sorted = true;
    let before = 0;
    for (let start = 0; start < this.count; start += AT_ONCE) {
      const words = this.#words(start);
      for (let at = 0, number = start; at < words.length; at += WORDS, number += 1) {
        const offset = (words[at + 1] ?? 0) * 0x1_0000_0000 + (words[at] ?? 0);
        if (offset >= size) {
          const why = `a relocation is for 0x${offset.toString(16)} of a section of 0x${size.toString(16)} bytes`;
          throw new BadInput(this.#source.name, fileOffset(this.#table.at + number * RELA_SIZE), why);
        }
        against[number] = words[at + 3] ?? 0;
        if (offset < before) sorted = false;
        before = offset;
        if (number % step === 0) into[number / step] = offset;
      }
    }
    return sorted;
  }

  /** Up to AT_ONCE entries as words of 32 bits, as the little-endian machine has them that this runs on. */
  #words(start: number): Uint32Array {
    const count = Math.min(AT_ONCE, this.count - start);
    const bytes = this.#source.read(this.#table.at + start * RELA_SIZE, count * RELA_SIZE);
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    return new Uint32Array(aligned.buffer, aligned.byteOffset, count * WORDS);
  }
}

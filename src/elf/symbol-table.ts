/** The symbol table (gABI, "Symbol Table"): symbols by number, by section, and by name, each index made when first asked for. */
import { BadInput } from '../base/bad-input.ts';
import {
  fileOffset,
  type SectionIndex,
  type SymbolIndex,
  sectionIndex,
  sectionOffset,
  symbolIndex,
} from '../base/brand.ts';
import type { ByteSource } from '../base/byte-source.ts';
import type { ElfSymbol, SymbolColumns, SymbolPlace, SymbolType } from './elf-object.ts';
import { unsigned64, viewOf } from './fields.ts';
import {
  SHN_ABS,
  SHN_LORESERVE,
  SHN_UNDEF,
  SHN_XINDEX,
  SHT_STRTAB,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
  STT_SECTION,
  SYM_SIZE,
} from './numbers.ts';
import type { SectionHeader } from './section-table.ts';
import { StringTable } from './string-table.ts';
import { NameIndex, PlaceIndex, SYM_WORDS } from './symbol-index.ts';

/** st_info's lower half. */
const TYPES: readonly SymbolType[] = ['notype', 'object', 'func', 'section', 'file', 'common', 'tls'];
const STT_GNU_IFUNC = 10;

/** What a column of sizes holds at most. */
const LARGEST = 0xffff_ffff;

/** st_info's upper half. */
const STB_LOCAL = 0;
const STB_WEAK = 2;

/** All symbols of an object. Every member may throw `BadInput` for a symbol that is broken. */
export interface SymbolTable {
  readonly count: number;
  readonly symbol: (index: SymbolIndex) => ElfSymbol;
  readonly named: (name: string) => readonly ElfSymbol[];
  readonly in: (section: SectionIndex) => readonly ElfSymbol[];
  readonly at: (section: SectionIndex, offset: number) => readonly ElfSymbol[];
  readonly columns: (section: SectionIndex) => SymbolColumns;
}

/** Finds the symbol table of an object; one without symbols has an empty one. */
export function openSymbolTable(source: ByteSource, sections: readonly SectionHeader[]): SymbolTable {
  const header = sections.find(({ type }) => type === SHT_SYMTAB);
  if (header === undefined)
    return {
      count: 0,
      symbol: (index) => none(source.name, 0, 0, index),
      named: () => [],
      in: () => [],
      at: () => [],
      columns: () => columnsOf(0),
    };
  const { headerAt } = header;
  if (header.entrySize !== SYM_SIZE) {
    throw new BadInput(
      source.name,
      fileOffset(headerAt + 0x38),
      `a symbol is to have ${header.entrySize} bytes, not ${SYM_SIZE}`,
    );
  }
  const names = sections[header.link];
  if (names === undefined || names.type !== SHT_STRTAB) {
    throw new BadInput(
      source.name,
      fileOffset(headerAt + 0x28),
      `section ${header.link} is to hold the symbol names, but is no string table`,
    );
  }
  const extended = sections.find(({ type, link }) => type === SHT_SYMTAB_SHNDX && link === header.index);
  return new LazySymbolTable(source, sections, header, new StringTable(source, names.at, names.size), extended);
}

function none(file: string, at: number, count: number, index: number): never {
  throw new BadInput(file, fileOffset(at), `names symbol ${index}, but there are ${count}`);
}

/** A symbol whose name is looked up when it is asked for. */
class LazyNamed implements ElfSymbol {
  readonly index: SymbolIndex;
  readonly type: SymbolType;
  readonly binding: ElfSymbol['binding'];
  readonly place: SymbolPlace;
  readonly size: number;
  readonly #nameOf: (index: SymbolIndex) => string;
  #name: string | undefined;

  constructor(fields: Omit<ElfSymbol, 'name'>, nameOf: (index: SymbolIndex) => string) {
    this.index = fields.index;
    this.type = fields.type;
    this.binding = fields.binding;
    this.place = fields.place;
    this.size = fields.size;
    this.#nameOf = nameOf;
  }

  get name(): string {
    this.#name ??= this.#nameOf(this.index);
    return this.#name;
  }
}

class LazySymbolTable implements SymbolTable {
  readonly count: number;
  readonly #source: ByteSource;
  readonly #sections: readonly SectionHeader[];
  readonly #header: SectionHeader;
  readonly #names: StringTable;
  readonly #extended: SectionHeader | undefined;
  #view: DataView | undefined;
  #words: Uint32Array | undefined;
  #extendedView: DataView | undefined;
  readonly #symbols = new Map<number, ElfSymbol>();
  readonly #bySection = new Map<number, readonly ElfSymbol[]>();
  readonly #byName: NameIndex;
  readonly #byPlace: PlaceIndex;

  constructor(
    source: ByteSource,
    sections: readonly SectionHeader[],
    header: SectionHeader,
    names: StringTable,
    extended: SectionHeader | undefined,
  ) {
    this.#source = source;
    this.#sections = sections;
    this.#header = header;
    this.#names = names;
    this.#extended = extended;
    this.count = Math.floor(header.size / SYM_SIZE);
    const words = (): Uint32Array => this.#asWords();
    this.#byName = new NameIndex(this.count, words, names);
    this.#byPlace = new PlaceIndex(this.count, sections.length, words, (index) => this.#sectionOf(index));
  }

  symbol(index: SymbolIndex): ElfSymbol {
    const known = this.#symbols.get(index);
    if (known !== undefined) return known;
    if (!(index >= 0 && index < this.count)) none(this.#source.name, this.#header.headerAt, this.count, index);
    const symbol = this.#decode(index);
    this.#symbols.set(index, symbol);
    return symbol;
  }

  at(section: SectionIndex, offset: number): readonly ElfSymbol[] {
    const found: ElfSymbol[] = [];
    for (const index of this.#byPlace.find(section, offset)) {
      const symbol = this.symbol(symbolIndex(index));
      // The index knows the lower half of an offset.
      if (symbol.place.kind === 'defined' && symbol.place.offset === offset) found.push(symbol);
    }
    return found;
  }

  columns(section: SectionIndex): SymbolColumns {
    const own = this.#byPlace.in(section);
    const values = new Uint32Array(own.length);
    let ordered = true;
    let before = 0;
    for (let i = 0; i < own.length; i += 1) {
      const value = this.#valueOf(own[i] ?? 0);
      if (value < before) ordered = false;
      before = value;
      values[i] = value;
    }
    const by = own.map((_, i) => i);
    if (!ordered) by.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
    const columns = columnsOf(own.length);
    const words = this.#asWords();
    for (let i = 0; i < own.length; i += 1) {
      const from = by[i] ?? 0;
      const index = own[from] ?? 0;
      columns.offsets[i] = values[from] ?? 0;
      columns.sizes[i] =
        words[index * SYM_WORDS + 5] === 0
          ? (words[index * SYM_WORDS + 4] ?? 0)
          : Math.min(this.#sizeOf(index), LARGEST);
      columns.infos[i] = (words[index * SYM_WORDS + 1] ?? 0) & 0xff;
      columns.indices[i] = index;
    }
    return columns;
  }

  /** st_value of a symbol that stands in a section. Throws `BadInput` where it lies outside of it. */
  #valueOf(index: number): number {
    const words = this.#asWords();
    const offset = words[index * SYM_WORDS + 2] ?? 0;
    if (words[index * SYM_WORDS + 3] === 0) {
      const size = this.#sections[this.#sectionOf(index)]?.size ?? 0;
      if (offset <= size) return offset;
    }
    const { place } = this.symbol(symbolIndex(index));
    return place.kind === 'defined' ? place.offset : 0;
  }

  in(section: SectionIndex): readonly ElfSymbol[] {
    const known = this.#bySection.get(section);
    if (known !== undefined) return known;
    const found = this.#byPlace.in(section).map((index) => this.symbol(symbolIndex(index)));
    // Sorting is stable, so that equal offsets stay in table order.
    found.sort((a, b) => offsetOf(a) - offsetOf(b));
    this.#bySection.set(section, found);
    return found;
  }

  named(name: string): readonly ElfSymbol[] {
    const found = this.#byName.find(name).map((index) => this.symbol(symbolIndex(index)));
    // In table order, in which local symbols come first (gABI).
    return [...found.filter((s) => s.binding !== 'local'), ...found.filter((s) => s.binding === 'local')];
  }

  #records(): DataView {
    this.#view ??= viewOf(this.#source.read(this.#header.at, this.count * SYM_SIZE));
    return this.#view;
  }

  /** The same as words of 32 bits, as the little-endian machine has them that this runs on. */
  #asWords(): Uint32Array {
    if (this.#words === undefined) {
      const { buffer, byteOffset, byteLength } = this.#records();
      const aligned = byteOffset % 4 === 0;
      const from = aligned ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
      this.#words = new Uint32Array(from, aligned ? byteOffset : 0, byteLength / 4);
    }
    return this.#words;
  }

  #decode(index: SymbolIndex): ElfSymbol {
    const view = this.#records();
    const at = index * SYM_SIZE;
    const info = view.getUint8(at + 4);
    const type = (info & 0xf) === STT_GNU_IFUNC ? 'ifunc' : (TYPES[info & 0xf] ?? 'other');
    const binding = info >> 4 === STB_LOCAL ? 'local' : info >> 4 === STB_WEAK ? 'weak' : 'global';
    return new LazyNamed(
      { index, type, binding, place: this.#placeOf(index), size: this.#sizeOf(index) },
      this.#nameOf,
    );
  }

  #sizeOf(index: number): number {
    const what = `the size of symbol ${index}`;
    return unsigned64(this.#records(), index * SYM_SIZE + 16, this.#source.name, this.#header.at, what);
  }

  #placeOf(index: SymbolIndex): SymbolPlace {
    const view = this.#records();
    const at = index * SYM_SIZE;
    const { name: file } = this.#source;
    const short = view.getUint16(at + 6, true);
    const value = (): number => unsigned64(view, at + 8, file, this.#header.at, `the value of symbol ${index}`);
    if (short === SHN_UNDEF) return { kind: 'undefined' };
    // A file may hold an absolute symbol of any 64 bits; its value matters to nobody here.
    if (short === SHN_ABS) return { kind: 'absolute', value: Number(view.getBigUint64(at + 8, true)) };
    if (short >= SHN_LORESERVE && short !== SHN_XINDEX) return { kind: 'common' };
    const number = this.#sectionOf(index);
    const section = this.#sections[number];
    const offset = value();
    if (section === undefined || number === 0) {
      const why = `symbol ${index} stands in section ${number}, but there are ${this.#sections.length}`;
      throw new BadInput(file, fileOffset(this.#header.at + at + 6), why);
    }
    if (offset > section.size) {
      const why = `symbol ${index} stands at 0x${offset.toString(16)} of a section of 0x${section.size.toString(16)} bytes`;
      throw new BadInput(file, fileOffset(this.#header.at + at + 8), why);
    }
    return { kind: 'defined', section: sectionIndex(number), offset: sectionOffset(offset) };
  }

  /** The section that a symbol stands in, also beyond 65,279; 0 where it stands in none. */
  #sectionOf(index: number): number {
    const short = this.#records().getUint16(index * SYM_SIZE + 6, true);
    if (short < SHN_LORESERVE) return short;
    if (short !== SHN_XINDEX) return 0;
    const { name: file } = this.#source;
    const extended = this.#extended;
    if (extended === undefined || (index + 1) * 4 > extended.size) {
      const why = `symbol ${index} has its section in an SHT_SYMTAB_SHNDX section that does not have it`;
      throw new BadInput(file, fileOffset(this.#header.at + index * SYM_SIZE + 6), why);
    }
    this.#extendedView ??= viewOf(this.#source.read(extended.at, extended.size));
    return this.#extendedView.getUint32(index * 4, true);
  }

  readonly #nameOf = (index: SymbolIndex): string => {
    const view = this.#records();
    const at = index * SYM_SIZE;
    if ((view.getUint8(at + 4) & 0xf) === STT_SECTION) return this.#sections[this.#sectionOf(index)]?.name ?? '';
    return this.#names.at(view.getUint32(at, true), `symbol ${index}`);
  };
}

const columnsOf = (count: number): SymbolColumns => ({
  count,
  offsets: new Uint32Array(count),
  sizes: new Uint32Array(count),
  infos: new Uint8Array(count),
  indices: new Uint32Array(count),
});

const offsetOf = ({ place }: ElfSymbol): number => (place.kind === 'defined' ? place.offset : 0);

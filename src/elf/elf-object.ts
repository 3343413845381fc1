/** The face of an ELF relocatable object: what the rest of kentry knows of the format. */
import type { SectionIndex, SectionOffset, SymbolIndex } from '../base/brand.ts';
import type { Machine } from '../base/machine.ts';

/** One entry of the section header table. */
export interface Section {
  readonly index: SectionIndex;
  /** Hostile: escape it before you print it. */
  readonly name: string;
  /** sh_type. */
  readonly type: number;
  /** SHF_EXECINSTR. */
  readonly executable: boolean;
  /** SHF_WRITE. */
  readonly writable: boolean;
  /** SHF_ALLOC. */
  readonly allocated: boolean;
  /** SHF_COMPRESSED: the bytes are not what they stand for. */
  readonly compressed: boolean;
  /** Bytes; of an SHT_NOBITS section, those that it has in memory. */
  readonly size: number;
  /** sh_entsize. */
  readonly entrySize: number;
  /** sh_offset: where its bytes begin in the file; absent where it is in none. */
  readonly at?: number;
}

/** st_info's type. */
export type SymbolType = 'notype' | 'object' | 'func' | 'section' | 'file' | 'common' | 'tls' | 'ifunc' | 'other';

/** Where a symbol stands. */
export type SymbolPlace =
  | { readonly kind: 'defined'; readonly section: SectionIndex; readonly offset: SectionOffset }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'absolute'; readonly value: number }
  | { readonly kind: 'common' };

/** One entry of the symbol table. */
export interface ElfSymbol {
  readonly index: SymbolIndex;
  /** Hostile: escape it before you print it. A section symbol has its section's name. */
  readonly name: string;
  readonly type: SymbolType;
  readonly binding: 'local' | 'global' | 'weak';
  readonly place: SymbolPlace;
  /** st_size in bytes; 0 where the assembler was not told. */
  readonly size: number;
}

/** One Elf64_Rela. */
export interface Relocation {
  /** r_offset: the place to be filled, in the section that is relocated. */
  readonly offset: SectionOffset;
  /** r_info's type, a number of the machine's own. */
  readonly type: number;
  readonly symbol: SymbolIndex;
  /** r_addend; signed. */
  readonly addend: number;
}

/**
 * All relocations of one section as columns, in the table's order: for whoever looks at all of them.
 * Of 32 bits each: code that was not optimized yet makes an object of every wider number.
 */
export interface RelocationColumns {
  readonly count: number;
  /** r_offset. */
  readonly offsets: Uint32Array;
  /** r_info's type. */
  readonly types: Uint32Array;
  /** Numbers for `ElfObject.symbol`. */
  readonly symbols: Uint32Array;
  /** r_addend. */
  readonly addends: Int32Array;
}

/** The relocations of one section, ordered by offset; read when asked for. */
export interface Relocations {
  readonly count: number;
  /** Those whose offset lies in `from .. to` (`to` excluded), in order. */
  readonly between: (from: number, to: number) => readonly Relocation[];
  /** Those against that symbol, in the table's order: one look at the whole table. Absent: `between` must do. */
  readonly against?: (symbol: SymbolIndex) => readonly Relocation[];
  /** Whether any in `from .. to` is against one of these symbols. Absent: `between` must do. */
  readonly anyAgainst?: (from: number, to: number, symbols: readonly SymbolIndex[]) => boolean;
  /** All of them. Absent: `between` must do. */
  readonly columns?: () => RelocationColumns;
}

/** The symbols of one section as columns, by offset, then by table order: for whoever looks at all of them and wants few. */
export interface SymbolColumns {
  readonly count: number;
  /** st_value, in bytes from the section's start. */
  readonly offsets: Uint32Array;
  /** st_size; at most 2^32 - 1, which no section is larger than. */
  readonly sizes: Uint32Array;
  /** st_info: type in the lower four bits (STT_NOTYPE is 0, STT_FUNC 2), binding above. */
  readonly infos: Uint8Array;
  /** Numbers for `ElfObject.symbol`. */
  readonly indices: Uint32Array;
}

/**
 * A relocatable object, opened by `openElf`.
 * Every member reads only what it needs; each may throw `BadInput` when it comes to a part that is broken.
 */
export interface ElfObject {
  /** As given on the command line or dropped on the page: hostile. */
  readonly file: string;
  readonly machine: Machine;
  /** All sections; `sections[i].index === i`. */
  readonly sections: readonly Section[];
  /** Every section of that name, in order. */
  readonly sectionsNamed: (name: string) => readonly Section[];
  /** Bytes of a section. An SHT_NOBITS section reads as zeroes, at most a megabyte at a time. */
  readonly contents: (section: SectionIndex, offset: number, length: number) => Uint8Array;
  readonly relocations: (section: SectionIndex) => Relocations;
  /** Throws `BadInput` where there is no such symbol. */
  readonly symbol: (index: SymbolIndex) => ElfSymbol;
  readonly symbolCount: number;
  /** Every symbol of that name; global ones first. */
  readonly symbolsNamed: (name: string) => readonly ElfSymbol[];
  /** The symbols of one section without the section symbol itself, by offset, then by table order. */
  readonly symbolsIn: (section: SectionIndex) => readonly ElfSymbol[];
  /** The symbols that stand at exactly that place, in table order; the section's own is not among them. Absent: `symbolsIn` must do. */
  readonly symbolsAt?: (section: SectionIndex, offset: number) => readonly ElfSymbol[];
  /** The symbols of a section without an object for each. Absent: `symbolsIn` must do. */
  readonly symbolColumns?: (section: SectionIndex) => SymbolColumns;
}

/** Whether the object itself has what the name stands for. */
export const defines = (object: ElfObject, name: string): boolean =>
  object.symbolsNamed(name).some(({ place }) => place.kind === 'defined');

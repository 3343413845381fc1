/** From relocations to what they point to, and complaints about tables that point nowhere. */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset, type SectionIndex, sectionOffset, symbolIndex } from '../base/brand.ts';
import type { ElfObject, ElfSymbol, Relocation, RelocationColumns, Section, SymbolPlace } from '../elf/elf-object.ts';
import type { Callee, Place } from './code.ts';
import type { KernelLayout } from './kernel-layout.ts';
import { type PlaceColumns, placeColumns } from './place-columns.ts';
import { firstAtLeast } from './place-table.ts';

/** What a relocation points to. */
export type Referent =
  /** `symbol` is the relocation's own: perhaps a section's, perhaps one that stands elsewhere in the section. */
  | { readonly kind: 'place'; readonly place: Place; readonly symbol: ElfSymbol }
  | { readonly kind: 'undefined'; readonly symbol: ElfSymbol }
  /** `why` is a clause. */
  | { readonly kind: 'nowhere'; readonly why: string };

type UndefinedCallee = Extract<Callee, { kind: 'undefined' }>;

/** A number for a place: sections are fewer than 2^20 and smaller than 2^32 bytes, so that it is exact. */
export const placeKey = (place: Place): number => place.section * 0x1_0000_0000 + place.offset;

/** A place by its numbers. */
export const placeAt = (section: SectionIndex, offset: number): Place => ({ section, offset: sectionOffset(offset) });

/** The relocations of one object, understood. */
export class References {
  readonly object: ElfObject;
  readonly layout: KernelLayout;
  readonly #names = new Map<number, PlaceColumns>();

  readonly #lentSection: ((name: string) => string | undefined) | undefined;

  /** `lentSection`: in which section another object has a symbol that is undefined here. */
  constructor(object: ElfObject, layout: KernelLayout, lentSection?: (name: string) => string | undefined) {
    this.object = object;
    this.layout = layout;
    this.#lentSection = lentSection;
  }

  /** A callee that is not in this object. */
  undefinedCallee(name: string): UndefinedCallee {
    const lentSection = this.#lentSection?.(name);
    return { kind: 'undefined', name, ...(lentSection !== undefined && { lentSection }) };
  }

  /** The first relocation in `offset .. offset + size` that fills anything. */
  relocationIn(section: SectionIndex, offset: number, size: number): Relocation | undefined {
    const { none } = this.layout.relocations;
    const found = this.object.relocations(section).between(offset, offset + size);
    return found.length === 0 ? undefined : found.find(({ type }) => !none.has(type));
  }

  /** S + A + `behind`; `behind` is the way from the field to where the processor counts from. */
  referent(relocation: Pick<Relocation, 'symbol' | 'addend'>, behind: number): Referent {
    const symbol = this.object.symbol(relocation.symbol);
    const { place } = symbol;
    if (place.kind === 'undefined') return { kind: 'undefined', symbol };
    if (place.kind !== 'defined') return { kind: 'nowhere', why: `${symbol.name} is ${place.kind}` };
    const offset = place.offset + relocation.addend + behind;
    const section = this.object.sections[place.section];
    if (section === undefined || !(offset >= 0 && offset <= section.size)) {
      return { kind: 'nowhere', why: `${section?.name ?? place.section}${signed(offset)} lies outside of its section` };
    }
    return { kind: 'place', place: placeAt(place.section, offset), symbol };
  }

  /**
   * Where every pointer of a section of pointers points to, without an object for each: `visit` hears section and offset,
   * and where the pointer itself stands. Throws `BadInput` for one that points nowhere.
   */
  eachPointer(section: Section, visit: (section: SectionIndex, offset: number, at: number) => void): void {
    const { none } = this.layout.relocations;
    const { count, offsets, types, symbols, addends } = this.columns(section);
    let lastType = -1;
    let fills = false;
    let lastSymbol = -1;
    let home: SymbolPlace = { kind: 'undefined' };
    let size = 0;
    for (let i = 0; i < count; i += 1) {
      const type = types[i] ?? 0;
      if (type !== lastType) {
        fills = !none.has(type);
        lastType = type;
      }
      if (!fills) continue;
      const at = offsets[i] ?? 0;
      const symbol = symbols[i] ?? 0;
      // Most are against the symbols of a few sections.
      if (symbol !== lastSymbol) {
        home = this.object.symbol(symbolIndex(symbol)).place;
        size = home.kind === 'defined' ? (this.object.sections[home.section]?.size ?? 0) : 0;
        lastSymbol = symbol;
      }
      if (home.kind !== 'defined') throw this.bad(section.index, at, `points to what is ${home.kind}`);
      const offset = home.offset + (addends[i] ?? 0);
      if (!(offset >= 0 && offset <= size)) throw this.bad(section.index, at, 'points out of its section');
      visit(home.section, offset, at);
    }
  }

  /** Every relocation of a section. */
  columns(section: Section): RelocationColumns {
    const table = this.object.relocations(section.index);
    return table.columns?.() ?? relocationColumnsOf(table.between(0, section.size));
  }

  /** What the pointer at that offset of a section of data points to; `undefined` where no relocation fills it. */
  pointerAt(section: SectionIndex, offset: number): Referent | undefined {
    const relocation = this.relocationIn(section, offset, 1);
    if (relocation === undefined) return undefined;
    const { relative, absolute } = this.layout.relocations;
    if (!relative.has(relocation.type) && !absolute.has(relocation.type)) {
      return { kind: 'nowhere', why: `a relocation of type ${relocation.type} is no pointer` };
    }
    return this.referent(relocation, 0);
  }

  /** The symbol that names data at a place, with the way from it: "pv_ops+0x8", or the section. */
  nameOf({ section, offset }: Place): string {
    const names = this.#named(section);
    const last = firstAtLeast(names.offsets, offset + 1);
    for (let i = last - 1; i >= Math.max(0, last - NEIGHBOURS); i -= 1) {
      const from = names.offsets[i] ?? 0;
      if (offset !== from && offset >= from + (names.sizes[i] ?? 0)) continue;
      const { name } = this.object.symbol(symbolIndex(names.indices[i] ?? 0));
      return from === offset ? name : `${name}${signed(offset - from)}`;
    }
    return `${this.object.sections[section]?.name ?? section}${signed(offset)}`;
  }

  #named(section: SectionIndex): PlaceColumns {
    let known = this.#names.get(section);
    if (known === undefined) {
      known = this.object.symbolColumns?.(section) ?? placeColumns(this.object.symbolsIn(section));
      this.#names.set(section, known);
    }
    return known;
  }

  /** An exception that blames a byte of a section. `why` is a clause without its subject. */
  bad(section: SectionIndex, offset: number, why: string): BadInput {
    const header = this.object.sections[section];
    const at = (header?.at ?? 0) + offset;
    return new BadInput(this.object.file, fileOffset(at), `${header?.name ?? section}${signed(offset)}: ${why}`);
  }
}

/** Symbols before a place that are looked at for one that holds it. */
const NEIGHBOURS = 8;

const relocationColumnsOf = (relocations: readonly Relocation[]): RelocationColumns => ({
  count: relocations.length,
  offsets: Uint32Array.from(relocations, ({ offset }) => offset),
  types: Uint32Array.from(relocations, ({ type }) => type),
  symbols: Uint32Array.from(relocations, ({ symbol }) => symbol),
  addends: Int32Array.from(relocations, ({ addend }) => addend),
});

/** An offset behind a name: "+0x1c", "-0x4". */
export const signed = (offset: number): string =>
  offset < 0 ? `-0x${(-offset).toString(16)}` : `+0x${offset.toString(16)}`;

/** Sections that are arrays of records of one size, whose pointers are relocations: .altinstructions, __jump_table and others. */
import { type SectionIndex, type SymbolIndex, symbolIndex } from '../base/brand.ts';
import type { RelocationColumns, Section } from '../elf/elf-object.ts';
import type { Place } from './code.ts';
import { PlaceTable } from './place-table.ts';
import type { References, Referent } from './references.ts';

/** Where a record has its pointers, in bytes. */
export interface RecordShape {
  readonly size: number;
  readonly pointers: readonly number[];
}

/** What fills a pointer: symbol and addend. */
export interface Pointer {
  readonly symbol: SymbolIndex;
  readonly addend: number;
}

/** The records of one section. Relocations are kept as numbers: there are thousands, and few are asked for. */
export class Records<Shape extends RecordShape> {
  readonly section: Section;
  readonly shape: Shape;
  readonly count: number;
  /** The bytes of all records. */
  readonly view: DataView;
  readonly #references: References;
  /** For each pointer of each record its symbol, -1 where no relocation fills it, and its addend. */
  readonly #symbols: Int32Array;
  readonly #addends: Int32Array;

  constructor(references: References, section: Section, shape: Shape, view: DataView, filled: RelocationColumns) {
    this.section = section;
    this.shape = shape;
    this.view = view;
    this.#references = references;
    this.count = section.size / shape.size;
    const { length: width } = shape.pointers;
    const slots = shape.size;
    const numbers = pointerNumbers(shape);
    const symbols = new Int32Array(this.count * width).fill(-1);
    const addends = new Int32Array(this.count * width);
    const { none } = references.layout.relocations;
    for (let i = 0; i < filled.count; i += 1) {
      if (none.has(filled.types[i] ?? 0)) continue;
      const offset = filled.offsets[i] ?? 0;
      const at = offset % slots;
      const slot = ((offset - at) / slots) * width + (numbers[at] ?? 0);
      symbols[slot] = filled.symbols[i] ?? 0;
      addends[slot] = filled.addends[i] ?? 0;
    }
    this.#symbols = symbols;
    this.#addends = addends;
  }

  /** What fills a pointer of a record, by its offset in it; `undefined` where no relocation does. */
  pointer(record: number, at: number): Pointer | undefined {
    const slot = this.#slot(record, at);
    const symbol = this.#symbols[slot] ?? -1;
    return symbol < 0 ? undefined : { symbol: symbolIndex(symbol), addend: this.#addends[slot] ?? 0 };
  }

  /** What a pointer points to. */
  referent(record: number, at: number): Referent | undefined {
    const pointer = this.pointer(record, at);
    return pointer === undefined ? undefined : this.#references.referent(pointer, 0);
  }

  /** The code that a pointer names. Throws `BadInput` where it names no byte of an executable section. */
  code(record: number, at: number): Place {
    const found = this.referent(record, at);
    if (found?.kind === 'place') {
      const { section, offset } = found.place;
      if (isCode(this.#references, section, offset)) return found.place;
    }
    const why = found?.kind === 'nowhere' ? `: ${found.why}` : '';
    throw this.#references.bad(this.section.index, record * this.shape.size + at, `points to no code${why}`);
  }

  /** Adds the code that this pointer of every record names, with the record's number and `base`. Records without it are left out. */
  addTo(table: PlaceTable, at: number, base: number): void {
    let lastSymbol = -1;
    let section: SectionIndex | undefined;
    let start = 0;
    for (let record = 0; record < this.count; record += 1) {
      const slot = this.#slot(record, at);
      const symbol = this.#symbols[slot] ?? -1;
      if (symbol < 0) continue;
      if (symbol !== lastSymbol) {
        const { place } = this.#references.object.symbol(symbolIndex(symbol));
        section = place.kind === 'defined' ? place.section : undefined;
        start = place.kind === 'defined' ? place.offset : 0;
        lastSymbol = symbol;
      }
      const offset = start + (this.#addends[slot] ?? 0);
      // Says what is wrong.
      if (section === undefined || !isCode(this.#references, section, offset)) this.code(record, at);
      else table.add(section, offset, base + record);
    }
  }

  #slot(record: number, at: number): number {
    return record * this.shape.pointers.length + this.shape.pointers.indexOf(at);
  }
}

/** From an offset in a record to the number of the pointer there; -1 where none is. */
function pointerNumbers({ size, pointers }: RecordShape): Int8Array {
  const numbers = new Int8Array(size).fill(-1);
  pointers.forEach((at, number) => {
    numbers[at] = number;
  });
  return numbers;
}

function isCode({ object }: References, section: SectionIndex, offset: number): boolean {
  const home = object.sections[section];
  return home?.executable === true && offset >= 0 && offset < home.size;
}

/**
 * Reads a section as records of the first shape that fits: its size is a multiple, and relocations are only where
 * the shape has pointers. Throws `BadInput` where none fits.
 */
export function readRecords<Shape extends RecordShape>(
  references: References,
  section: Section,
  shapes: readonly Shape[],
): Records<Shape> {
  const { object, layout } = references;
  const bytes = object.contents(section.index, 0, section.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const filled = references.columns(section);
  let stray = 0;
  const fitting = shapes.filter((shape) => {
    if (section.size % shape.size !== 0) return false;
    const numbers = pointerNumbers(shape);
    for (let i = 0; i < filled.count; i += 1) {
      const offset = filled.offsets[i] ?? 0;
      if ((numbers[offset % shape.size] ?? -1) >= 0 || layout.relocations.none.has(filled.types[i] ?? 0)) continue;
      stray = offset;
      return false;
    }
    return true;
  });
  const [shape] = fitting;
  if (shape === undefined) {
    const sizes = shapes.map(({ size }) => size).join(' or ');
    throw references.bad(section.index, stray, `is no table of records of ${sizes} bytes`);
  }
  return new Records(references, section, shape, view, filled);
}

/** The place table of the pointer at `at` of several sections' records, numbered through in the order of the sections. */
export function placesOf<Shape extends RecordShape>(tables: readonly Records<Shape>[], at: number): PlaceTable {
  const places = new PlaceTable();
  let base = 0;
  for (const records of tables) {
    records.addTo(places, at, base);
    base += records.count;
  }
  return places;
}

/** The record of that number, and its table. */
export function recordOf<Shape extends RecordShape>(
  tables: readonly Records<Shape>[],
  number: number,
): { readonly records: Records<Shape>; readonly index: number } | undefined {
  let index = number;
  for (const records of tables) {
    if (index < records.count) return { records, index };
    index -= records.count;
  }
  return undefined;
}

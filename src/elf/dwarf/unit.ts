/** One unit of .debug_info: its header, its first entry, and what its indirect values stand for. */
import type { SectionIndex } from '../../base/brand.ts';
import type { Abbreviation, Abbreviations } from './abbreviations.ts';
import { readAbbreviations } from './abbreviations.ts';
import { AT, UNIT } from './constants.ts';
import { Cursor } from './cursor.ts';
import { BrokenDwarf, type DebugSections } from './debug-section.ts';
import { type Encoding, readValue, skipValue, type Value } from './form.ts';

/** Longer than any header. */
const HEADER_WINDOW = 64;

/** What a header says. */
export interface UnitHeader extends Encoding {
  /** Of the first entry, in .debug_info. */
  readonly entries: number;
  /** Behind the unit, in .debug_info. */
  readonly end: number;
  readonly abbreviations: number;
  /** Whether it is of a kind that describes code. Of a skeleton (split DWARF), only the lines are in this file. */
  readonly code: boolean;
}

/** The wanted attributes of one entry. */
export type Values = ReadonlyMap<number, Value>;

/** A place in a section; without relocation there is none. */
export interface Address {
  readonly section: SectionIndex | undefined;
  readonly value: number;
}

/** Reads a length that may announce the 64-bit format. */
export function readLength(cursor: Cursor): { readonly length: number; readonly offsetSize: 4 | 8 } {
  const first = cursor.unsigned(4);
  if (first === 0xffff_ffff) return { length: cursor.unsigned(8), offsetSize: 8 };
  if (first >= 0xffff_fff0) throw new BrokenDwarf('a length is reserved');
  return { length: first, offsetSize: 4 };
}

/** Reads the header at an offset of .debug_info. */
export function readUnitHeader(sections: DebugSections, start: number): UnitHeader {
  const info = sections.need('.debug_info');
  const cursor = new Cursor(info, start, info.size, HEADER_WINDOW);
  const { length, offsetSize } = readLength(cursor);
  const end = cursor.at + length;
  if (end > info.size) throw new BrokenDwarf('a unit does not end within .debug_info');
  const version = cursor.unsigned(2);
  if (version < 2 || version > 5) throw new BrokenDwarf(`units of version ${version} are unknown`);
  let kind: number = UNIT.compile;
  let addressSize: number;
  let abbreviations: number;
  if (version >= 5) {
    kind = cursor.u8();
    addressSize = cursor.u8();
    abbreviations = cursor.unsigned(offsetSize);
    if (kind === UNIT.skeleton || kind === UNIT.splitCompile) cursor.skip(8);
    else if (kind === UNIT.type || kind === UNIT.splitType) cursor.skip(8 + offsetSize);
  } else {
    abbreviations = cursor.unsigned(offsetSize);
    addressSize = cursor.u8();
  }
  if (cursor.at > end) throw new BrokenDwarf('a unit is shorter than its header');
  if (addressSize !== 8 && addressSize !== 4) throw new BrokenDwarf(`addresses have no ${addressSize} bytes`);
  return {
    version,
    offsetSize,
    addressSize,
    unitStart: start,
    entries: cursor.at,
    end,
    abbreviations,
    code: kind === UNIT.compile || kind === UNIT.partial || kind === UNIT.skeleton,
  };
}

/** A unit whose first entry was read. */
export class Unit {
  readonly sections: DebugSections;
  readonly header: UnitHeader;
  readonly abbreviations: Abbreviations;
  /** Of the first entry. */
  readonly values: Values;

  constructor(sections: DebugSections, header: UnitHeader) {
    this.sections = sections;
    this.header = header;
    this.abbreviations = readAbbreviations(sections.need('.debug_abbrev'), header.abbreviations);
    const cursor = this.cursorAt(header.entries, 1024);
    const shape = this.shapeAt(cursor);
    this.values = header.code && shape !== undefined ? this.valuesOf(cursor, shape) : new Map();
  }

  /** Reads entries of the unit from an offset of .debug_info. */
  cursorAt(offset: number, window?: number): Cursor {
    if (offset < this.header.entries) throw new BrokenDwarf('a reference leads into a header');
    return new Cursor(this.sections.need('.debug_info'), offset, this.header.end, window);
  }

  /** The shape of the entry that comes next; `undefined` at the end of a list of siblings. */
  shapeAt(cursor: Cursor): Abbreviation | undefined {
    const code = cursor.uleb();
    if (code === 0) return undefined;
    const shape = this.abbreviations.get(code);
    if (shape === undefined) throw new BrokenDwarf(`.debug_abbrev has no code ${code}`);
    return shape;
  }

  /** Reads the attributes of an entry, of which only the wanted ones are kept. */
  valuesOf(cursor: Cursor, shape: Abbreviation): Values {
    const values = new Map<number, Value>();
    for (const { name, form, implicit, wanted } of shape.attributes) {
      if (wanted) values.set(name, readValue(cursor, form, implicit, this.header));
      else skipValue(cursor, form, this.header);
    }
    return values;
  }

  /** A number or an offset into another section. */
  constant(values: Values, name: number): number | undefined {
    const value = values.get(name);
    return value?.kind === 'constant' ? value.value : undefined;
  }

  /** Where a reference leads, as an offset in .debug_info. */
  reference(values: Values, name: number): number | undefined {
    const value = values.get(name);
    return value?.kind === 'reference' ? value.entry : undefined;
  }

  text(values: Values, name: number): string | undefined {
    const value = values.get(name);
    switch (value?.kind) {
      case 'text':
        return value.text;
      case 'string':
        return stringAt(this.sections, value.section, value.offset);
      case 'indirect-string': {
        const size = this.header.offsetSize;
        const base = this.constant(this.values, AT.strOffsetsBase) ?? 0;
        const at = base + value.index * size;
        const offset = new Cursor(this.sections.need('.debug_str_offsets'), at, undefined, size).unsigned(size);
        return stringAt(this.sections, '.debug_str', offset);
      }
      default:
        return undefined;
    }
  }

  address(value: Value | undefined): Address | undefined {
    if (value?.kind === 'address') return value;
    if (value?.kind === 'indirect-address') return this.addressAt(value.index);
    return undefined;
  }

  /** An entry of the unit's table in .debug_addr. */
  addressAt(index: number): Address {
    const size = this.header.addressSize;
    const at = (this.constant(this.values, AT.addrBase) ?? 0) + index * size;
    return new Cursor(this.sections.need('.debug_addr'), at, undefined, size).located(size);
  }
}

/** The string at an offset of a section of strings. */
export function stringAt(sections: DebugSections, section: string, offset: number): string {
  return new Cursor(sections.need(section), offset, undefined, 128).text();
}

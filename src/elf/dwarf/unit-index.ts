/** Which unit describes the code at a place: by .debug_aranges, else by the units' own first entries. */
import { BadInput } from '../../base/bad-input.ts';
import type { SectionIndex } from '../../base/brand.ts';
import { Cursor } from './cursor.ts';
import { BrokenDwarf, type DebugSections } from './debug-section.ts';
import { lastNotAfter, RangeIndex } from './range-index.ts';
import { extentOf, rangesOf } from './ranges.ts';
import { readLength, readUnitHeader, Unit, type UnitHeader } from './unit.ts';

/** What .debug_aranges says. */
interface Claims {
  /** Of units, by their offsets in .debug_info. */
  readonly ranges: RangeIndex<number>;
  /** All units that it speaks of. */
  readonly units: Set<number>;
}

/** Finds units. Both tables are read once, at the first question that needs them. */
export class UnitIndex {
  readonly #sections: DebugSections;
  #tabled: Claims | undefined;
  #scanned: RangeIndex<number> | undefined;
  #headers: readonly UnitHeader[] | undefined;

  constructor(sections: DebugSections) {
    this.#sections = sections;
  }

  /** The unit that covers a place, by its offset in .debug_info. */
  covering(section: SectionIndex, offset: number): number | undefined {
    this.#tabled ??= this.#readTable();
    const told = this.#tabled.ranges.at(section, offset);
    if (told !== undefined) return told;
    // Compilers may leave units out: clang all, others those that they did not make.
    this.#scanned ??= this.#scan(this.#tabled.units);
    return this.#scanned.at(section, offset);
  }

  /** The unit whose entries hold an offset of .debug_info. */
  holding(entry: number): UnitHeader | undefined {
    const headers = this.#all();
    const header = headers[lastNotAfter(headers.length, (i) => headers[i]?.unitStart ?? 0, entry)];
    return header !== undefined && entry < header.end ? header : undefined;
  }

  /** The first headers of .debug_info that describe code, and no more is read. */
  first(count: number): readonly UnitHeader[] {
    const headers: UnitHeader[] = [];
    for (const header of this.#walk()) {
      if (header.code) headers.push(header);
      if (headers.length === count) break;
    }
    return headers;
  }

  /** Every header, up to the first that is broken. */
  #all(): readonly UnitHeader[] {
    this.#headers ??= [...this.#walk()];
    return this.#headers;
  }

  *#walk(): Generator<UnitHeader, void> {
    const size = this.#sections.find('.debug_info')?.size ?? 0;
    for (let at = 0; at < size; ) {
      const header = ifSound(() => readUnitHeader(this.#sections, at));
      if (header === undefined) return;
      yield header;
      at = header.end;
    }
  }

  #readTable(): Claims {
    const claims: Claims = { ranges: new RangeIndex(), units: new Set() };
    ifSound(() => {
      const section = this.#sections.need('.debug_aranges');
      const cursor = new Cursor(section, 0);
      while (cursor.at < section.size) readSet(cursor, claims);
    });
    return claims;
  }

  #scan(without: ReadonlySet<number>): RangeIndex<number> {
    const found = new RangeIndex<number>();
    for (const header of this.#all()) {
      if (!header.code || without.has(header.unitStart)) continue;
      ifSound(() => {
        const unit = new Unit(this.#sections, header);
        const extent = extentOf(unit, unit.values);
        if (extent === undefined) return;
        for (const range of rangesOf(unit, extent)) found.add(range, header.unitStart);
      });
    }
    return found;
  }
}

/** Reads what one unit claims, and goes behind it. */
function readSet(cursor: Cursor, claims: Claims): void {
  const start = cursor.at;
  const { length, offsetSize } = readLength(cursor);
  const end = cursor.at + length;
  const version = cursor.unsigned(2);
  const unit = cursor.unsigned(offsetSize);
  const addressSize = cursor.u8();
  const selectorSize = cursor.u8();
  if (version !== 2 || selectorSize !== 0 || (addressSize !== 8 && addressSize !== 4)) {
    cursor.seek(end);
    return;
  }
  claims.units.add(unit);
  const pair = 2 * addressSize;
  cursor.seek(start + Math.ceil((cursor.at - start) / pair) * pair);
  // The pair of zeroes at the end is empty as well, and an empty range of an object is none.
  while (cursor.at + pair <= end) {
    const { section, value } = cursor.located(addressSize);
    const size = cursor.unsigned(addressSize);
    if (section !== undefined && size > 0) claims.ranges.add({ section, low: value, high: value + size }, unit);
  }
  cursor.seek(end);
}

/** What `read` returns; `undefined` where it meets broken debugging information: the rest may serve all the same. */
export function ifSound<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof BrokenDwarf || error instanceof BadInput) return undefined;
    throw error;
  }
}

/** The code that an entry covers: DW_AT_low_pc and high_pc, .debug_ranges (version 4), .debug_rnglists (version 5). */
import type { SectionIndex } from '../../base/brand.ts';
import { AT } from './constants.ts';
import { Cursor } from './cursor.ts';
import { BrokenDwarf } from './debug-section.ts';
import type { Address, Unit, Values } from './unit.ts';

/** Code of one section, from `low` to `high` (excluded). */
export interface Range {
  readonly section: SectionIndex;
  readonly low: number;
  readonly high: number;
}

/** Where an entry's code lies: one range, or a list that is read when asked for. */
export type Extent =
  | { readonly kind: 'range'; readonly range: Range }
  | { readonly kind: 'list'; readonly offset: number };

const WINDOW = 512;

/** DW_RLE_* */
const RLE = {
  endOfList: 0,
  baseAddressx: 1,
  startxEndx: 2,
  startxLength: 3,
  offsetPair: 4,
  baseAddress: 5,
  startEnd: 6,
  startLength: 7,
} as const;

/** What an entry says of its code; `undefined` where it has none. */
export function extentOf(unit: Unit, values: Values): Extent | undefined {
  const list = values.get(AT.ranges);
  if (list?.kind === 'constant') return { kind: 'list', offset: list.value };
  if (list?.kind === 'list-index') return { kind: 'list', offset: listOffset(unit, list.index) };
  const low = unit.address(values.get(AT.lowPc));
  const end = values.get(AT.highPc);
  if (low === undefined || end === undefined) return undefined;
  const high = end.kind === 'constant' ? low.value + end.value : unit.address(end)?.value;
  const range = high === undefined ? undefined : rangeOf(low, high);
  return range && { kind: 'range', range };
}

/** The ranges themselves; empty ones and those in no section are left out. */
export function rangesOf(unit: Unit, extent: Extent): readonly Range[] {
  if (extent.kind === 'range') return [extent.range];
  return unit.header.version >= 5 ? rangeList(unit, extent.offset) : oldRanges(unit, extent.offset);
}

function rangeOf({ section, value }: Address, high: number): Range | undefined {
  return section === undefined || high <= value ? undefined : { section, low: value, high };
}

/** Where DW_FORM_rnglistx leads, by the table of offsets that DW_AT_rnglists_base names. */
function listOffset(unit: Unit, index: number): number {
  const size = unit.header.offsetSize;
  const base = unit.constant(unit.values, AT.rnglistsBase);
  if (base === undefined) throw new BrokenDwarf('a unit has no table of range lists');
  return base + new Cursor(unit.sections.need('.debug_rnglists'), base + index * size, undefined, size).unsigned(size);
}

function rangeList(unit: Unit, offset: number): readonly Range[] {
  const cursor = new Cursor(unit.sections.need('.debug_rnglists'), offset, undefined, WINDOW);
  const size = unit.header.addressSize;
  const ranges: Range[] = [];
  const add = (low: Address, high: number): void => {
    const range = rangeOf(low, high);
    if (range !== undefined) ranges.push(range);
  };
  let base = unit.address(unit.values.get(AT.lowPc)) ?? { section: undefined, value: 0 };
  for (;;) {
    const kind = cursor.u8();
    switch (kind) {
      case RLE.endOfList:
        return ranges;
      case RLE.baseAddressx:
        base = unit.addressAt(cursor.uleb());
        break;
      case RLE.startxEndx: {
        const low = unit.addressAt(cursor.uleb());
        add(low, unit.addressAt(cursor.uleb()).value);
        break;
      }
      case RLE.startxLength: {
        const low = unit.addressAt(cursor.uleb());
        add(low, low.value + cursor.uleb());
        break;
      }
      case RLE.offsetPair: {
        const low = cursor.uleb();
        add({ section: base.section, value: base.value + low }, base.value + cursor.uleb());
        break;
      }
      case RLE.baseAddress:
        base = cursor.located(size);
        break;
      case RLE.startEnd: {
        const low = cursor.located(size);
        add(low, cursor.unsigned(size));
        break;
      }
      case RLE.startLength: {
        const low = cursor.located(size);
        add(low, low.value + cursor.uleb());
        break;
      }
      default:
        throw new BrokenDwarf(`range lists have no entries of kind ${kind}`);
    }
  }
}

function oldRanges(unit: Unit, offset: number): readonly Range[] {
  const cursor = new Cursor(unit.sections.need('.debug_ranges'), offset, undefined, WINDOW);
  const size = unit.header.addressSize;
  const newBase = size === 8 ? 2 ** 64 : 2 ** 32 - 1;
  const ranges: Range[] = [];
  let base = unit.address(unit.values.get(AT.lowPc)) ?? { section: undefined, value: 0 };
  for (;;) {
    const low = cursor.located(size);
    const high = cursor.located(size);
    const relocated = low.section !== undefined || high.section !== undefined;
    if (!relocated && low.value === 0 && high.value === 0) return ranges;
    if (low.section === undefined && low.value === newBase) {
      base = high;
      continue;
    }
    // Relocated entries are addresses; those of a unit with one base are offsets from it.
    const range = relocated
      ? rangeOf(low, high.value)
      : rangeOf({ section: base.section, value: base.value + low.value }, base.value + high.value);
    if (range !== undefined) ranges.push(range);
  }
}

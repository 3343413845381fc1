/**
 * Who claims which bytes of one section, by its symbols, without a name or an object for each: an object has some hundred
 * thousand symbols, and few are asked for.
 */
import type { SectionIndex } from '../base/brand.ts';
import type { ElfObject, SymbolColumns } from '../elf/elf-object.ts';
import { placeColumns } from './place-columns.ts';
import { firstAtLeast } from './place-table.ts';
import { flatten, ownerAt, type Segments } from './segments.ts';

/** gABI, st_info: types in the lower four bits. */
const STT_NOTYPE = 0;
const STT_FUNC = 2;

/** Symbols at one place are a group; groups are numbered by their offsets. */
export interface SectionCode {
  readonly count: number;
  /** Where each group starts. */
  readonly offsets: ArrayLike<number>;
  /** Bytes; where no symbol of the group has a size, up to the next group or the section's end. */
  readonly sizes: ArrayLike<number>;
  /** Whether a symbol of the group is an STT_FUNC. */
  readonly isTyped: (group: number) => boolean;
  /** Numbers for `ElfObject.symbol`, in table order. */
  readonly symbols: (group: number) => readonly number[];
  /** The group that starts exactly there; -1 where none does. */
  readonly startingAt: (offset: number) => number;
  /** The group that a byte belongs to: the innermost STT_FUNC, else the innermost sized code, else the last label before; -1. */
  readonly at: (offset: number) => number;
}

/** Reads a section's symbols; `isMapping` says of a symbol without a type that it marks something else than code. */
export function readSectionCode(
  object: ElfObject,
  section: SectionIndex,
  isMapping: (symbol: number) => boolean,
): SectionCode {
  const header = object.sections[section];
  const end = header?.executable === true ? header.size : 0;
  const columns = object.symbolColumns?.(section) ?? codeColumns(object, section);
  const rows = new Uint32Array(columns.count);
  const firsts = new Uint32Array(columns.count + 1);
  const offsets = new Uint32Array(columns.count + 1);
  let code = 0;
  let count = 0;
  for (let row = 0; row < columns.count; row += 1) {
    const offset = columns.offsets[row] ?? 0;
    const type = (columns.infos[row] ?? 0) & 0xf;
    if (offset >= end || (type !== STT_FUNC && type !== STT_NOTYPE)) continue;
    if (type === STT_NOTYPE && isMapping(columns.indices[row] ?? 0)) continue;
    if (count === 0 || offsets[count - 1] !== offset) {
      offsets[count] = offset;
      firsts[count] = code;
      count += 1;
    }
    rows[code] = row;
    code += 1;
  }
  offsets[count] = end;
  firsts[count] = code;
  const sizes = new Uint32Array(count);
  const ends = new Uint32Array(count);
  const typed = new Uint8Array(count);
  const functions: number[] = [];
  const sized: number[] = [];
  const labels: number[] = [];
  for (let group = 0; group < count; group += 1) {
    let size = 0;
    const last = firsts[group + 1] ?? 0;
    for (let i = firsts[group] ?? 0; i < last; i += 1) {
      const row = rows[i] ?? 0;
      size = Math.max(size, columns.sizes[row] ?? 0);
      if (((columns.infos[row] ?? 0) & 0xf) === STT_FUNC) typed[group] = 1;
    }
    const offset = offsets[group] ?? 0;
    (typed[group] === 1 ? functions : size > 0 ? sized : labels).push(group);
    const most = end - offset;
    sizes[group] = Math.min(size > 0 ? size : (offsets[group + 1] ?? 0) - offset, most);
    ends[group] = offset + (sizes[group] ?? 0);
  }
  const starts = offsets.subarray(0, count);
  const claims: readonly Segments[] = [functions, sized, labels].map((groups) => flatten(groups, starts, ends));
  return {
    count,
    offsets: starts,
    sizes,
    isTyped: (group) => typed[group] === 1,
    symbols: (group) => Array.from(rows.subarray(firsts[group], firsts[group + 1]), (row) => columns.indices[row] ?? 0),
    startingAt: (offset) => {
      const group = firstAtLeast(starts, offset);
      return starts[group] === offset ? group : -1;
    },
    at: (offset) => {
      for (const claim of claims) {
        const group = ownerAt(claim, offset);
        if (group >= 0) return group;
      }
      return -1;
    },
  };
}

/** The columns of an object that has only symbols, of those that code has. */
function codeColumns(object: ElfObject, section: SectionIndex): SymbolColumns {
  const symbols = object.symbolsIn(section).filter(({ type }) => type === 'func' || type === 'notype');
  return {
    ...placeColumns(symbols),
    count: symbols.length,
    infos: Uint8Array.from(symbols, ({ type }) => (type === 'func' ? STT_FUNC : STT_NOTYPE)),
  };
}

/** Values of attributes, and of the fields of version 5's file tables, by their form. */
import type { SectionIndex } from '../../base/brand.ts';
import { FORM } from './constants.ts';
import type { Cursor } from './cursor.ts';
import { BrokenDwarf } from './debug-section.ts';

/** What a form depends on. */
export interface Encoding {
  readonly version: number;
  /** Bytes of an offset: 4, or 8 in the 64-bit format. */
  readonly offsetSize: 4 | 8;
  readonly addressSize: number;
  /** Where the unit starts in .debug_info: references of most forms count from here. */
  readonly unitStart: number;
}

/** A value as it stands in the entry; `indirect` ones stand in a table of the unit. */
export type Value =
  | { readonly kind: 'address'; readonly section: SectionIndex | undefined; readonly value: number }
  | { readonly kind: 'indirect-address'; readonly index: number }
  /** Numbers, and offsets into other sections. */
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'list-index'; readonly index: number }
  /** An offset in .debug_info. */
  | { readonly kind: 'reference'; readonly entry: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'string'; readonly section: '.debug_str' | '.debug_line_str'; readonly offset: number }
  | { readonly kind: 'indirect-string'; readonly index: number }
  /** Of no use here: blocks, signatures, supplementary files. */
  | { readonly kind: 'other' };

const OTHER: Value = { kind: 'other' };

/** Reads one value and goes behind it. */
export function readValue(cursor: Cursor, form: number, implicit: number, encoding: Encoding): Value {
  switch (form) {
    case FORM.addr:
      return { kind: 'address', ...cursor.located(encoding.addressSize) };
    case FORM.data1:
    case FORM.flag:
      return { kind: 'constant', value: cursor.u8() };
    case FORM.data2:
      return { kind: 'constant', value: cursor.unsigned(2) };
    case FORM.data4:
      return { kind: 'constant', value: cursor.unsigned(4) };
    case FORM.data8:
      return { kind: 'constant', value: cursor.unsigned(8) };
    case FORM.udata:
      return { kind: 'constant', value: cursor.uleb() };
    case FORM.sdata:
      return { kind: 'constant', value: cursor.sleb() };
    case FORM.secOffset:
      return { kind: 'constant', value: cursor.unsigned(encoding.offsetSize) };
    case FORM.implicitConst:
      return { kind: 'constant', value: implicit };
    case FORM.flagPresent:
      return { kind: 'constant', value: 1 };
    case FORM.rnglistx:
      return { kind: 'list-index', index: cursor.uleb() };
    case FORM.string:
      return { kind: 'text', text: cursor.text() };
    case FORM.strp:
      return { kind: 'string', section: '.debug_str', offset: cursor.unsigned(encoding.offsetSize) };
    case FORM.lineStrp:
      return { kind: 'string', section: '.debug_line_str', offset: cursor.unsigned(encoding.offsetSize) };
    case FORM.strx:
    case FORM.gnuStrIndex:
      return { kind: 'indirect-string', index: cursor.uleb() };
    case FORM.strx1:
    case FORM.strx2:
    case FORM.strx3:
    case FORM.strx4:
      return { kind: 'indirect-string', index: cursor.unsigned(form - FORM.strx1 + 1) };
    case FORM.addrx:
    case FORM.gnuAddrIndex:
      return { kind: 'indirect-address', index: cursor.uleb() };
    case FORM.addrx1:
    case FORM.addrx2:
    case FORM.addrx3:
    case FORM.addrx4:
      return { kind: 'indirect-address', index: cursor.unsigned(form - FORM.addrx1 + 1) };
    case FORM.ref1:
      return { kind: 'reference', entry: encoding.unitStart + cursor.u8() };
    case FORM.ref2:
      return { kind: 'reference', entry: encoding.unitStart + cursor.unsigned(2) };
    case FORM.ref4:
      return { kind: 'reference', entry: encoding.unitStart + cursor.unsigned(4) };
    case FORM.ref8:
      return { kind: 'reference', entry: encoding.unitStart + cursor.unsigned(8) };
    case FORM.refUdata:
      return { kind: 'reference', entry: encoding.unitStart + cursor.uleb() };
    case FORM.refAddr:
      return { kind: 'reference', entry: cursor.unsigned(refAddrSize(encoding)) };
    case FORM.indirect:
      return readValue(cursor, indirectForm(cursor), 0, encoding);
    default:
      skipValue(cursor, form, encoding);
      return OTHER;
  }
}

/** Goes behind one value. Throws `BrokenDwarf` for a form that nobody knows: what comes after it cannot be read. */
export function skipValue(cursor: Cursor, form: number, encoding: Encoding): void {
  cursor.skip(FIXED.get(form) ?? variableSize(cursor, form, encoding));
}

/** Bytes of the forms that have always as many. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [FORM.implicitConst, 0],
  [FORM.flagPresent, 0],
  [FORM.data1, 1],
  [FORM.flag, 1],
  [FORM.ref1, 1],
  [FORM.strx1, 1],
  [FORM.addrx1, 1],
  [FORM.data2, 2],
  [FORM.ref2, 2],
  [FORM.strx2, 2],
  [FORM.addrx2, 2],
  [FORM.strx3, 3],
  [FORM.addrx3, 3],
  [FORM.data4, 4],
  [FORM.ref4, 4],
  [FORM.strx4, 4],
  [FORM.addrx4, 4],
  [FORM.refSup4, 4],
  [FORM.data8, 8],
  [FORM.ref8, 8],
  [FORM.refSig8, 8],
  [FORM.refSup8, 8],
  [FORM.data16, 16],
]);

/** Reads what says how long a value is; the bytes that then still are to be skipped. */
function variableSize(cursor: Cursor, form: number, encoding: Encoding): number {
  switch (form) {
    case FORM.addr:
      return encoding.addressSize;
    case FORM.refAddr:
      return refAddrSize(encoding);
    case FORM.secOffset:
    case FORM.strp:
    case FORM.lineStrp:
    case FORM.strpSup:
    case FORM.gnuRefAlt:
    case FORM.gnuStrpAlt:
      return encoding.offsetSize;
    case FORM.udata:
    case FORM.sdata:
    case FORM.refUdata:
    case FORM.strx:
    case FORM.addrx:
    case FORM.loclistx:
    case FORM.rnglistx:
    case FORM.gnuAddrIndex:
    case FORM.gnuStrIndex:
      cursor.uleb();
      return 0;
    case FORM.string:
      cursor.skipText();
      return 0;
    case FORM.block1:
      return cursor.u8();
    case FORM.block2:
      return cursor.unsigned(2);
    case FORM.block4:
      return cursor.unsigned(4);
    case FORM.block:
    case FORM.exprloc:
      return cursor.uleb();
    case FORM.indirect: {
      const actual = indirectForm(cursor);
      return FIXED.get(actual) ?? variableSize(cursor, actual, encoding);
    }
    default:
      throw new BrokenDwarf(`nobody knows the form ${form}`);
  }
}

/** The form that stands in the entry; it cannot be one whose value stands in the abbreviation, or indirect again. */
function indirectForm(cursor: Cursor): number {
  const form = cursor.uleb();
  if (form === FORM.indirect || form === FORM.implicitConst) throw new BrokenDwarf('an indirect form leads nowhere');
  return form;
}

const refAddrSize = ({ version, addressSize, offsetSize }: Encoding): number =>
  version < 3 ? addressSize : offsetSize;

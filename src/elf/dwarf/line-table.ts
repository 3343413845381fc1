/** .debug_line: the tables of directories and files in front of a line program, versions 2 to 5. */
import { AT, FORM } from './constants.ts';
import { Cursor } from './cursor.ts';
import { BrokenDwarf, type DebugSections } from './debug-section.ts';
import { type Encoding, readValue, type Value } from './form.ts';
import { readLength, stringAt, type Unit } from './unit.ts';

/** One file as the program numbers it. */
export interface LineFile {
  readonly name: Value;
  /** Index of its directory. */
  readonly directory: number;
}

/** What stands in front of the program. */
export interface LineHeader {
  readonly version: number;
  /** Behind the program, in .debug_line. */
  readonly end: number;
  readonly minimumLength: number;
  /** More than 1 only on machines that issue several operations in one instruction. */
  readonly operations: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** How many numbers follow each standard opcode; that of opcode 1 comes first. */
  readonly operands: readonly number[];
  /** By index; that of version 4 and before begins with the directory of the compilation, which is not in the table. */
  readonly directories: readonly (Value | undefined)[];
  /** By index; that of version 4 and before begins with nothing. */
  readonly files: (LineFile | undefined)[];
}

/** DW_LNCT_* */
const CONTENT = { path: 1, directoryIndex: 2 } as const;

/** Forms of table fields. Each takes at least a byte, so that no count can promise more than the section holds. */
const FIELD_FORMS: ReadonlySet<number> = new Set([
  FORM.string,
  FORM.lineStrp,
  FORM.strp,
  FORM.strpSup,
  FORM.strx,
  FORM.strx1,
  FORM.strx2,
  FORM.strx3,
  FORM.strx4,
  FORM.udata,
  FORM.data1,
  FORM.data2,
  FORM.data4,
  FORM.data8,
  FORM.data16,
  FORM.block,
]);

/** The header of a unit's line program, and the cursor that stands behind it. */
export function lineHeaderOf(unit: Unit): { readonly header: LineHeader; readonly cursor: Cursor } | undefined {
  const offset = unit.constant(unit.values, AT.stmtList);
  if (offset === undefined) return undefined;
  const cursor = new Cursor(unit.sections.need('.debug_line'), offset);
  return { header: readLineHeader(cursor), cursor };
}

/** Reads from the start of a unit of .debug_line; the cursor then stands before the program. */
export function readLineHeader(cursor: Cursor): LineHeader {
  const { length, offsetSize } = readLength(cursor);
  const end = cursor.at + length;
  if (end > cursor.end) throw new BrokenDwarf('a line program does not end within .debug_line');
  const version = cursor.unsigned(2);
  if (version < 2 || version > 5) throw new BrokenDwarf(`line programs of version ${version} are unknown`);
  let addressSize = 8;
  if (version >= 5) {
    addressSize = cursor.u8();
    cursor.skip(1);
  }
  const headerLength = cursor.unsigned(offsetSize);
  const program = cursor.at + headerLength;
  const minimumLength = cursor.u8();
  const operations = version >= 4 ? Math.max(cursor.u8(), 1) : 1;
  // Whether rows begin statements by default: kentry takes them all.
  cursor.skip(1);
  const lineBase = cursor.i8();
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  if (lineRange === 0 || opcodeBase === 0) throw new BrokenDwarf('a line program has no lines');
  const operands: number[] = [];
  for (let opcode = 1; opcode < opcodeBase; opcode += 1) operands.push(cursor.u8());
  const encoding: Encoding = { version, offsetSize, addressSize, unitStart: 0 };
  const tables = version >= 5 ? readTables(cursor, encoding) : readOldTables(cursor);
  if (cursor.at > program || program > end) throw new BrokenDwarf('the tables of a line program overlap it');
  cursor.seek(program);
  return { version, end, minimumLength, operations, lineBase, lineRange, opcodeBase, operands, ...tables };
}

function readTables(cursor: Cursor, encoding: Encoding): Pick<LineHeader, 'directories' | 'files'> {
  const directories = readEntries(cursor, encoding).map(({ name }) => name);
  return { directories, files: readEntries(cursor, encoding) };
}

function readEntries(cursor: Cursor, encoding: Encoding): LineFile[] {
  const format: { readonly content: number; readonly form: number }[] = [];
  for (let left = cursor.u8(); left > 0; left -= 1) format.push({ content: cursor.uleb(), form: cursor.uleb() });
  const wrong = format.find(({ form }) => !FIELD_FORMS.has(form));
  if (wrong !== undefined) throw new BrokenDwarf(`file tables have no fields of form ${wrong.form}`);
  const count = cursor.uleb();
  if (format.length === 0 && count > 0) throw new BrokenDwarf('a file table has entries without fields');
  const entries: LineFile[] = [];
  for (let left = count; left > 0; left -= 1) {
    let name: Value = { kind: 'other' };
    let directory = 0;
    for (const { content, form } of format) {
      const value = readValue(cursor, form, 0, encoding);
      if (content === CONTENT.path) name = value;
      else if (content === CONTENT.directoryIndex && value.kind === 'constant') directory = value.value;
    }
    entries.push({ name, directory });
  }
  return entries;
}

function readOldTables(cursor: Cursor): Pick<LineHeader, 'directories' | 'files'> {
  const directories: (Value | undefined)[] = [undefined];
  for (let text = cursor.text(); text !== ''; text = cursor.text()) directories.push({ kind: 'text', text });
  const files: (LineFile | undefined)[] = [undefined];
  for (let text = cursor.text(); text !== ''; text = cursor.text()) files.push(readOldFile(cursor, text));
  return { directories, files };
}

/** What follows a file's name in version 4 and before: also in DW_LNE_define_file. */
export function readOldFile(cursor: Cursor, text: string): LineFile {
  const directory = cursor.uleb();
  // Time and length.
  cursor.uleb();
  cursor.uleb();
  return { name: { kind: 'text', text }, directory };
}

/** A name of the tables as text. */
export function tableText(sections: DebugSections, value: Value | undefined): string | undefined {
  if (value?.kind === 'text') return value.text;
  if (value?.kind === 'string') return stringAt(sections, value.section, value.offset);
  return undefined;
}

/** Line programs that are written here, an opcode a word: what no compiler at hand makes. */
import { describe, expect, test } from 'vitest';
import { type SectionIndex, sectionIndex, sectionOffset, symbolIndex } from '../../base/brand.ts';
import { Cursor } from './cursor.ts';
import type { DebugSection, Operation } from './debug-section.ts';
import { LineRows } from './line-program.ts';
import { readLineHeader } from './line-table.ts';

const TEXT: SectionIndex = sectionIndex(3);

interface Shape {
  readonly version?: number;
  readonly wide?: boolean;
  readonly minimumLength?: number;
  readonly operations?: number;
  readonly opcodeBase?: number;
}

const text = (string: string): readonly number[] => [...new TextEncoder().encode(string), 0];
const number = (size: number, value: number): readonly number[] =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);

/** DW_LNE_set_address: the relocation names the section, and that the address counts from 0 there. */
const SET_ADDRESS = [0, 9, 2, ...number(8, 0)];
const END = [0, 1, 1];

/** A unit of .debug_line of two files, `a.c` and `d/b.c`. */
function unit(program: readonly number[], shape: Shape = {}): readonly number[] {
  const { version = 4, wide = false, minimumLength = 1, operations = 1, opcodeBase = 13 } = shape;
  const offset = wide ? 8 : 4;
  const operands = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 2, 0].slice(0, opcodeBase - 1);
  const tables =
    version >= 5
      ? [1, 1, 0x08, 2, ...text('/c'), ...text('d'), 2, 1, 0x08, 2, 0x0b, 2, ...text('a.c'), 0, ...text('b.c'), 1]
      : [...text('d'), 0, ...text('a.c'), 0, 0, 0, ...text('b.c'), 1, 0, 0, 0];
  const fields = [minimumLength, ...(version >= 4 ? [operations] : []), 1, 256 - 3, 12, opcodeBase, ...operands];
  const header = [...fields, ...tables];
  const body = [
    ...number(2, version),
    ...(version >= 5 ? [8, 0] : []),
    ...number(offset, header.length),
    ...header,
    ...program,
  ];
  return [...(wide ? number(4, 0xffff_ffff) : []), ...number(offset, body.length), ...body];
}

/** Rows of a unit. Each SET_ADDRESS in it is relocated to the start of TEXT; `more` are relocations of RISC-V's kinds. */
function rows(bytes: readonly number[], more: readonly (readonly [number, Operation, number])[] = []): LineRows {
  const addresses = bytes.flatMap((_, at) => (SET_ADDRESS.every((byte, i) => bytes[at + i] === byte) ? [at + 3] : []));
  const all = [...addresses.map((at) => [at, 'set', 0] as const), ...more].toSorted((a, b) => a[0] - b[0]);
  const operations: readonly Operation[] = all.map(([, operation]) => operation);
  const section: DebugSection = {
    name: '.debug_line',
    size: bytes.length,
    relocatesLeb: true,
    read: (offset, length) => Uint8Array.from(bytes.slice(offset, offset + length)),
    relocations: (from, to) =>
      all
        .map(([at, , addend], type) => ({ offset: sectionOffset(at), type, symbol: symbolIndex(1), addend }))
        .filter(({ offset }) => offset >= from && offset < to),
    operation: ({ type }) => operations[type] ?? 'set',
    symbolValue: () => ({ section: TEXT, value: 0 }),
  };
  const cursor = new Cursor(section, 0, bytes.length, 7);
  return new LineRows(cursor, readLineHeader(cursor));
}

/** The rows at the first addresses as `file:line`; `-` where there is none. */
const at = (found: LineRows, count: number): string =>
  Array.from({ length: count }, (_, i) => {
    const row = found.at(TEXT, i);
    return row === undefined ? '-' : `${row.file}:${row.line}`;
  }).join(' ');

/** A special opcode of the usual base 13, lines from -3, range 12. */
const special = (advance: number, lines: number): number => 13 + lines + 3 + 12 * advance;

describe('opcodes', () => {
  test.each<readonly [string, readonly number[], Shape, string]>([
    ['special', [special(0, 4), special(2, -1), 2, 1], {}, '1:5 1:5 1:4 -'],
    ['copy, advance_pc, advance_line', [3, 9, 1, 2, 2, 3, 0x7c, 1, 2, 1], {}, '1:10 1:10 1:6 -'],
    ['set_file', [4, 2, 1, 2, 1], {}, '2:1 -'],
    [
      'set_column, negate_stmt, basic_block, prologue, epilogue, isa',
      [5, 9, 6, 7, 10, 11, 12, 1, 1, 2, 1],
      {},
      '1:1 -',
    ],
    // (255 - 13) / 12 = 20
    ['const_add_pc', [1, 8, 2, 1], {}, `${'1:1 '.repeat(21)}-`],
    [
      'fixed_advance_pc takes no instructions but bytes',
      [1, 9, 2, 0, 1, 2, 1],
      { minimumLength: 4 },
      '1:1 1:1 1:1 1:1 1:1 1:1 -',
    ],
    ['instructions of four bytes', [1, special(1, 1), 2, 1], { minimumLength: 4 }, '1:1 1:1 1:1 1:1 1:2 1:2 1:2 1:2 -'],
    [
      'three operations in an instruction',
      [1, 2, 2, 3, 1, 1, 2, 1, 3, 1, 1, 2, 3],
      { operations: 3, minimumLength: 2 },
      '1:2 1:2 1:3 1:3 -',
    ],
    ['unknown opcodes have operands', [13, 9, 9, 1, 2, 1], { opcodeBase: 14 }, '1:1 -'],
    ['few standard opcodes', [1, 2, 1, 10 + 3 + 5], { opcodeBase: 10 }, '1:1 -'],
    ['unknown extended opcodes', [0, 3, 0x80, 1, 2, 1, 2, 1], {}, '1:1 -'],
    ['define_file', [0, 6, 3, ...text('x'), 0, 0, 0, 4, 3, 1, 2, 1], {}, '3:1 -'],
    ['several rows of one address', [1, 3, 1, 1, 2, 1], {}, '1:2 -'],
  ])('%s', (_, program, shape, expected) => {
    const found = rows(unit([...SET_ADDRESS, ...program, ...END], shape));
    expect(at(found, expected.split(' ').length)).toBe(expected);
  });
});

describe('units', () => {
  test.each([2, 3, 4, 5].flatMap((version) => [false, true].map((wide) => [version, wide] as const)))(
    'version %i, 64-bit format %s',
    (version, wide) => {
      const bytes = unit([...SET_ADDRESS, 4, 1, 1, 2, 1, ...END], { version, wide });
      expect(at(rows(bytes), 2)).toBe('1:1 -');
    },
  );

  test('two sequences, in the wrong order', () => {
    const second = [...SET_ADDRESS, 2, 4, 3, 1, 1, 2, 1, ...END];
    expect(at(rows(unit([...second, ...SET_ADDRESS, 1, 2, 1, ...END])), 6)).toBe('1:1 - - - 1:2 -');
  });

  test('rows without an address are nowhere', () => {
    expect(at(rows(unit([1, 2, 1, ...END])), 2)).toBe('- -');
  });

  test('a program that just stops covers up to its last row', () => {
    expect(at(rows(unit([...SET_ADDRESS, 1, special(2, 1)])), 3)).toBe('1:1 1:1 -');
  });

  test('RISC-V: what is advanced by is a difference of symbols', () => {
    const bytes = unit([...SET_ADDRESS, 1, 9, 0, 0, 3, 1, 1, 2, 1, ...END]);
    const field = bytes.lastIndexOf(9) + 1;
    const found = rows(bytes, [
      [field, 'add', 5],
      [field, 'subtract', 3],
    ]);
    expect(at(found, 4)).toBe('1:1 1:1 1:2 -');
  });
});

describe('broken ones are refused', () => {
  const good = unit([...SET_ADDRESS, 1, 2, 1, ...END], { version: 5 });
  const format = good.indexOf(0x08, 30) - 2;
  test.each<readonly [string, readonly number[]]>([
    ['longer than the section', [...number(4, good.length + 9), ...good.slice(4)]],
    ['of version 6', good.with(4, 6)],
    ['with entries that take no bytes', good.with(format + 2, 0x19)],
    ['with entries of no fields', good.with(format, 0)],
    ['without a range of lines', good.with(16, 0)],
    ['with a program before its header ends', good.with(8, 3)],
  ])('%s', (_, bytes) => {
    expect(() => rows(bytes)).toThrow(/^[a-z.]/);
    expect(() => rows(good)).not.toThrow();
  });
});

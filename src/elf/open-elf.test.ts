/** The ELF reader: what is in an object comes out; what is broken is refused with file, offset and reason. */
import { describe, expect, test } from 'vitest';
import { type WrittenObject, writeElf } from '../../tests/elf-writer.ts';
import { BadInput } from '../base/bad-input.ts';
import { sectionIndex, symbolIndex } from '../base/brand.ts';
import { memorySource } from '../base/byte-source.ts';
import type { ElfObject } from './elf-object.ts';
import { openElf } from './open-elf.ts';

const open = (bytes: Uint8Array): ElfObject => openElf(memorySource('test.o', bytes));

const TEXT = { name: '.text', flags: 6, bytes: new Uint8Array(32).map((_, i) => i) };
const BSS = { name: '.bss', type: 8, flags: 3, size: 2 ** 31 };

const SMALL: WrittenObject = {
  sections: [TEXT, BSS, { name: '.text', flags: 6, bytes: new Uint8Array([1]) }],
  symbols: [
    { name: '', info: 0x03, section: 1 },
    { name: 'twice', info: 0x02, section: 1, value: 8, size: 4 },
    { name: 'twice', info: 0x12, section: 1, value: 4, size: 4 },
    { name: 'weak', info: 0x20, section: 1, value: 4 },
    { name: 'nowhere', info: 0x10 },
    { name: 'fixed', info: 0x10, section: 0xfff1, value: 7 },
    { name: 'shared', info: 0x11, section: 0xfff2, value: 8, size: 8 },
    { name: 'zeroes', info: 0x11, section: 2, value: 2 ** 30 },
    { name: 'größe', info: 0x1a, section: 3 },
    { name: 'not\u0001a\nname'.repeat(20), info: 0x16, section: 3 },
  ],
  relocations: new Map([
    [
      1,
      [
        { offset: 20, type: 2, symbol: 5, addend: -4 },
        { offset: 4, type: 4, symbol: 2, addend: 2 ** 40 },
        { offset: 4, type: 1, symbol: 1, addend: 0 },
      ],
    ],
  ]),
};

describe('an object', () => {
  const object = open(writeElf(SMALL));

  test('has its sections, also several of one name', () => {
    expect(object.machine).toBe('x86-64');
    expect(object.sections.map((s) => s.name)).toEqual([
      '',
      '.text',
      '.bss',
      '.text',
      '.symtab',
      '.strtab',
      '.rela1',
      '.shstrtab',
    ]);
    expect(object.sectionsNamed('.text').map((s) => s.index)).toEqual([1, 3]);
    expect(object.sectionsNamed('.data')).toEqual([]);
    expect(object.sections[1]).toMatchObject({ executable: true, writable: false, allocated: true, size: 32 });
    expect(object.sections[2]).toMatchObject({ executable: false, writable: true, size: 2 ** 31 });
  });

  test('gives bytes; of SHT_NOBITS zeroes, but not without end', () => {
    expect([...object.contents(sectionIndex(1), 30, 2)]).toEqual([30, 31]);
    expect([...object.contents(sectionIndex(2), 2 ** 30, 3)]).toEqual([0, 0, 0]);
    expect(() => object.contents(sectionIndex(2), 0, 2 ** 31)).toThrow(BadInput);
    expect(() => object.contents(sectionIndex(1), 30, 3)).toThrow(/0x1e do not lie in section 1/);
    expect(() => object.contents(sectionIndex(99), 0, 1)).toThrow(BadInput);
  });

  test('has its symbols by number', () => {
    const shown = Array.from({ length: object.symbolCount }, (_, i) => object.symbol(symbolIndex(i)))
      .slice(1)
      .map((s) => `${s.name.slice(0, 10)} ${s.type} ${s.binding} ${JSON.stringify(Object.values(s.place))} ${s.size}`);
    expect(shown).toEqual([
      '.text section local ["defined",1,0] 0',
      'twice func local ["defined",1,8] 4',
      'twice func global ["defined",1,4] 4',
      'weak notype weak ["defined",1,4] 0',
      'nowhere notype global ["undefined"] 0',
      'fixed notype global ["absolute",7] 0',
      'shared object global ["common"] 8',
      'zeroes object global ["defined",2,1073741824] 0',
      'größe ifunc global ["defined",3,0] 0',
      'not\u0001a\nname tls global ["defined",3,0] 0',
    ]);
    expect(() => object.symbol(symbolIndex(11))).toThrow(/names symbol 11, but there are 11/);
  });

  test('has its symbols by name, global ones first', () => {
    expect(object.symbolsNamed('twice').map((s) => s.index)).toEqual([3, 2]);
    expect(object.symbolsNamed('größe').map((s) => s.index)).toEqual([9]);
    expect(object.symbolsNamed('not\u0001a\nname'.repeat(20)).map((s) => s.index)).toEqual([10]);
    expect(object.symbolsNamed('not\u0001a\nname'.repeat(19))).toEqual([]);
    expect(object.symbolsNamed('wice')).toEqual([]);
    expect(object.symbolsNamed('')).toEqual([]);
  });

  test('has its symbols by section: by offset, then as in the table, without the section itself', () => {
    expect(object.symbolsIn(sectionIndex(1)).map((s) => s.index)).toEqual([3, 4, 2]);
    expect(object.symbolsIn(sectionIndex(2)).map((s) => s.index)).toEqual([8]);
    expect(object.symbolsIn(sectionIndex(0))).toEqual([]);
    expect(object.symbolsIn(sectionIndex(77))).toEqual([]);
  });

  test('has its relocations by offset, whatever their order in the file', () => {
    const relocations = object.relocations(sectionIndex(1));
    expect(relocations.count).toBe(3);
    expect(relocations.between(0, 32)).toEqual([
      { offset: 4, type: 4, symbol: 2, addend: 2 ** 40 },
      { offset: 4, type: 1, symbol: 1, addend: 0 },
      { offset: 20, type: 2, symbol: 5, addend: -4 },
    ]);
    expect(relocations.between(5, 20)).toEqual([]);
    expect(relocations.between(5, 21).map((r) => r.type)).toEqual([2]);
    expect(object.relocations(sectionIndex(3)).between(0, 100)).toEqual([]);
  });
});

describe('a large object', () => {
  test('may have more than 65,279 sections', () => {
    const count = 70_000;
    const sections = Array.from({ length: count }, (_, i) => ({
      name: i === count - 1 ? '.last' : '.t',
      bytes: new Uint8Array(1),
    }));
    const object = open(
      writeElf({
        sections,
        symbols: [
          { name: 'in_last', info: 0x12, section: count },
          { name: 'in_first', info: 0x12, section: 1 },
        ],
      }),
    );
    expect(object.sections.length).toBe(count + 5);
    expect(object.symbolsNamed('in_last')[0]?.place).toEqual({ kind: 'defined', section: count, offset: 0 });
    expect(object.symbolsIn(sectionIndex(count)).map((s) => s.name)).toEqual(['in_last']);
    expect(object.sectionsNamed('.last').map((s) => s.index)).toEqual([count]);
  });

  test.each([true, false])('may have many relocations, in order: %s', (inOrder) => {
    const count = 50_000;
    const relocations = Array.from({ length: count }, (_, i) => {
      const turn = inOrder ? i : (i * 7919) % count;
      return { offset: turn * 4, type: 2, symbol: 1, addend: turn };
    });
    const object = open(
      writeElf({
        sections: [{ name: '.text', bytes: new Uint8Array(count * 4) }],
        symbols: [{ name: 'x' }],
        relocations: new Map([[1, relocations]]),
      }),
    );
    const table = object.relocations(sectionIndex(1));
    for (const at of [0, 1, 255, 256, 257, 511, 32_767, 32_768, 49_999]) {
      expect(table.between(at * 4, at * 4 + 4).map((r) => r.addend)).toEqual([at]);
      expect(table.between(at * 4 + 1, at * 4 + 4)).toEqual([]);
    }
    expect(table.between(0, count * 4).map((r) => r.addend)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test('is read by ranges: opening it reads its headers and names alone', () => {
    const bytes = writeElf({ sections: [{ name: '.debug_info', bytes: new Uint8Array(50_000_000) }, TEXT] });
    let read = 0;
    const source = memorySource('large.o', bytes);
    const object = openElf({
      ...source,
      read: (offset, length) => {
        read += length;
        return source.read(offset, length);
      },
    });
    object.contents(sectionIndex(2), 0, 16);
    expect(read).toBeLessThan(300_000);
  });
});

/** `bytes` with some of them changed. */
function patched(bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

/** Where the header of the section of that number is. */
const headerAt = (bytes: Uint8Array, section: number): number =>
  Number(new DataView(bytes.buffer).getBigUint64(0x28, true)) + section * 64;

describe('what is no object is refused', () => {
  const good = writeElf(SMALL);
  const header = (section: number): number => headerAt(good, section);
  const text = new TextEncoder();
  test.each<[string, Uint8Array, number, RegExp]>([
    ['nothing', new Uint8Array(), 0, /is empty/],
    ['text', text.encode('int main(void) { return 0; }'), 0, /is no ELF file$/],
    ['one byte', good.slice(0, 1), 0, /is no ELF file$/],
    ['gzip', patched(good, 0, 0x1f, 0x8b), 0, /gzip-compressed/],
    ['xz', patched(good, 0, 0xfd, 0x37, 0x7a), 0, /xz-compressed/],
    ['zstd', patched(good, 0, 0x28, 0xb5, 0x2f, 0xfd), 0, /zstd-compressed/],
    ['bitcode', patched(good, 0, 0x42, 0x43, 0xc0, 0xde), 0, /LLVM bitcode/],
    ['an archive', text.encode('!<arch>\n'), 0, /archive/],
    ['half a header', good.slice(0, 40), 40, /ends within the ELF header/],
    ['32 bits', patched(good, 4, 1), 4, /ELFCLASS32/],
    ['big-endian', patched(good, 5, 2), 5, /big-endian/],
    ['a strange byte order', patched(good, 5, 9), 5, /byte order 9/],
    ['another machine', patched(good, 18, 8, 0), 18, /machine 8/],
    ['a program', patched(good, 16, 2), 16, /ET_EXEC/],
    ['a shared object', patched(good, 16, 3), 16, /ET_DYN/],
    ['a core file', patched(good, 16, 4), 16, /ELF type 4/],
    ['a wrong header size', patched(good, 0x3a, 63), 0x3a, /63 bytes, not 64/],
    ['no section headers', patched(good, 0x28, 0, 0, 0, 0, 0, 0, 0, 0), 0x28, /no section header table/],
    ['headers beyond the end', patched(good, 0x2b, 0xff), good.length, /the file has/],
    ['headers beyond all files', patched(good, 0x2f, 0xff), 0x28, /which no file can have/],
    ['too many sections', patched(good, 0x3c, 0xff, 0xee), 0x3c, /61183 entries, more than the file holds/],
    ['a count of none', patched(good, 0x3c, 0, 0), header(0), /is empty/],
    ['section names in no string table', patched(good, 0x3e, 1), 0x3e, /section 1 is to hold the section names/],
    ['section names nowhere', patched(good, 0x3e, 0x80), 0x3e, /section 128 is to hold the section names/],
    ['a cut file', good.slice(0, good.length - 1), 0x3c, /more than the file holds/],
    ['a section beyond the end', patched(good, header(1) + 0x1b, 1), header(1) + 0x18, /beyond the end of the file/],
    ['a section of 4 GB', patched(good, header(2) + 0x24, 1), header(2) + 0x20, /more than any object has/],
    ['a name beyond its table', patched(good, header(1), 0xff, 0xff), 0, /section 1 has its name at 0xffff/],
    ['symbols of another size', patched(good, header(4) + 0x38, 25), header(4) + 0x38, /25 bytes, not 24/],
    [
      'symbol names nowhere',
      patched(good, header(4) + 0x28, 1),
      header(4) + 0x28,
      /section 1 is to hold the symbol names/,
    ],
  ])('%s', (_, bytes, offset, reason) => {
    const problem = problemOf(() => open(bytes));
    expect(problem.reason).toMatch(reason);
    expect(problem.file).toBe('test.o');
    if (offset > 0) expect(problem.offset).toBe(offset);
  });
});

function problemOf(act: () => unknown): BadInput {
  try {
    act();
  } catch (error) {
    if (error instanceof BadInput) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('what is broken within an object is refused when it is asked for', () => {
  const good = writeElf(SMALL);
  const bytesOf = (section: number): number =>
    Number(new DataView(good.buffer).getBigUint64(headerAt(good, section) + 0x18, true));
  const symbol = (index: number): number => bytesOf(4) + index * 24;
  const one = (index: number) => (object: ElfObject) => object.symbol(symbolIndex(index)).name;
  const all = (object: ElfObject) => object.relocations(sectionIndex(1)).between(0, 32);
  test.each<[string, Uint8Array, (object: ElfObject) => unknown, RegExp]>([
    ['a symbol in no section', patched(good, symbol(2) + 6, 0x70), one(2), /section 112, but there are 8/],
    ['a symbol beyond its section', patched(good, symbol(2) + 8, 33), one(2), /0x21 of a section of 0x20 bytes/],
    ['a symbol of no size', patched(good, symbol(2) + 23, 0x80), one(2), /which no file can have/],
    ['a symbol with an index that is elsewhere', patched(good, symbol(2) + 6, 0xff, 0xff), one(2), /SHT_SYMTAB_SHNDX/],
    ['a symbol with a name beyond the table', patched(good, symbol(2), 0, 0, 1), one(2), /string table/],
    ['a name that does not end', patched(good, bytesOf(6) - 1, 0x41), one(10), /does not end|string table/],
    ['a relocation beyond its section', patched(good, bytesOf(6), 32), all, /0x20 of a section of 0x20 bytes/],
    ['a relocation for no symbol', patched(good, bytesOf(6) + 12, 11), all, /names symbol 11, but there are 11/],
    ['an addend out of range', patched(good, bytesOf(6) + 23, 0x40), all, /out of all range/],
    ['relocations of another size', patched(good, headerAt(good, 6) + 0x38, 16), all, /16 bytes, not 24/],
    ['relocations without addends', patched(good, headerAt(good, 6) + 4, 9), all, /SHT_REL/],
  ])('%s', (_, bytes, ask, reason) => {
    const object = open(bytes);
    expect(problemOf(() => ask(object)).reason).toMatch(reason);
  });

  test('two tables of relocations for one section', () => {
    const bytes = writeElf({
      ...SMALL,
      sections: [TEXT, { name: '.rela', type: 4, info: 1, entrySize: 24 }, TEXT],
      symbols: [{ name: 'x' }],
    });
    expect(problemOf(() => open(bytes)).reason).toMatch(/sections 2 and 6 both have the relocations of section 1/);
  });
});

describe('names that overlap', () => {
  test('cost no more than the file', () => {
    const count = 40_000;
    const bytes = writeElf({
      sections: [{ name: '.text', bytes: new Uint8Array(1) }],
      symbols: [{ name: 'a'.repeat(count) }, ...Array.from({ length: count - 1 }, () => ({ name: '' }))],
    });
    // Every symbol's name begins one byte further on in the same long name.
    const view = new DataView(bytes.buffer);
    const symtab = Number(view.getBigUint64(headerAt(bytes, 2) + 0x18, true));
    for (let i = 1; i <= count; i += 1) view.setUint32(symtab + i * 24, i, true);
    expect(
      open(bytes)
        .symbolsNamed('a'.repeat(5))
        .map((s) => s.index),
    ).toEqual([count - 4]);
  });
});

/** Lines, chains and names of the fixtures in fixtures/dwarf, as `addr2line -i` gives them too. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sectionOffset } from '../base/brand.ts';
import { memorySource } from '../base/byte-source.ts';
import type { ElfObject, ElfSymbol } from './elf-object.ts';
import { openElf } from './open-elf.ts';
import { type ElfSourceLine, sourceLines } from './source-lines.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/dwarf');

const bytesOf = (name: string): Uint8Array => readFileSync(join(FIXTURES, name));

const open = (name: string): ElfObject => openElf(memorySource(name, bytesOf(name)));

/** `file:line < function at file:line < ...` */
function said(line: ElfSourceLine | undefined): string {
  if (line === undefined) return 'nothing';
  const links = (line.inlined ?? []).map((link) => `${link.function} at ${link.file}:${link.line}`);
  return [`${line.file}:${line.line}`, ...links].join(' < ');
}

/** The symbol of a function. */
function func(object: ElfObject, name: string): ElfSymbol & { place: { kind: 'defined' } } {
  const [found] = object.symbolsNamed(name);
  if (found?.place.kind !== 'defined') throw new Error(`there is no ${name}`);
  return { ...found, place: found.place };
}

/** What is said of the calls in a function, each once, in the order of the text. */
function calls(object: ElfObject, name: string): readonly string[] {
  const { place, size } = func(object, name);
  const lines = sourceLines(object);
  // The relocation of a call stands behind its opcode, but on RISC-V on it.
  const back = object.machine === 'riscv64' ? 0 : 1;
  const texts = object
    .relocations(place.section)
    .between(place.offset, place.offset + size)
    .filter(({ symbol }) => ['probe', 'failed', 'outer'].includes(object.symbol(symbol).name))
    .map(({ offset }) => said(lines.lineOf(place.section, sectionOffset(offset - back))));
  return [...new Set(texts)].toSorted();
}

const OF_LINES: Readonly<Record<string, readonly string[]>> = {
  plain: ['lines.c:31'],
  copy: ['lines.c:26'],
  by_address: ['window.h:22'],
  apart: ['window.h:9 < twice at window.h:15 < guarded at lines.c:20'],
  outer: [
    'lines.c:14',
    'lines.c:8 < middle at lines.c:15',
    'window.h:9 < twice at window.h:15 < guarded at lines.c:6 < middle at lines.c:15',
  ],
};

const LINES_OBJECTS = ['gcc-4.o', 'gcc-5.o', 'gcc-64-bit-format.o', 'clang-4.o', 'clang-5.o', 'clang-riscv.o'];

describe('C code', () => {
  test.each(LINES_OBJECTS.flatMap((file) => Object.keys(OF_LINES).map((name) => [file, name] as const)))(
    '%s: %s',
    (file, name) => {
      expect(calls(open(file), name)).toEqual(OF_LINES[name]);
    },
  );

  test.each([
    ['gcc-4.o', 'both', ['lines.c:26 < copy at lines.c:44']],
    ['gcc-4.o', 'both.cold', ['lines.c:41', 'lines.c:42']],
    ['gcc-5.o', 'both.cold', ['lines.c:41', 'lines.c:42']],
    ['clang-5.o', 'both', ['lines.c:26 < copy at lines.c:44', 'lines.c:41', 'lines.c:42']],
  ])('%s: %s, which has a cold part', (file, name, expected) => {
    expect(calls(open(file), name)).toEqual(expected);
  });
});

describe('assembly code', () => {
  test.each(['gas-4.o', 'gas-5.o', 'linked.o'])('%s', (file) => {
    expect(calls(open(file), 'asm_entry')).toEqual(['assembly.S:7']);
    expect(calls(open(file), 'asm_text')).toEqual(['assembly.S:21']);
  });
});

describe('units of several compilers in one object', () => {
  test.each(Object.keys(OF_LINES))('%s', (name) => {
    expect(calls(open('linked.o'), name)).toEqual(OF_LINES[name]);
  });

  test('one that .debug_aranges leaves out', () => {
    const chain = 'window.h:9 < twice at window.h:15 < guarded at other.c:6';
    expect(calls(open('linked.o'), 'other')).toEqual([chain]);
  });
});

test('split DWARF has lines without chains', () => {
  expect(calls(open('split.o'), 'outer')).toEqual(['lines.c:14', 'lines.c:8', 'window.h:9']);
});

test('compressed debugging information says nothing', () => {
  expect(calls(open('compressed.o'), 'outer')).toEqual(['nothing']);
});

test('an object without debugging information says nothing', () => {
  const object = { ...open('gcc-5.o'), sectionsNamed: () => [] };
  const { place } = func(object, 'outer');
  expect(said(sourceLines(object).lineOf(place.section, place.offset))).toBe('nothing');
});

describe('declared inline', () => {
  test.each([
    // By DW_AT_inline, which clang leaves alike for all that it inlined.
    ['gcc-4.o', 'copy', true],
    ['gcc-5.o', 'copy', true],
    ['clang-5.o', 'copy', false],
    // By the header.
    ['gcc-4.o', 'by_address', true],
    ['gcc-5.o', 'by_address', true],
    ['clang-5.o', 'by_address', true],
    ['gcc-5.o', 'plain', false],
    ['gcc-5.o', 'outer', false],
    ['gcc-5.o', 'apart', false],
  ])('%s: %s %s', (file, name, expected) => {
    const object = open(file);
    const { place } = func(object, name);
    expect(sourceLines(object).isInline(place.section, place.offset)).toBe(expected);
  });
});

describe('what is read', () => {
  test('nothing before the first question, and of other units nothing but their ranges', () => {
    const object = open('linked.o');
    const read: string[] = [];
    const watched: ElfObject = {
      ...object,
      contents: (section, offset, length) => {
        read.push(object.sections[section]?.name ?? '');
        return object.contents(section, offset, length);
      },
    };
    const lines = sourceLines(watched);
    expect(read).toEqual([]);
    const { place } = func(object, 'asm_entry');
    lines.lineOf(place.section, place.offset);
    const first = read.length;
    expect(first).toBeGreaterThan(0);
    lines.lineOf(place.section, sectionOffset(place.offset + 1));
    expect(read.length).toBe(first);
  });
});

describe('broken debugging information', () => {
  test.each(['gcc-4.o', 'gcc-5.o', 'clang-5.o', 'clang-riscv.o'])('%s: every byte of it wrong once', (file) => {
    const bytes = bytesOf(file);
    const object = open(file);
    const outer = func(object, 'outer');
    for (const section of object.sections.filter(({ name }) => name.startsWith('.debug_'))) {
      for (let at = 0; at < section.size; at += 1) {
        const wrong = 0xff ^ (bytes[at] ?? 0);
        const changed: ElfObject = {
          ...object,
          contents: (index, offset, length) => {
            const read = object.contents(index, offset, length);
            if (index !== section.index || at < offset || at >= offset + length) return read;
            const copy = Uint8Array.from(read);
            copy[at - offset] = wrong;
            return copy;
          },
        };
        const lines = sourceLines(changed);
        // Whatever it says, it says something.
        lines.lineOf(outer.place.section, sectionOffset(outer.place.offset + outer.size - 1));
        lines.isInline(outer.place.section, outer.place.offset);
      }
    }
  });
});

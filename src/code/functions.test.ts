/** What symbols make functions: aliases, labels, padding, cold parts, and whom a place belongs to. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sectionIndex, sectionOffset, symbolIndex } from '../base/brand.ts';
import { memorySource } from '../base/byte-source.ts';
import type { ElfObject, ElfSymbol } from '../elf/elf-object.ts';
import { openElf } from '../elf/open-elf.ts';
import { Functions } from './functions.ts';
import { placeAt } from './references.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/noinstr');

const TEXT = sectionIndex(1);
const COLD = sectionIndex(2);

/** `name type binding offset size`, the section's number behind `@` where it is not 1. */
function functionsOf(...lines: readonly string[]): Functions {
  const symbols = lines.map((line, i): ElfSymbol => {
    const [text = '', section = '1'] = line.split(' @');
    const [name = '', type, binding, offset, size] = text.split(' ');
    return {
      index: symbolIndex(i),
      name,
      type: type === 'func' ? 'func' : type === 'object' ? 'object' : 'notype',
      binding: binding === 'global' ? 'global' : binding === 'weak' ? 'weak' : 'local',
      place: { kind: 'defined', section: sectionIndex(Number(section)), offset: sectionOffset(Number(offset)) },
      size: Number(size),
    };
  });
  const section = (index: number) => ({
    index: sectionIndex(index),
    name: `.text.${index}`,
    type: 1,
    executable: index > 0,
    writable: false,
    allocated: true,
    compressed: false,
    size: 100,
    entrySize: 0,
  });
  const offsetOf = ({ place }: ElfSymbol): number => (place.kind === 'defined' ? place.offset : 0);
  const object: ElfObject = {
    file: 'symbols.o',
    machine: 'x86-64',
    sections: [0, 1, 2].map(section),
    sectionsNamed: () => [],
    contents: () => new Uint8Array(),
    relocations: () => ({ count: 0, between: () => [] }),
    symbol: (index) => symbols[index] ?? symbols[0] ?? expect.fail('no symbols'),
    symbolCount: symbols.length,
    symbolsNamed: (name) => symbols.filter((s) => s.name === name),
    symbolsIn: (index) =>
      symbols
        .filter(({ place }) => place.kind === 'defined' && place.section === index)
        .sort((a, b) => offsetOf(a) - offsetOf(b)),
  };
  return new Functions(object, /^\.L/);
}

const shown = (functions: Functions): readonly string[] =>
  functions.in(TEXT).map(({ name, aliases, start, size, typed }) => {
    const others = aliases.filter((alias) => alias !== name).join(',');
    return `${name}${others && `=${others}`} ${start.offset}+${size}${typed ? '' : ' code'}`;
  });

describe('in', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a function and code', ['f func global 0 10', 'c notype global 20 5'], ['f 0+10', 'c 20+5 code']],
    [
      'aliases go by the first global function',
      ['l func local 0 10', 'n notype global 0 0', 'w func weak 0 10', 'g func global 0 10', 'h func global 0 10'],
      ['g=l,n,w,h 0+10'],
    ],
    [
      'code without a size reaches to the next symbol',
      ['a notype global 0 0', 'b notype local 30 0'],
      ['a 0+30 code', 'b 30+70 code'],
    ],
    ['a size beyond the section is cut', ['f func global 90 500'], ['f 90+10']],
    [
      'labels of assemblers, data, and the end are no code',
      ['.L1 notype local 0 0', 'd object global 4 4', 'end notype global 100 0'],
      [],
    ],
    [
      'padding and cold parts are folded in',
      [
        '__pfx_f func local 0 16',
        'f func global 16 4',
        '__cfi_g func local 20 11',
        'g func local 31 4',
        'f.cold func local 40 8',
      ],
      ['f 16+4', 'g 31+4'],
    ],
  ])('%s', (_, lines, expected) => {
    expect(shown(functionsOf(...lines))).toEqual(expected);
  });
});

describe('at', () => {
  test.each<[string, readonly string[], number, string | undefined]>([
    ['inside', ['f func global 10 10'], 19, 'f'],
    ['behind', ['f func global 10 10'], 20, undefined],
    ['before', ['f func global 10 10'], 9, undefined],
    ['a label in a function', ['f func global 0 50', 'l notype global 10 0'], 12, 'f'],
    ['a label in sized code', ['c notype global 0 50', 'l notype global 10 0'], 12, 'c'],
    ['a label by itself', ['f func global 0 8', 'l notype global 10 0'], 50, 'l'],
    ['a function in a function', ['f func global 0 50', 'g func global 10 10'], 15, 'g'],
    ['behind a function in a function', ['f func global 0 50', 'g func global 10 10'], 25, 'f'],
    ['padding', ['__pfx_f func local 0 16', 'f func global 16 4'], 3, 'f'],
    ['padding of nobody', ['__pfx_f func local 0 16'], 3, undefined],
    ['a cold part', ['f func global 0 8', 'f.cold func local 40 8'], 41, 'f'],
    ['a numbered cold part', ['f func global 0 8', 'f.cold.1 func local 40 8'], 41, 'f'],
  ])('%s', (_, lines, offset, name) => {
    expect(functionsOf(...lines).at(placeAt(TEXT, offset))?.name).toBe(name);
  });

  test('a cold part belongs to the function of its own file', () => {
    const filler = Array.from({ length: 5000 }, (_, i) => `x${i} object local 0 0`);
    const functions = functionsOf(
      'f func local 0 8',
      'f.cold func local 0 8 @2',
      ...filler,
      'f func local 20 8',
      'f.cold func local 20 8 @2',
    );
    expect(functions.at(placeAt(COLD, 1))?.start.offset).toBe(0);
    expect(functions.at(placeAt(COLD, 21))?.start.offset).toBe(20);
  });
});

test('a place belongs to the same function whether the section was read before or not', () => {
  let functions = 0;
  for (const name of readdirSync(FIXTURES).filter((file) => file.endsWith('.o'))) {
    const object = openElf(memorySource(name, new Uint8Array(readFileSync(join(FIXTURES, name)))));
    const read = new Functions(object, /^\.L/);
    for (const { index, executable, size } of object.sections) {
      if (!executable) continue;
      functions += read.in(index).length;
      for (let offset = 0; offset < size; offset += 1) {
        const place = placeAt(index, offset);
        expect(new Functions(object, /^\.L/).at(place)).toEqual(read.at(place));
      }
    }
  }
  expect(functions).toBeGreaterThan(50);
});

/** Symbols by name and place: whatever way they are found, the same ones are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { symbolIndex } from '../base/brand.ts';
import { memorySource } from '../base/byte-source.ts';
import type { ElfObject, ElfSymbol } from './elf-object.ts';
import { openElf } from './open-elf.ts';

const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, '../../fixtures/code/branches.o')));
const open = (): ElfObject => openElf(memorySource('branches.o', bytes));
const all = (object: ElfObject): readonly ElfSymbol[] =>
  Array.from({ length: object.symbolCount }, (_, i) => object.symbol(symbolIndex(i)));
const indices = (symbols: readonly ElfSymbol[] | undefined): readonly number[] | undefined =>
  symbols?.map(({ index }) => index);

describe('by name', () => {
  const named = (object: ElfObject, name: string) =>
    all(object).filter((s) => s.name === name && s.name !== '' && s.type !== 'section');

  test.each([
    ['searched for', 0],
    ['looked up', 30],
  ])('%s', (_, before) => {
    for (const { name, type } of all(open())) {
      if (name === '' || type === 'section') continue;
      const object = open();
      // Beyond so many questions an index of all names is made.
      for (let i = 0; i < before; i += 1) object.symbolsNamed('no such name');
      expect(indices(object.symbolsNamed(name))).toEqual(indices(named(object, name)));
    }
  });

  test.each(['', 'neighbour\0', 'eighbour', 'neighbou', 'no such name'])('%j is no name', (name) => {
    const object = open();
    for (let i = 0; i < 60; i += 1) expect(object.symbolsNamed(name)).toEqual([]);
  });
});

test('by place', () => {
  const object = open();
  for (const { index, size } of object.sections) {
    for (let offset = 0; offset <= size; offset += 1) {
      const wanted = object.symbolsIn(index).filter(({ place }) => place.kind === 'defined' && place.offset === offset);
      expect(indices(object.symbolsAt?.(index, offset))).toEqual(indices(wanted));
    }
  }
});

test('as columns', () => {
  const object = open();
  for (const { index } of object.sections) {
    const columns = object.symbolColumns?.(index) ?? expect.fail('no columns');
    const symbols = object.symbolsIn(index);
    expect(Array.from(columns.indices)).toEqual(indices(symbols));
    expect(Array.from(columns.sizes)).toEqual(symbols.map(({ size }) => size));
    expect(Array.from(columns.offsets)).toEqual(
      symbols.map(({ place }) => (place.kind === 'defined' ? place.offset : -1)),
    );
  }
});

test('relocations one by one, all, and by their symbol are the same', () => {
  const object = open();
  let seen = 0;
  for (const { index, size } of object.sections) {
    const table = object.relocations(index);
    const some = table.between(0, size);
    const { count = 0, offsets = [], types = [], symbols = [], addends = [] } = table.columns?.() ?? {};
    const told = Array.from({ length: count }, (_, i) => [offsets, types, symbols, addends].map((c) => c[i] ?? -1));
    // The table itself may be in another order.
    const byOffset = (a: readonly number[], b: readonly number[]) => (a[0] ?? 0) - (b[0] ?? 0);
    expect(told.sort(byOffset)).toEqual(some.map((r) => [r.offset, r.type, r.symbol, r.addend]));
    for (const { symbol } of some) {
      const against = [...(table.against?.(symbol) ?? [])].sort((a, b) => a.offset - b.offset);
      expect(against).toEqual(some.filter((r) => r.symbol === symbol));
    }
    for (const [i, { offset, symbol }] of some.entries()) {
      const names = (from: number, to: number) => table.anyAgainst?.(from, to, [symbolIndex(1 << 20), symbol]);
      expect(names(offset, offset + 1)).toBe(true);
      const next = some.slice(i + 1).find((r) => r.offset > offset && r.symbol === symbol)?.offset ?? size;
      expect(names(offset + 1, next)).toBe(false);
    }
    seen += some.length;
  }
  expect(seen).toBeGreaterThan(10);
});

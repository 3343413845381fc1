/** Members' places from debugging information of two compilers and versions; none is no error. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../base/byte-source.ts';
import { openElf } from './open-elf.ts';
import { structMembers } from './struct-members.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/dwarf');
const WANTED: ReadonlySet<string> = new Set(['per_cpu', 'inner', 'absent']);

function membersIn(file: string, near: string, change: (bytes: Uint8Array) => void = () => undefined) {
  const bytes = new Uint8Array(readFileSync(join(FOLDER, file)));
  change(bytes);
  const object = openElf(memorySource(file, bytes));
  const [symbol] = object.symbolsNamed(near);
  if (symbol?.place.kind !== 'defined') throw new Error(`no ${near}`);
  return structMembers(object, symbol.place, WANTED);
}

describe('structMembers', () => {
  it.each(['gcc-structs-4.o', 'gcc-structs-5.o', 'clang-structs-4.o', 'clang-structs-5.o'])('%s', (file) => {
    expect(Object.fromEntries(membersIn(file, 'reads_structs'))).toEqual({
      'inner.flags': 0,
      'per_cpu.current': 0,
      'per_cpu.count': 8,
      'per_cpu.pad': 0,
      'per_cpu.inner': 64,
      'per_cpu.pending': 68,
    });
  });

  it('finds nothing where the unit has no such structure', () => {
    expect(membersIn('gcc-5.o', 'plain').size).toBe(0);
  });

  it('takes no harm from broken information', () => {
    for (let at = 0x40; at < 0x400; at += 3) {
      const found = membersIn('gcc-structs-5.o', 'reads_structs', (bytes) => {
        bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      });
      expect(found.size).toBeLessThan(20);
    }
  });
});

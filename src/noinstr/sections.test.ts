/** What an object says of its version, and which sections are noinstr in it. */
import { describe, expect, test } from 'vitest';
import { sectionIndex, sectionOffset, symbolIndex } from '../base/brand.ts';
import type { ElfObject, Section } from '../elf/elf-object.ts';
import { kernelVersion } from './kernel-version.ts';
import { sectionRoles } from './sections.ts';

const NAMES = [
  '.text',
  '.noinstr.text',
  '.entry.text',
  '.cpuidle.text',
  '.text..__x86.indirect_thunk',
  '.altinstr_aux',
  '.init.text',
];

/** An object with those sections and a last one of text, under that name, where `banner` says so with a symbol to it. */
function stub(text: string, name: string, banner: boolean): ElfObject {
  const sections = [...NAMES, name].map(
    (title, i): Section => ({
      index: sectionIndex(i),
      name: title,
      type: 1,
      executable: title !== name,
      writable: false,
      allocated: true,
      compressed: false,
      size: title === name ? text.length : 16,
      entrySize: 0,
    }),
  );
  const place = { kind: 'defined', section: sectionIndex(NAMES.length), offset: sectionOffset(0) } as const;
  return {
    file: 'stub.o',
    machine: 'x86-64',
    sections,
    sectionsNamed: (wanted) => sections.filter((s) => s.name === wanted),
    contents: (_, offset, length) => new TextEncoder().encode(text).subarray(offset, offset + length),
    relocations: () => ({ count: 0, between: () => [] }),
    symbol: () => {
      throw new Error('nobody asks');
    },
    symbolCount: 0,
    symbolsNamed: (wanted) =>
      banner && wanted === 'linux_banner'
        ? [{ index: symbolIndex(1), name: wanted, type: 'object', binding: 'weak', place, size: 0 }]
        : [],
    symbolsIn: () => [],
  };
}

describe('kernelVersion', () => {
  test.each([
    ['Linux version 6.12.117 (root@vm) (gcc', '.rodata', true, { major: 6, minor: 12 }],
    ['license=GPL\0vermagic=6.1.0-18-amd64 SMP\0', '.modinfo', false, { major: 6, minor: 1 }],
    [`parm=${'x'.repeat(9000)}\0vermagic=5.10.0 SMP\0`, '.modinfo', false, { major: 5, minor: 10 }],
    ['Linux version 6.12.117', '.rodata', false, undefined],
    ['no banner at all', '.rodata', true, undefined],
    ['', '.rodata', true, undefined],
  ])('%#', (text, name, banner, version) => {
    expect(kernelVersion(stub(text, name, banner))).toEqual(version);
  });
});

describe('sectionRoles', () => {
  const rolesIn = (version?: { major: number; minor: number }) => {
    const object = stub('', '.rodata', false);
    const roles = sectionRoles(object, version);
    expect(object.sections.map(({ name, index }) => [name, roles.roleOf(index)])).toEqual(
      object.sections.map(({ name, executable }) => [name, executable ? roles.roleOfName(name) : undefined]),
    );
    return { all: NAMES.map((name) => roles.roleOfName(name)), walked: roles.walked.map(({ name }) => name) };
  };
  test('of the newest kernel, and of any from 6.3 on', () => {
    const newest = {
      all: [undefined, 'walked', 'walked', 'walked', 'callee', 'borrowed', undefined],
      walked: ['.entry.text', '.noinstr.text', '.cpuidle.text'],
    };
    expect(rolesIn()).toEqual(newest);
    expect(rolesIn({ major: 6, minor: 3 })).toEqual(newest);
    expect(rolesIn({ major: 7, minor: 0 })).toEqual(newest);
  });
  test.each([
    { major: 6, minor: 2 },
    { major: 5, minor: 15 },
  ])('idle code before 6.3 is instrumentable', (version) => {
    expect(rolesIn(version).all).toEqual([undefined, 'walked', 'walked', undefined, 'callee', 'borrowed', undefined]);
    expect(rolesIn(version).walked).toEqual(['.entry.text', '.noinstr.text']);
  });
});

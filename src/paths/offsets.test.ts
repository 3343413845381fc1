/** Members' places: who is believed, and that a disagreement is told; with debugging information of a kernel in miniature. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../base/byte-source.ts';
import { loadCode } from '../code/load-code.ts';
import { openElf } from '../elf/open-elf.ts';
import { createIsa } from '../isa/x86-64/decode.ts';
import { createLifter } from '../isa/x86-64/lift.ts';
import { type Member, settle, toldOffsets } from './offsets.ts';
import { checkPaths } from './paths.ts';

const FILE = 'with-dwarf.o';
const BYTES = new Uint8Array(readFileSync(join(import.meta.dirname, '../../fixtures/paths', FILE)));

const open = (bytes: Uint8Array) => openElf(memorySource(FILE, bytes));

function check(bytes: Uint8Array) {
  const object = open(bytes);
  return checkPaths({ code: loadCode(object, createIsa(), {}), object, lifter: createLifter() });
}

describe('settle', () => {
  const member = (told?: number, read?: number, usual?: number): Member => ({ name: 's.m', told, read, usual });
  const gap = (one: string, by: string, read: string): string =>
    `s.m lies at ${one} ${by}, and the code reads it at ${read}: what rules say of it may be wrong`;
  it.each<readonly [string, Member, number | undefined, string | undefined]>([
    ['nobody knows', member(), undefined, undefined],
    ['only the versions', member(undefined, undefined, 8), 8, undefined],
    ['debugging information knows better', member(12, undefined, 8), 12, undefined],
    ['all agree', member(8, 8, 8), 8, undefined],
    ['a kernel that is configured otherwise', member(12, 12, 8), 12, undefined],
    ['the code is what runs', member(12, 8), 8, gap('0xc', 'by the debugging information', '0x8')],
    ['a version that is not known', member(undefined, 12, 8), 12, gap('0x8', 'in the versions that are known', '0xc')],
  ])('%s', (_, given, offset, why) => {
    expect(settle(given)).toEqual(why === undefined ? { offset } : { offset, gap: why });
  });
});

describe('a kernel with debugging information', () => {
  it('tells what the code tells', () => {
    const told = toldOffsets(open(BYTES));
    expect(told.get('task_struct.lockdep_recursion')).toBe(0x10);
    expect(told.get('task_struct.flags')).toBe(0x14);
    expect(told.get('pcpu_hot.preempt_count')).toBe(8);
    const { findings, gaps, missing } = check(BYTES);
    expect([findings, gaps, missing]).toEqual([[], [], []]);
  });

  it.each([
    ['task_struct.lockdep_recursion', 0x10],
    ['task_struct.flags', 0x14],
    ['pcpu_hot.preempt_count', 8],
  ])('that is wrong about %s has a gap, and is judged by its code', (name, right) => {
    const wrong = right + 1;
    const object = open(BYTES);
    const [info] = object.sectionsNamed('.debug_info');
    if (info === undefined) throw new Error('no debugging information');
    const contents = object.contents(info.index, 0, info.size);
    const start = Buffer.from(BYTES).indexOf(Buffer.from(contents));
    // The byte that says where the member lies is the one whose change moves it.
    let found: Uint8Array | undefined;
    for (let at = 0; at < info.size && found === undefined; at++) {
      if (contents[at] !== right) continue;
      const changed = BYTES.slice();
      changed[start + at] = wrong;
      if (toldOffsets(open(changed)).get(name) === wrong) found = changed;
    }
    if (found === undefined) throw new Error(`nothing moves ${name}`);
    const { findings, missing } = check(found);
    expect(findings).toEqual([]);
    const hex = (n: number): string => `0x${n.toString(16)}`;
    expect(missing).toEqual([
      `${name} lies at ${hex(wrong)} by the debugging information, and the code reads it at ${hex(right)}: what rules say of it may be wrong`,
    ]);
  });
});

/** All walks of an object together: how much work they may be, what is a gap of it, and what is one cause. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../base/byte-source.ts';
import { loadCode } from '../code/load-code.ts';
import { openElf } from '../elf/open-elf.ts';
import { createIsa } from '../isa/x86-64/decode.ts';
import { createLifter } from '../isa/x86-64/lift.ts';
import { checkPaths, type PathsResult } from './paths.ts';
import { DEFAULT_BOUNDS, type WalkBounds } from './walk-types.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/paths');

function check(
  file: string,
  bounds: Partial<WalkBounds> = {},
  bytes: Uint8Array = readFileSync(join(FOLDER, file)),
): PathsResult {
  const object = openElf(memorySource(file, bytes));
  const code = loadCode(object, createIsa(), {});
  return checkPaths({ code, object, lifter: createLifter(), bounds: { ...DEFAULT_BOUNDS, ...bounds } });
}

const sum = ({ statistics }: PathsResult): number => statistics.reduce((all, { states }) => all + states, 0);

describe('bounds', () => {
  it('are far from what a kernel in miniature needs', () => {
    const result = check('kernel-NONE.o');
    expect(result.gaps).toEqual([]);
    expect(sum(result)).toBeLessThan(DEFAULT_BOUNDS.total / 100);
  });

  it('hold for all walks together, and every root that was not walked to its end is a gap', () => {
    const whole = check('kernel-NONE.o');
    const total = 500;
    const bounded = check('kernel-NONE.o', { total });
    // The walk that reaches the bound ends where it notices.
    expect(sum(bounded)).toBeLessThan(total + 100);
    const unseen = whole.statistics.filter(
      ({ root, states }) => states > (bounded.statistics.find((walk) => walk.root === root)?.states ?? 0),
    );
    expect(unseen.length).toBeGreaterThan(5);
    const whys = bounded.gaps.map(({ why }) => why).join('\n');
    for (const { root } of unseen) expect(whys).toContain(`from ${root}`);
  });

  it('hold for each walk', () => {
    const { gaps } = check('kernel-NONE.o', { states: 50 });
    expect(gaps.map(({ why }) => why)).toContain('more than 50 states from do_syscall_64');
  });
});

describe('words of memory', () => {
  it('are bounded too', () => {
    expect(check('kernel-NONE.o', { words: 3 }).gaps.map(({ why }) => why)).toContain(
      'more than 3 words of memory matter here',
    );
  });

  it('do not fill all memory where code pushes in a circle', () => {
    const file = 'kernel-NONE.o';
    const bytes = readFileSync(join(FOLDER, file));
    const object = openElf(memorySource(file, bytes));
    const place = object.symbolsNamed('do_syscall_64')[0]?.place;
    if (place?.kind !== 'defined') throw new Error('no do_syscall_64');
    const code = object.contents(place.section, place.offset, 32);
    const at = bytes.indexOf(Buffer.from(code));
    // 1: push %rsp; jmp 1b
    bytes.set([0x54, 0xeb, 0xfd], at);
    const result = check(file, {}, bytes);
    expect(result.gaps.map(({ why }) => why)).toContain(
      `more than ${DEFAULT_BOUNDS.words} words of memory matter here`,
    );
    expect(sum(result)).toBeLessThan(20_000);
  });
});

/** Where a symbol's entry lies in the file: gABI, "Symbol Table". */
function entryOf(bytes: Buffer, name: string): number {
  const object = openElf(memorySource('object', bytes));
  const index = object.symbolsNamed(name)[0]?.index;
  const headers = Number(bytes.readBigUInt64LE(0x28));
  const table = object.sections.findIndex((section) => section.name === '.symtab');
  if (index === undefined || table < 0) throw new Error(`no ${name}`);
  return Number(bytes.readBigUInt64LE(headers + table * 64 + 0x18)) + index * 24;
}

/** The object with the symbol `name` where `to` is. */
function moved(file: string, name: string, to: string): Buffer {
  const bytes = readFileSync(join(FOLDER, file));
  const from = entryOf(bytes, to);
  // Its section, value and size.
  bytes.copy(bytes, entryOf(bytes, name) + 6, from + 6, from + 24);
  return bytes;
}

it('a structure of another size than the known versions have is a gap', () => {
  const bytes = readFileSync(join(FOLDER, 'plain-NONE.o'));
  expect(check('plain-NONE.o').missing).toEqual([]);
  bytes.writeBigUInt64LE(40n, entryOf(bytes, 'context_tracking') + 16);
  expect(check('plain-NONE.o', {}, bytes).missing).toEqual([
    'context_tracking has 40 bytes, and 24 in the versions that are known: what rules say of it may be wrong',
  ]);
});

describe('a root that stands where it should not', () => {
  const FILE = 'kernel-NONE.o';
  it.each([
    'irq_enter_rcu',
    'irq_exit_rcu',
    'preempt_schedule_irq',
    'vcpu_enter_guest',
    'xfer_to_guest_mode_handle_work',
  ])('is walked: %s in noinstr code', (name) => {
    const { roots } = check(FILE, {}, moved(FILE, name, 'irqentry_exit'));
    expect(roots.map((root) => root.name)).toContain(name);
  });

  it.each(['exc_nmi', 'common_interrupt', 'default_idle_call', 'svm_vcpu_enter_exit', 'do_syscall_64'])(
    'is walked: %s in instrumentable code',
    (name) => {
      const { roots } = check(FILE, {}, moved(FILE, name, 'preempt_schedule_irq'));
      expect(roots.map((root) => root.name)).toContain(name);
    },
  );
});

describe('one cause', () => {
  it('is one finding, with every other place that it shows at', () => {
    const { findings } = check('kernel-USER_ENTRY_ORDER.o');
    // Context tracking that follows user mode, and such that does not, are two instructions of one function.
    expect(findings).toHaveLength(1);
    expect(findings[0]?.also).toHaveLength(1);
    expect(findings[0]?.also[0]).not.toEqual(findings[0]?.place);
    expect(findings[0]?.count).toBeGreaterThan(5);
  });

  it('in two functions is two', () => {
    const { findings } = check('kernel-EXIT_WORK.o');
    expect(new Set(findings.map(({ place }) => place)).size).toBe(findings.length);
    expect(findings.length).toBeGreaterThan(1);
  });
});

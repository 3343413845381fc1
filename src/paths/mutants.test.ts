/**
 * Mechanical mistakes in the compiled kernel in miniature, and the condition that each of them breaks: one line of
 * fixtures/paths/mutants.txt for every condition that some mistake breaks, so that it is seen to fire on compiled code.
 * BLESS=1 tries every mistake, which takes minutes, and writes the file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutantsOf } from '../../tests/object-mutants.ts';
import { memorySource } from '../base/byte-source.ts';
import { loadCode } from '../code/load-code.ts';
import { RULES } from '../contract/rules.ts';
import { openElf } from '../elf/open-elf.ts';
import { createIsa } from '../isa/x86-64/decode.ts';
import { createLifter } from '../isa/x86-64/lift.ts';
import { checkPaths } from './paths.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/paths');
const RECORD = join(FOLDER, 'mutants.txt');
const BYTES = new Uint8Array(readFileSync(join(FOLDER, 'kernel-NONE.o')));
const [isa, lifter] = [createIsa(), createLifter()];

function open(bytes: Uint8Array) {
  const object = openElf(memorySource('mutant.o', bytes));
  return { object, code: loadCode(object, isa, {}), lifter };
}

/** The conditions that are broken in an object. */
function brokenIn(bytes: Uint8Array): ReadonlySet<string> {
  const { findings } = checkPaths(open(bytes));
  return new Set(findings.map(({ judged: { rule, condition } }) => `${rule.id} ${condition.name}`));
}

/** What stands for the tracer, lockdep and others does nothing that a mistake could spoil. */
const OUTSIDE: ReadonlySet<string> = new Set(
  [...readFileSync(join(FOLDER, 'kernel.h'), 'utf8').matchAll(/^(?:NOINSTR_)?OUTSIDE\((\w+)\)$/gm)].map(
    ([, name = '']) => name,
  ),
);

const { object, code } = open(BYTES);
const MUTANTS = new Map(
  mutantsOf(BYTES, object, code, (name) => !OUTSIDE.has(name)).map((mutant) => [mutant.name, mutant] as const),
);

/** For each condition a mistake that breaks it, of few mistakes in all: always the one that breaks most of what is left. */
function fewest(broken: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, string> {
  const chosen = new Map<string, string>();
  for (;;) {
    let best: readonly string[] = [];
    let by = '';
    for (const [name, conditions] of broken) {
      const news = [...conditions].filter((condition) => !chosen.has(condition));
      if (news.length > best.length) [best, by] = [news, name];
    }
    if (best.length === 0) return chosen;
    for (const condition of best) chosen.set(condition, by);
  }
}

const { BLESS: bless } = process.env;
if (bless === '1') {
  const broken = new Map([...MUTANTS.values()].map(({ name, bytes }) => [name, brokenIn(bytes())] as const));
  const lines = [...fewest(broken)].map(([condition, name]) => `${condition}: ${name}\n`);
  writeFileSync(RECORD, lines.sort().join(''));
}

const RECORDED = readFileSync(RECORD, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split(': '));

/** What was tried already: one mistake may stand for several conditions. */
const known = new Map<string, ReadonlySet<string>>();

describe('a mistake in the kernel in miniature', () => {
  it.each(RECORDED)('breaks %s: %s', (condition = '', name = '') => {
    const mutant = MUTANTS.get(name);
    if (mutant === undefined) throw new Error(`there is no such mistake in kernel-NONE.o: BLESS=1 finds them anew`);
    const broken = known.get(name) ?? brokenIn(mutant.bytes());
    known.set(name, broken);
    expect([...broken]).toContain(condition);
  });

  it('breaks most of what its code can break', () => {
    const named = new Set(RULES.flatMap(({ id, conditions }) => conditions.map(({ name }) => `${id} ${name}`)));
    expect(RECORDED.filter(([condition = '']) => !named.has(condition))).toEqual([]);
    expect(new Set(RECORDED.map(([condition]) => condition)).size).toBeGreaterThan(130);
  });
});

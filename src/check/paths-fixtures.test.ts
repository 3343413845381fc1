/**
 * The kernel in miniature of fixtures/paths: clean where it is as it must be, and with each of its mistakes a finding of
 * the rule that the mistake breaks, at the function that the source names beside it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../base/byte-source.ts';
import { RULE_IDS } from '../contract/rule.ts';
import { isNoinstrRule } from '../noinstr/rules.ts';
import type { Report } from '../report/report.ts';
import { checkObject } from './check-object.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/paths');

/** `BROKEN(MISTAKE) ... // in FUNCTION`, by mistake: the name of a rule, and where it is one of several what tells it apart. */
const MISTAKES: ReadonlyMap<string, string> = new Map(
  [...readFileSync(join(FOLDER, 'kernel.c'), 'utf8').matchAll(/BROKEN\(([A-Z_]+)\)[^\n]*\/\/ in (\w+)/g)].map(
    ([, mistake = '', name = '']) => [mistake, name],
  ),
);

/** The rule that a mistake breaks. */
const ruleOf = (mistake: string): string => (mistake.split('__')[0] ?? '').replaceAll('_', '-');

const reportOf = (mistake: string, rules?: readonly string[]): Promise<Report> => check(`kernel-${mistake}.o`, rules);

async function check(file: string, rules?: readonly string[]): Promise<Report> {
  const source = memorySource(file, readFileSync(join(FOLDER, file)));
  const result = await checkObject(source, { version: 'test', ...(rules !== undefined && { rules }) });
  if (result.kind !== 'report') throw new Error(`no report: ${JSON.stringify(result)}`);
  return result.report;
}

/** Those that were built without lockdep, tracers and context tracking as well. */
const PLAIN_MISTAKES: readonly string[] = readdirSync(FOLDER).flatMap(
  (file) => /^plain-(?!NONE)(\w+)\.o$/.exec(file)?.[1] ?? [],
);

describe('the kernel in miniature', () => {
  test('is clean as it must be, and all of it is seen', async () => {
    const { findings, objects } = await reportOf('NONE');
    expect(findings.map(({ rule, function: name, message }) => `${rule} ${name} ${message}`)).toEqual([]);
    expect(objects[0]?.gaps).toEqual([]);
  });

  test.each([...MISTAKES])('breaks %s in %s()', async (mistake, name) => {
    const { findings } = await reportOf(mistake);
    const rule = ruleOf(mistake);
    expect(findings.map((f) => `${f.rule} ${f.function}`)).toContain(`${rule} ${name}`);
    const found = findings.find((f) => f.rule === rule && f.function === name);
    expect(found?.path[0]?.event).toBe('entry');
    expect(found?.path.at(-1)).toMatchObject({ function: name, offset: found?.offset });
  });

  test('has a mistake for every rule that walks judge by', () => {
    const ids = RULE_IDS.filter((id) => !isNoinstrRule(id));
    expect([...new Set([...MISTAKES.keys()].map(ruleOf))].sort()).toEqual(ids.sort());
  });

  test('is clean without lockdep, tracers and context tracking too, and all of it is seen', async () => {
    const { findings, objects } = await check('plain-NONE.o');
    expect(findings.map(({ rule, function: name, message }) => `${rule} ${name} ${message}`)).toEqual([]);
    expect(objects[0]?.gaps).toEqual([]);
  });

  test.each(PLAIN_MISTAKES)('breaks %s without lockdep, tracers and context tracking too', async (mistake) => {
    const { findings } = await check(`plain-${mistake}.o`);
    expect(findings.map(({ rule }) => rule)).toContain(ruleOf(mistake));
  });

  test('is walked from the caller where the compiler has put the guest round into it', async () => {
    const { findings } = await check('inlined-guest-round.o');
    expect(findings.map((f) => `${f.rule} ${f.function}`)).toEqual(['KVM-WORK kvm_arch_vcpu_ioctl_run']);
  });

  test('is not walked where only noinstr rules are wanted', async () => {
    const { findings } = await reportOf('NMI_CLASS', ['NOINSTR-CALL']);
    expect(findings).toEqual([]);
  });
});

/** Every object in fixtures/ gets the findings that its source asks for, on the lines that ask for them, and no other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Expectation, expectationsOf } from '../../tests/expectation.ts';
import { memorySource } from '../base/byte-source.ts';
import type { Finding, Report } from '../report/report.ts';
import { checkObject } from './check-object.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** Sources whose object is checked, with their folder. */
const SOURCES = ['noinstr', 'demo'].flatMap((folder) =>
  readdirSync(join(FIXTURES, folder))
    .filter((file) => /\.(S|c)$/.test(file))
    .map((file) => join(folder, file)),
);

const object = (path: string) => memorySource(path, readFileSync(join(FIXTURES, path)));

async function reportOf(path: string, symbols?: string, rules?: readonly string[]): Promise<Report> {
  const options = { ...(symbols !== undefined && { symbolsFrom: object(symbols) }), ...(rules && { rules }) };
  const result = await checkObject(object(path), { version: 'test', ...options });
  if (result.kind !== 'report') throw new Error(`no report: ${JSON.stringify(result)}`);
  return result.report;
}

const pathText = ({ path }: Finding): string => path.map((step) => `${step.function} ${step.event}`).join('; ');

function fits(wanted: Expectation, finding: Finding): boolean {
  return (
    finding.source?.line === wanted.line &&
    finding.rule === wanted.rule &&
    new RegExp(wanted.message).test(finding.message) &&
    new RegExp(wanted.fix ?? '').test(finding.fix ?? '') &&
    new RegExp(wanted.path ?? '').test(pathText(finding))
  );
}

/** What the findings and expectations do not agree on. */
function disagreements(wanted: readonly Expectation[], findings: readonly Finding[]): readonly string[] {
  const open = [...wanted];
  const unexpected = findings.filter((finding) => {
    const found = open.findIndex((expectation) => fits(expectation, finding));
    if (found >= 0) open.splice(found, 1);
    return found < 0;
  });
  return [
    ...unexpected.map(
      (f) => `unexpected at line ${f.source?.line}: ${f.rule} ${f.message} fix: ${f.fix} path: ${pathText(f)}`,
    ),
    ...open.map((e) => `missing at line ${e.line}: ${e.rule} "${e.message}"`),
  ];
}

describe('findings', () => {
  test.each(SOURCES)('%s', async (path) => {
    const wanted = expectationsOf(readFileSync(join(FIXTURES, path), 'utf8'));
    const { findings, objects } = await reportOf(path.replace(/\.(S|c)$/, '.o'));
    expect(disagreements(wanted.findings, findings)).toEqual([]);
    const whys = objects.flatMap(({ gaps }) => gaps.map(({ why }) => why));
    const missing = wanted.gaps.filter((pattern) => !whys.some((why) => new RegExp(pattern).test(why)));
    expect({ missing, surplus: whys.filter((why) => !wanted.gaps.some((p) => new RegExp(p).test(why))) }).toEqual({
      missing: [],
      surplus: [],
    });
  });

  test('every condition of the three rules is broken by some fixture', () => {
    const all = SOURCES.flatMap((path) => expectationsOf(readFileSync(join(FIXTURES, path), 'utf8')).findings);
    expect(new Set(all.map(({ rule }) => rule))).toEqual(
      new Set(['NOINSTR-CALL', 'NOINSTR-INDIRECT', 'NOINSTR-WINDOW']),
    );
    expect(all.length).toBeGreaterThan(60);
  });
});

describe('lent symbols', () => {
  test('decide about callees that are elsewhere', async () => {
    const { findings, objects } = await reportOf('noinstr/lone.o', 'noinstr/lender.o');
    // What is installed for static calls and in tables no symbol tells.
    expect(objects[0]?.gaps.map((gap) => gap.function)).toEqual(['unknown_static_call', 'unknown_slot']);
    expect(findings.map((f) => `${f.function} ${f.callee?.name} ${f.callee?.section}`)).toEqual([
      'unknown_call somewhere .text',
      'breaks_pointer undefined undefined',
      'breaks_by_hook __asan_store1_noabort undefined',
    ]);
  });
});

describe('an object without a kernel in it', () => {
  test('says by which rules nothing was judged', async () => {
    const [object] = (await reportOf('demo/correct.o')).objects;
    expect(object?.unjudged).toContain('RCU-WATCHING');
    expect(object?.unjudged).not.toContain('NOINSTR-CALL');
    expect(object?.notes).toEqual([expect.stringMatching(/judged by the NOINSTR rules only/)]);
    expect(object?.gaps).toEqual([]);
  });

  test('is no success where such a rule was asked for', async () => {
    const [object] = (await reportOf('demo/correct.o', undefined, ['PAIR', 'NOINSTR-CALL', 'IRQS-OFF'])).objects;
    expect(object?.unjudged).toEqual(['PAIR', 'IRQS-OFF']);
    expect(object?.gaps.map(({ why }) => why)).toEqual([expect.stringMatching(/judged by PAIR, IRQS-OFF$/)]);
  });

  test('needs no word about rules that nobody asked for', async () => {
    const [object] = (await reportOf('demo/correct.o', undefined, ['NOINSTR-CALL'])).objects;
    expect(object).not.toHaveProperty('unjudged');
    expect(object).not.toHaveProperty('notes');
  });
});

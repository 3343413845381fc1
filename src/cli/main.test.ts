/** The command line around an engine that finds what the example report has, or nothing, as the file's name says. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLE } from '../../tests/example-report.ts';
import { type Around, type Recorded, record } from '../../tests/recorded-session.ts';
import { BadInput } from '../base/bad-input.ts';
import { fileOffset } from '../base/brand.ts';
import { noinstrCall } from '../contract/rules/noinstr-call.ts';
import { noinstrIndirect } from '../contract/rules/noinstr-indirect.ts';
import { noinstrWindow } from '../contract/rules/noinstr-window.ts';
import type { Report } from '../report/report.ts';
import type { Checker } from './checker.ts';

const folder = mkdtempSync(join(tmpdir(), 'kentry-'));
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  for (const name of ['findings.o', 'clean.o', 'gaps.o']) writeFileSync(at(name), '\u007fELF');
  writeFileSync(at('text.o'), 'int main;');
  writeFileSync(at('\u001b[31mred.o'), 'int main;');
});

afterAll(() => rmSync(folder, { recursive: true }));

const checker: Checker = {
  rules: [noinstrCall, noinstrIndirect, noinstrWindow],
  check: async (source, { only, tick }) => {
    const [first] = source.read(0, 4);
    if (first !== 0x7f) throw new BadInput(source.name, fileOffset(0), 'not an ELF file');
    for (let states = 0; states < 10; states += 1) tick?.(states);
    const gaps = source.name.includes('gaps') ? EXAMPLE.objects.flatMap((object) => object.gaps) : [];
    const objects = EXAMPLE.objects.map((object) => ({ ...object, file: source.name, gaps, notes: [] }));
    const absent = (only ?? []).filter((name) => EXAMPLE.findings.every((f) => f.function !== name));
    const all = source.name.includes('findings') ? EXAMPLE.findings : [];
    const findings = all.filter((f) => only === undefined || only.includes(f.function));
    return { report: { ...EXAMPLE, objects, findings }, absent };
  },
  show: async () => ({ sequences: [], isKnown: false, names: ['exc_nmi'] }),
  compare: async ({ name }) => ({
    report: { schema: 'kentry.comparison/1', version: 'test', file: name, handlers: [], alone: [] },
    isKnown: false,
    names: ['exc_nmi'],
  }),
};

const kentry = (args: readonly string[], around: Partial<Around> = {}): Promise<Recorded> =>
  record(args, { loadChecker: async () => checker, ...around });

const reportOf = ({ out }: Recorded): Report => JSON.parse(out);

describe('exit status', () => {
  test.each([
    [['clean.o'], 0],
    [['findings.o'], 1],
    [['gaps.o'], 2],
    [['text.o'], 2],
    [['absent.o'], 2],
    [['.'], 2],
    [['clean.o', 'absent.o'], 2],
    [['findings.o', 'absent.o', 'gaps.o'], 1],
  ])('check %j is %i', async (files, status) => {
    expect((await kentry(['check', ...files.map(at)])).status).toBe(status);
  });

  test.each([
    [[], 2],
    [['--version'], 0],
    [['--help'], 0],
    [['help', 'check'], 0],
    [['check', '--help'], 0],
    [['check'], 2],
    [['explain'], 0],
    [['explain', 'NOINSTR-CALL'], 0],
    [['explain', 'NOINSTR-CALLS'], 2],
  ])('%j is %i', async (args, status) => {
    expect((await kentry(args)).status).toBe(status);
  });
});

describe('says what was wrong with', () => {
  test.each([
    [['chekc', 'a.o'], 'no command chekc: did you mean check?'],
    [['vmlinux.o'], 'no command vmlinux.o: did you mean kentry check vmlinux.o?'],
    [['--versoin'], 'no option --versoin: did you mean --version?'],
    [['check', '--formt', 'json', 'a.o'], 'no option --formt: did you mean --format?'],
    [['check', '-x', 'a.o'], 'no option -x'],
    [['check', '--format', 'srif', 'a.o'], 'no format srif: did you mean sarif?'],
    [['check', '--format', 'toString', 'a.o'], 'no format toString: there are text, json, sarif, objtool, junit'],
    [['check', 'a.o', '--output'], '--output needs its FILE'],
    [['check', '--output', '--quiet', 'a.o'], '--output needs its FILE'],
    [['check', '--quiet=yes', 'a.o'], '--quiet takes no value'],
    [
      ['check', '--rules', 'NOINSTR-CAL', 'a.o'],
      'no rule NOINSTR-CAL that objects are checked by: did you mean NOINSTR-CALL?',
    ],
    [['check', '--rules', 'IRQS-OFF', 'a.o'], 'no rule IRQS-OFF that objects are checked by'],
    [['explain', 'noinstr-cal'], 'no rule, event or function noinstr-cal: did you mean NOINSTR-CALL?'],
  ])('%j', async (args, message) => {
    const { status, out, err } = await kentry(args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err.split('\n')[0]).toBe(`kentry: ${message}`);
  });

  test('a function that no file has', async () => {
    const { status, err } = await kentry(['check', '--only', 'exc_nmi,exc_nim', at('findings.o'), at('clean.o')]);
    expect(status).toBe(2);
    expect(err).toContain('no function exc_nim is judged in the files');
  });

  test('a pipe, without waiting for it', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    const { status, err } = await kentry(['check', at('pipe')]);
    expect({ status, err }).toEqual({
      status: 2,
      err: `kentry: ${at('pipe')}: is no regular file: save it to one, or give - for standard input\n`,
    });
  });

  test('a file with a hostile name, which is escaped', async () => {
    const { err } = await kentry(['check', at('\u001b[31mred.o')]);
    expect(err).toBe(`kentry: ${folder}/\\x1b[31mred.o: 0x0: not an ELF file\n`);
  });

  test('kentry itself, without a wrong status', async () => {
    const { status, err } = await kentry(['check', at('clean.o')], {
      loadChecker: async () => ({ ...checker, check: () => Promise.reject(new Error('impossible')) }),
    });
    expect(status).toBe(2);
    expect(err).toContain('this is a mistake in kentry');
  });
});

describe('check', () => {
  test('takes several files, and standard input, in one report', async () => {
    const stdin = new TextEncoder().encode('\u007fELF');
    const run = await kentry(['check', '-f', 'json', at('clean.o'), at('findings.o'), '-'], { stdin });
    const { objects, findings } = reportOf(run);
    expect(objects.map(({ file }) => file)).toEqual([at('clean.o'), at('findings.o'), 'standard input']);
    expect(new Set(findings.map(({ object }) => object))).toEqual(new Set([1]));
  });

  test('keeps to the rules that were asked for, however they are written', async () => {
    const run = await kentry(['check', '--format=json', '--rules', 'noinstr-window', at('findings.o')]);
    expect(reportOf(run).findings.map(({ rule }) => rule)).toEqual(['NOINSTR-WINDOW', 'NOINSTR-WINDOW']);
  });

  test('of rules that were kept the status is 0', async () => {
    const { status } = await kentry(['check', '--only', 'exc_nmi', '--rules', 'NOINSTR-WINDOW', at('findings.o')]);
    expect(status).toBe(0);
  });

  test('writes no empty report where no file could be used', async () => {
    const { out } = await kentry(['check', '--format', 'json', at('text.o')]);
    expect(out).toBe('');
  });

  test('writes to a file, and tells in short', async () => {
    const { out, err } = await kentry(['check', '-f', 'objtool', '-o', at('out.txt'), at('gaps.o')]);
    expect({ out, err }).toEqual({ out: '', err: `kentry: ${at('gaps.o')}: 0 findings, 1 gap\n` });
    expect(readFileSync(at('out.txt'), 'utf8')).toBe('');
    const { status } = await kentry(['check', '-o', join(folder, 'no', 'out.txt'), at('clean.o')]);
    expect(status).toBe(2);
  });

  test.each(['text', 'json', 'sarif', 'objtool', 'junit'])('has the format %s', async (format) => {
    const { out, status } = await kentry(['check', '--format', format, at('findings.o')]);
    expect(status).toBe(1);
    expect(out).toContain('exc_nmi');
  });
});

describe('baseline', () => {
  test('written, then read: nothing is left, until something is new', async () => {
    const known = at('known.json');
    expect((await kentry(['check', '--write-baseline', known, '-q', at('findings.o')])).status).toBe(1);
    const again = await kentry(['check', '--baseline', known, at('findings.o')]);
    expect(again.status).toBe(0);
    expect(again.err).toBe('kentry: 4 findings suppressed by the baseline\n');

    const some: Report = { ...EXAMPLE, findings: EXAMPLE.findings.slice(1) };
    writeFileSync(known, JSON.stringify(some));
    const fresh = await kentry(['check', '--format', 'json', '--baseline', known, at('findings.o')]);
    expect(fresh.status).toBe(1);
    expect(reportOf(fresh).findings.map(({ id }) => id)).toEqual(['00000000000000a1']);
  });

  test('tells what no longer occurs, but not of what was not looked for', async () => {
    const known = at('old.json');
    writeFileSync(known, JSON.stringify(EXAMPLE));
    const { err } = await kentry(['check', '--baseline', known, at('clean.o')]);
    expect(err).toContain('kentry: no longer occurs: NOINSTR-CALL in exc_nmi: call to printk()');
    const part = await kentry(['check', '--baseline', known, '--rules', 'NOINSTR-INDIRECT', at('clean.o')]);
    expect(part.err.match(/no longer occurs/g)).toHaveLength(1);
    const only = await kentry(['check', '--baseline', known, '--only', 'exc_nmi', at('findings.o')]);
    expect(only.err).not.toContain('no longer occurs');
  });

  test('gaps are never suppressed', async () => {
    writeFileSync(at('gaps.json'), JSON.stringify(EXAMPLE));
    expect((await kentry(['check', '--baseline', at('gaps.json'), at('gaps.o')])).status).toBe(2);
  });

  test('that is none is refused before anything is checked', async () => {
    writeFileSync(at('wrong.json'), '{"schema":"other"}');
    const { status, out, err } = await kentry(['check', '--baseline', at('wrong.json'), at('findings.o')]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('$.schema: wanted "kentry.report/1", found "other"');
  });
});

describe('at a terminal', () => {
  const coloured = async (args: readonly string[], around: Partial<Around>): Promise<boolean> =>
    (await kentry(['check', ...args, at('findings.o')], around)).out.includes('\u001b[');

  test.each([
    [[], {}, false],
    [[], { columns: 80 }, true],
    [['--no-color'], { columns: 80 }, false],
    [['--color'], {}, true],
    [[], { columns: 80, env: { NO_COLOR: '1' } }, false],
    [[], { columns: 80, env: { NO_COLOR: '' } }, true],
    [[], { env: { FORCE_COLOR: '1' } }, true],
    [[], { columns: 80, env: { TERM: 'dumb' } }, false],
    [['--color'], { columns: 80, env: { NO_COLOR: '1' } }, true],
  ])('colours of %j with %j: %s', async (args, around, wanted) => {
    expect(await coloured(args, around)).toBe(wanted);
  });

  test('a line tells of progress, cut to the width, and is wiped', async () => {
    const { err } = await kentry(['check', at('clean.o')], { columns: 30, pace: 300 });
    const [, ...lines] = err.split('\r');
    const widths = lines.map((line) => line.replace('\u001b[K', '').length);
    expect(lines[0]).toContain('checking ');
    expect(Math.max(...widths)).toBe(29);
    expect(err.endsWith('\r\u001b[K')).toBe(true);
  });

  test('nothing tells of it where there is no terminal, or no time passes', async () => {
    expect((await kentry(['check', at('clean.o')], { pace: 300 })).err).toBe('');
    expect((await kentry(['check', at('clean.o')], { columns: 60 })).err).toBe('');
  });
});

/**
 * Kernels with one historic bug put back each: the noinstr rules alone find whatever objtool finds, where it finds it,
 * and say nothing about the others. The corpus lies beside the project, or where CORPUS says; what objtool said of
 * each kernel is recorded in it. Needs xz and zstd.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../src/base/byte-source.ts';
import { checkObject } from '../../src/check/check-object.ts';
import { NOINSTR_RULES } from '../../src/noinstr/rules.ts';
import type { Finding, Report } from '../../src/report/report.ts';

const CORPUS = join(process.env['CORPUS'] ?? join(import.meta.dirname, '../../../shared/corpus'), 'x86');

/** What the corpus says of a kernel. */
interface Mutant {
  readonly id: string;
  readonly title: string;
  /** Functions that a finding belongs to; none for a harmless change. */
  readonly expected: readonly string[];
  /** `function` and `what`, a call's callee or `return`, of each of objtool's lines. */
  readonly objtool: readonly { readonly function: string; readonly what: string }[];
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function mutantOf(id: string): Mutant {
  const meta = record(JSON.parse(readFileSync(join(CORPUS, id, 'meta.json'), 'utf8')));
  const said = String(record(record(meta['objtool'])['noinstr_only_mode'])['output']);
  const lines = said.matchAll(/objtool: (\S+?)\+0x\w+: (?:call to (\S+)\(\) leaves|return with)/g);
  return {
    id,
    title: String(meta['title']),
    expected: Array.isArray(meta['expect']) ? meta['expect'].map(String) : [],
    objtool: [...lines].map(([, name = '', callee]) => ({ function: name, what: callee ?? 'return' })),
  };
}

/** Why the corpus cannot be used, if it cannot. */
function obstacle(): string | undefined {
  if (!existsSync(join(CORPUS, 'base', 'vmlinux.o.xz'))) return `there is no ${CORPUS}/base/vmlinux.o.xz`;
  return ['xz', 'zstd'].find((tool) => spawnSync(tool, ['--version']).status !== 0)?.concat(' is not installed');
}

const why = obstacle();
if (why !== undefined) process.stderr.write(`\nskipped: tests of the corpus, since ${why}\n`);

const MUTANTS =
  why === undefined
    ? readdirSync(CORPUS)
        .filter((id) => existsSync(join(CORPUS, id, 'meta.json')))
        .map(mutantOf)
    : [];

async function check(file: string): Promise<Report> {
  const rules = Object.keys(NOINSTR_RULES);
  const result = await checkObject(memorySource(file, readFileSync(file)), { version: 'test', rules });
  if (result.kind !== 'report') throw new Error(`no report: ${result.problem.message}`);
  return result.report;
}

function run(command: string, args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(command, args, { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

const whatOf = ({ rule, callee }: Finding): string => (rule === 'NOINSTR-WINDOW' ? 'return' : (callee?.name ?? ''));

describe.skipIf(why !== undefined)('corpus', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'kentry-corpus-'));
  const base = join(scratch, 'base.o');
  const object = join(scratch, 'mutant.o');
  afterAll(() => rmSync(scratch, { recursive: true }));

  test('has a clean kernel, in which nothing is found and everything seen', async () => {
    run('sh', ['-c', 'xz -dc "$1" >"$2"', 'sh', join(CORPUS, 'base', 'vmlinux.o.xz'), base]);
    const { findings, objects } = await check(base);
    expect(findings).toEqual([]);
    expect(objects[0]?.gaps).toEqual([]);
    expect(objects[0]?.seen.functions).toBeGreaterThan(200);
  });

  test('has kernels that objtool finds something in', () => {
    expect(MUTANTS.filter(({ objtool }) => objtool.length > 0).length).toBeGreaterThan(10);
    expect(MUTANTS.filter(({ expected }) => expected.length === 0).length).toBeGreaterThan(2);
  });

  test.each(MUTANTS)('$id: $title', async ({ id, expected, objtool }) => {
    const patch = join(CORPUS, id, 'vmlinux.o.zst-patch');
    run('zstd', ['-q', '-d', '-f', '--long=31', `--patch-from=${base}`, patch, '-o', object]);
    const { findings, objects } = await check(object);
    expect(objects[0]?.gaps).toEqual([]);

    const found = new Set(findings.map((finding) => `${finding.function}: ${whatOf(finding)}`));
    expect(objtool.filter((line) => !found.has(`${line.function}: ${line.what}`))).toEqual([]);
    // Where objtool is quiet so are these rules: the other bugs of the corpus are other rules' business.
    expect(found.size > 0).toBe(objtool.length > 0);
    for (const { function: name, path, fix, source } of findings) {
      expect(expected).toContain(name);
      expect(path[0]?.event).toBe('entry');
      expect(path.at(-1)?.function).toBe(name);
      expect(fix).toMatch(/^[A-Z].*\.$/);
      // The corpus is without debug information.
      expect(source).toBeUndefined();
    }
  });
});

/**
 * Kernels with one historic bug put back each, judged by the whole contract: every bug is found where it is, by a rule
 * that is about its kind; harmless changes and the clean kernel get no finding. See corpus-noinstr.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../src/base/byte-source.ts';
import { checkObject } from '../../src/check/check-object.ts';
import type { Report } from '../../src/report/report.ts';

const CORPUS = join(process.env['CORPUS'] ?? join(import.meta.dirname, '../../../shared/corpus'), 'x86');

/** The corpus's kinds of bugs, and the rules that speak of each. */
const RULES_OF: Readonly<Record<string, readonly string[]>> = {
  'noinstr-call': ['NOINSTR-CALL', 'NOINSTR-INDIRECT'],
  'window-balance': ['NOINSTR-WINDOW'],
  'order-irq': ['KERNEL-ENTRY', 'IRQ-COUNT'],
  'order-nmi': ['NMI-ORDER'],
  'order-user-entry': ['USER-ENTRY-ORDER'],
  'order-user-exit': ['USER-EXIT-ORDER'],
  'tracing-before-rcu': ['KERNEL-ENTRY', 'RCU-WATCHING'],
  'wrong-class': ['NMI-CLASS'],
  'missing-pair': ['PAIR', 'NMI-ORDER', 'USER-ENTRY-ORDER', 'USER-EXIT-ORDER', 'IRQ-COUNT', 'DEBUG-STATE'],
  'missing-work': ['EXIT-WORK', 'KERNEL-ENTRY'],
  'kvm-order': ['KVM-ORDER'],
  'idle-order': ['IDLE-ORDER'],
  'preempt-context': ['PREEMPT-CONTEXT'],
  'irq-state': ['EXIT-WORK', 'IRQS-OFF', 'LOCKDEP-HW', 'KERNEL-ENTRY', 'PREEMPT-CONTEXT'],
};

interface Kernel {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  /** Functions that a finding belongs to; none for a harmless change. */
  readonly expected: readonly string[];
}

function kernelOf(id: string): Kernel {
  const meta: unknown = JSON.parse(readFileSync(join(CORPUS, id, 'meta.json'), 'utf8'));
  const fields: Readonly<Record<string, unknown>> = typeof meta === 'object' && meta !== null ? { ...meta } : {};
  const { title, class: kind, expect: expected } = fields;
  return {
    id,
    title: String(title),
    kind: String(kind),
    expected: Array.isArray(expected) ? expected.map(String) : [],
  };
}

/** Why the corpus cannot be used, if it cannot. */
function obstacle(): string | undefined {
  if (!existsSync(join(CORPUS, 'base', 'vmlinux.o.xz'))) return `there is no ${CORPUS}/base/vmlinux.o.xz`;
  return ['xz', 'zstd'].find((tool) => spawnSync(tool, ['--version']).status !== 0)?.concat(' is not installed');
}

const why = obstacle();
if (why !== undefined) process.stderr.write(`\nskipped: tests of the corpus, since ${why}\n`);

const KERNELS =
  why === undefined
    ? readdirSync(CORPUS)
        .filter((id) => existsSync(join(CORPUS, id, 'meta.json')))
        .map(kernelOf)
    : [];

async function check(file: string): Promise<Report> {
  const result = await checkObject(memorySource(file, readFileSync(file)), { version: 'test' });
  if (result.kind !== 'report') throw new Error(`no report: ${result.problem.message}`);
  return result.report;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

describe.skipIf(why !== undefined)('corpus', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'kentry-corpus-'));
  const base = join(scratch, 'base.o');
  const object = join(scratch, 'mutant.o');
  afterAll(() => rmSync(scratch, { recursive: true }));

  test('has a clean kernel, in which nothing is found and everything seen', async () => {
    run('sh', ['-c', 'xz -dc "$1" >"$2"', 'sh', join(CORPUS, 'base', 'vmlinux.o.xz'), base]);
    const { findings, objects } = await check(base);
    expect(findings.map((f) => `${f.rule} ${f.function} ${f.message}`)).toEqual([]);
    expect(objects[0]?.gaps).toEqual([]);
  });

  test.each(KERNELS)('$id: $title', async ({ id, kind, expected }) => {
    const patch = join(CORPUS, id, 'vmlinux.o.zst-patch');
    run('zstd', ['-q', '-d', '-f', '--long=31', `--patch-from=${base}`, patch, '-o', object]);
    const { findings } = await check(object);
    const there = findings.filter(
      (f) => expected.includes(f.function) || f.path.some((step) => expected.includes(step.function)),
    );
    if (expected.length === 0) expect(findings).toEqual([]);
    else expect(RULES_OF[kind]).toContain(there[0]?.rule);
    for (const { path, function: name } of findings) {
      expect(path[0]?.event).toBe('entry');
      expect(path.at(-1)?.function).toBe(name);
    }
  });
});

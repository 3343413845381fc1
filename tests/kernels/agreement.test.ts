/**
 * A compiled kernel beside the reference: both have the same sequences of events for everything that the contract speaks of, none
 * of the adaptations is for nothing, and a bug that is put back shows.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADAPTATIONS } from '../../src/agreement/adaptations.ts';
import { type CompareInput, type Comparison, compare } from '../../src/agreement/compare.ts';
import { memorySource } from '../../src/base/byte-source.ts';
import { loadCode } from '../../src/code/load-code.ts';
import { openElf } from '../../src/elf/open-elf.ts';
import { loadIsa, loadLifter } from '../../src/isa/load-isa.ts';
import { PROGRAMS } from '../../src/reference/library.ts';

const CORPUS = join(process.env['CORPUS'] ?? join(import.meta.dirname, '../../../shared/corpus'), 'x86');

function obstacle(): string | undefined {
  if (!existsSync(join(CORPUS, 'base', 'vmlinux.o.xz'))) return `there is no ${CORPUS}/base/vmlinux.o.xz`;
  return ['xz', 'zstd'].find((tool) => spawnSync(tool, ['--version']).status !== 0)?.concat(' is not installed');
}

const why = obstacle();
if (why !== undefined) process.stderr.write(`\nskipped: the agreement with the reference, since ${why}\n`);

/** What must be there, by the handler that shows it. */
const HANDLERS = [
  ['a syscall', 'do_syscall_64', 'do_syscall_64'],
  ['a device interrupt', 'common_interrupt', 'common_interrupt'],
  ['the timer', 'sysvec_apic_timer_interrupt', 'sysvec_apic_timer_interrupt'],
  ['a system vector', 'sysvec_call_function', 'common_interrupt'],
  ['a simple system vector', 'sysvec_reschedule_ipi', 'sysvec_reschedule_ipi'],
  ['NMI', 'exc_nmi', 'exc_nmi'],
  ['#DB of the kernel', 'exc_debug', 'exc_debug'],
  ['#DB of user mode', 'noist_exc_debug', 'noist_exc_debug'],
  ['#BP', 'exc_int3', 'exc_int3'],
  ['#MC of the kernel', 'exc_machine_check', 'exc_machine_check'],
  ['#MC of user mode', 'noist_exc_machine_check', 'noist_exc_machine_check'],
  ['a page fault', 'exc_page_fault', 'exc_page_fault'],
  ['WARN', 'exc_invalid_op', 'exc_invalid_op'],
  ['the idle loop', 'default_idle_call', 'default_idle_call'],
  ['the polling idle loop', 'cpu_idle_poll', 'cpu_idle_poll'],
  ['cpuidle', 'cpuidle_enter_state', 'cpuidle_enter_state'],
  ['a cpuidle driver', 'acpi_idle_enter_bm', 'acpi_idle_enter_bm'],
  ['the NMI that ended a guest run', 'exc_nmi_kvm_vmx', 'exc_nmi_kvm_vmx'],
  ['a guest on VMX', 'vmx_vcpu_enter_exit', 'vmx_vcpu_enter_exit'],
  ['a guest on SVM', 'svm_vcpu_enter_exit', 'svm_vcpu_enter_exit'],
  ['soft interrupts', 'irq_exit_rcu', 'irq_exit_rcu'],
  ['preemption', 'preempt_schedule_irq', 'preempt_schedule_irq'],
  ["KVM's loop", 'vcpu_run', 'vcpu_run (VMX)'],
] as const;

/** Bugs that are put back: the handler that differs, the function in which it does, and what it does or never does. */
const BUGS = [
  ['B03', 'common_interrupt', 'irqentry_enter', 'does rcu.check-tick, not lockdep.hardirqs-off'],
  ['B03c', 'common_interrupt', 'irqentry_enter', 'does trace.off-finish, not ct.irq.enter'],
  ['B11', 'exc_invalid_op', 'irqentry_enter', 'does entry.kernel, not bug.check'],
  ['B12', 'exc_nmi', 'irqentry_nmi_enter', 'does lockdep.hardirq-enter, not lockdep.hardirqs-off'],
  ['B12b', 'exc_nmi', 'exc_nmi', 'does return, not call.nmi-handler'],
  ['B13', 'exc_nmi', 'irqentry_nmi_enter', 'does lockdep.hardirqs-off, not lockdep.off'],
  ['B16b', 'default_idle_call', 'default_idle', 'does trace.off-finish, not ct.idle.exit'],
  ['B29', 'vmx_vcpu_enter_exit', 'vmx_do_nmi_irqoff', 'does enter.nmi.ist-call, not guest.exit.nmi'],
  ['B30b', 'vcpu_run', 'vcpu_run', 'does trace.on-prepare, not guest.timing.enter'],
  ['B36g', 'do_syscall_64', 'do_syscall_64', 'does return, not lockdep.hardirqs-on'],
  ['B41', 'common_interrupt', 'irq_enter', 'does ct.irq.enter, not count.hardirq.add'],
] as const;

/** For each adaptation, in the order of their list, a handler that differs without it. */
const NEEDED = [
  ['irq_enter_rcu', 'common_interrupt'],
  ['irq_exit_rcu', 'common_interrupt'],
  ['preempt_schedule_irq', 'sysvec_reschedule_ipi'],
  ['preempt_schedule_irq', 'preempt_schedule_irq'],
  ['read_thread_flags', 'sysvec_reschedule_ipi'],
  ['exit_to_user_mode_loop', 'sysvec_reschedule_ipi'],
  ['exit_to_user_mode_prepare', 'sysvec_reschedule_ipi'],
  ['syscall_exit_to_user_mode_prepare', 'do_syscall_64'],
  ['syscall_exit_work', 'do_syscall_64'],
  ['handle_softirqs', 'irq_exit_rcu'],
  ['tick_irq_exit', 'irq_exit_rcu'],
  ['exc_nmi', 'exc_nmi'],
  ['handle_page_fault', 'exc_page_fault'],
  ['handle_bug', 'exc_invalid_op'],
  ['exc_invalid_op', 'exc_invalid_op'],
  ['exc_double_fault', 'exc_double_fault'],
  ['exc_alignment_check', 'exc_alignment_check'],
  ['exc_debug_user', 'noist_exc_debug'],
  ['exc_int3', 'exc_int3'],
  ['do_idle', 'do_idle'],
  ['default_idle_call', 'default_idle_call'],
  ['mwait_idle', 'default_idle_call'],
  ['acpi_idle_enter_bm', 'acpi_idle_enter_bm'],
  ['cpuidle_enter_state', 'cpuidle_enter_state'],
  ['vmx_vcpu_enter_exit', 'vmx_vcpu_enter_exit'],
  ['vmx_vcpu_enter_exit', 'vcpu_run'],
  ['kvm_vcpu_exit_request', 'vcpu_run'],
  ['xfer_to_guest_mode_handle_work', 'xfer_to_guest_mode_handle_work'],
  ['svm_vcpu_run', 'svm_vcpu_run'],
  ['svm_vcpu_enter_exit', 'svm_vcpu_enter_exit'],
  ['vcpu_run (VMX)', 'vcpu_run'],
  ['vmx_handle_exit_irqoff', 'vcpu_run'],
] as const;

type Opened = Pick<CompareInput, 'code' | 'object' | 'lifter'>;

async function opened(file: string): Promise<Opened> {
  const object = openElf(memorySource(file, readFileSync(file)));
  const isa = await loadIsa(object.machine);
  const lifter = await loadLifter(object.machine);
  if (isa === undefined || lifter === undefined) throw new Error('x86-64 can be decoded');
  return { code: loadCode(object, isa, {}), object, lifter };
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

describe.skipIf(why !== undefined)('a compiled kernel and the reference', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'kentry-agreement-'));
  const base = join(scratch, 'base.o');
  const object = join(scratch, 'mutant.o');
  let kernel: Opened;
  let whole: Comparison;
  beforeAll(async () => {
    run('sh', ['-c', 'xz -dc "$1" >"$2"', 'sh', join(CORPUS, 'base', 'vmlinux.o.xz'), base]);
    kernel = await opened(base);
    whole = compare(kernel);
  }, 600_000);
  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each(HANDLERS)('agree about %s', (_, root, program) => {
    const handler = whole.handlers.find((each) => each.root === root);
    expect(handler).toMatchObject({ program, differences: [], missing: [], gaps: [] });
    expect(handler?.starts.length).toBeGreaterThan(0);
  });

  test('agree about everything that both have', () => {
    const rest = whole.handlers.filter(
      ({ differences, missing, gaps }) => [...differences, ...missing, ...gaps].length > 0,
    );
    expect(rest).toEqual([]);
    expect(whole.alone.filter((name) => PROGRAMS.has(name))).toEqual([]);
  });

  test('each adaptation has its place in the list', () => {
    expect(NEEDED.map(([program]) => program)).toEqual(ADAPTATIONS.map(({ program }) => program));
  });

  test.each(NEEDED.map(([program, root], index) => ({ program, root, index })))(
    'without the adaptation of $program $root differs',
    ({ root, index }) => {
      const { handlers } = compare({ ...kernel, name: root, adaptations: ADAPTATIONS.toSpliced(index, 1) });
      const [handler] = handlers;
      expect([...(handler?.differences ?? []), ...(handler?.missing ?? [])]).not.toEqual([]);
    },
  );

  test.each(BUGS)('%s: %s differs in %s', async (id, root, at, how) => {
    const patch = join(CORPUS, id, 'vmlinux.o.zst-patch');
    run('zstd', ['-q', '-d', '-f', '--long=31', `--patch-from=${base}`, patch, '-o', object]);
    const mutant = await opened(object);
    const { handlers } = compare({ ...mutant, name: root });
    const told = handlers.flatMap(({ differences, missing }) => [
      ...differences.flatMap(({ path, does, instead }) => {
        const place = path.at(-1)?.place;
        const name = place === undefined ? undefined : mutant.code.functionAt(place)?.name;
        return instead.map(({ event }) => ({ name, how: `does ${does?.event ?? 'return'}, not ${event}` }));
      }),
      ...missing.map(({ program, event }) => ({ name: program, how: `never does ${event}` })),
    ]);
    expect(told).toContainEqual({ name: at, how });
  });
});

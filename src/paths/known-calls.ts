/**
 * Functions that a walk does not look into, because what matters to the contract happens behind a pointer, in another
 * task or in a tracer: each as the updates and events that it stands for. Everything else is walked or a closed box.
 */
import type { EventName } from '../contract/alphabet.ts';
import type { FieldName } from '../contract/fields.ts';
import type { VariableName } from './variables.ts';

/** One thing that a call does. */
export type CallStep =
  /**
   * `unless`: not where the exit loop's last item was this (the code of contract/fields.ts, loopStep). `unseen`: what it is
   * instead where no reading of the flags showed work.
   */
  | { readonly event: EventName; readonly unless?: number; readonly unseen?: EventName }
  /** The variable becomes this, whether or not that is a change; the event tells. */
  | { readonly set: VariableName; readonly to: number; readonly event: EventName }
  /** The variable changes by this; the change tells the events. */
  | { readonly add: VariableName; readonly by: number }
  /** Another context is entered by software, and returns: its entry's events. */
  | { readonly nested: readonly EventName[] }
  /** What the contract waits for is done. */
  | { readonly clear: FieldName }
  /** By an argument (0 is the first), times `sign`. */
  | { readonly addArgument: VariableName; readonly argument: number; readonly sign: 1 | -1 }
  /** A vendor's whole run of the guest, which ends like this. */
  | { readonly guestRound: EventName };

/** What a call of a function stands for. */
export interface KnownCall {
  readonly steps: readonly CallStep[];
  /** It may return with interrupts on although they were off. */
  readonly mayEnable?: boolean;
  /** It returns by iret: takes the rest of an interrupt frame off the stack. */
  readonly popsFrame?: boolean;
  /** What comes behind it is no path of the contract. */
  readonly ends?: true;
  /** What it returns, where it matters. */
  readonly returns?: 'watching' | 'argument' | number;
  /** What may happen instead. */
  readonly or?: KnownCall;
  /** Where the fact comes from: a file and function of the kernel. */
  readonly source: string;
}

const event = (name: EventName, source: string): KnownCall => ({ steps: [{ event: name }], source });
/** Tracepoints are transition code wherever they stand; clang does not always inline them. */
export const isTracepoint = (name: string): boolean =>
  /^trace_(cpu_idle|rcu_watching|rcu_dyntick|user_enter|user_exit|irq_)/.test(name);

const silent = (source: string): KnownCall => ({ steps: [], source });

const IRQ_COUNT = 0x1_0000;

const lockdepOn = { set: 'hardirqs-enabled', to: 1, event: 'lockdep.hardirqs-on' } as const;
const lockdepOff = { set: 'hardirqs-enabled', to: 0, event: 'lockdep.hardirqs-off' } as const;

/** It is walked by itself as vmx_vcpu_enter_exit and svm_vcpu_enter_exit. */
const guestRound = (exit: EventName): KnownCall => ({
  steps: [{ guestRound: exit }],
  source: 'arch/x86/kvm/x86.c: vcpu_enter_guest',
});

/** By name without the compiler's suffixes. Same in 6.1 and 6.12 where no version is named. */
export const KNOWN_CALLS: ReadonlyMap<string, KnownCall> = new Map<string, KnownCall>([
  ['lockdep_hardirqs_off', { steps: [lockdepOff], source: 'kernel/locking/lockdep.c' }],
  ['lockdep_hardirqs_on', { steps: [lockdepOn], source: 'kernel/locking/lockdep.c' }],
  ['lockdep_hardirqs_on_prepare', event('lockdep.hardirqs-on-prepare', 'kernel/locking/lockdep.c')],
  ['trace_hardirqs_off_finish', event('trace.off-finish', 'kernel/trace/trace_preemptirq.c')],
  ['trace_hardirqs_on_prepare', event('trace.on-prepare', 'kernel/trace/trace_preemptirq.c')],
  [
    'trace_hardirqs_off',
    { steps: [lockdepOff, { event: 'trace.off-finish' }], source: 'kernel/trace/trace_preemptirq.c' },
  ],
  [
    'trace_hardirqs_on',
    {
      steps: [{ event: 'trace.on-prepare' }, { event: 'lockdep.hardirqs-on-prepare' }, lockdepOn],
      source: 'kernel/trace/trace_preemptirq.c',
    },
  ],
  [
    'irq_enter_rcu',
    {
      steps: [
        { add: 'preempt-count', by: IRQ_COUNT },
        { add: 'hardirq-context', by: 1 },
        { event: 'tick.irq-enter' },
        { event: 'time.hardirq.enter' },
      ],
      source: 'kernel/softirq.c: irq_enter_rcu',
    },
  ],
  [
    'irq_exit_rcu',
    {
      steps: [
        { event: 'time.hardirq.exit' },
        { add: 'preempt-count', by: -IRQ_COUNT },
        { event: 'tick.irq-exit' },
        { add: 'hardirq-context', by: -1 },
      ],
      source: 'kernel/softirq.c: irq_exit_rcu',
    },
  ],
  [
    'preempt_count_add',
    { steps: [{ addArgument: 'preempt-count', argument: 0, sign: 1 }], source: 'kernel/sched/core.c' },
  ],
  [
    'preempt_count_sub',
    { steps: [{ addArgument: 'preempt-count', argument: 0, sign: -1 }], source: 'kernel/sched/core.c' },
  ],
  [
    '__local_bh_disable_ip',
    { steps: [{ addArgument: 'preempt-count', argument: 1, sign: 1 }], source: 'kernel/softirq.c' },
  ],
  [
    '__local_bh_enable',
    { steps: [{ addArgument: 'preempt-count', argument: 0, sign: -1 }], source: 'kernel/softirq.c' },
  ],
  ['vtime_user_exit', event('vtime.user.exit', 'kernel/sched/cputime.c')],
  ['vtime_user_enter', event('vtime.user.enter', 'kernel/sched/cputime.c')],
  ['rcu_nocb_flush_deferred_wakeup', event('work.flush', 'include/linux/tick.h: tick_nohz_user_enter_prepare')],
  ['__rcu_irq_enter_check_tick', event('rcu.check-tick', 'kernel/rcu/tree.c')],
  ['rcu_irq_enter_check_tick', event('rcu.check-tick', 'include/linux/context_tracking.h')],
  [
    'rcu_note_context_switch',
    event('rcu.note-context-switch', 'include/linux/rcutree.h: rcu_virt_note_context_switch'),
  ],
  ['preempt_schedule_irq', event('call.preempt', 'kernel/sched/core.c')],
  ['x64_sys_call', event('syscall.invoke', 'arch/x86/entry/common.c: do_syscall_x64')],
  ['x32_sys_call', event('syscall.invoke', 'arch/x86/entry/common.c: do_syscall_x32')],
  ['ia32_sys_call', event('syscall.invoke', 'arch/x86/entry/common.c: do_syscall_32_irqs_on')],
  ['uprobe_notify_resume', event('work.uprobe', 'kernel/entry/common.c: exit_to_user_mode_loop')],
  ['arch_do_signal_or_restart', event('work.signal', 'kernel/entry/common.c: exit_to_user_mode_loop')],
  ['resume_user_mode_work', event('work.notify', 'kernel/entry/common.c: exit_to_user_mode_loop')],
  ['rcu_is_watching', { steps: [], returns: 'watching', source: 'kernel/rcu/tree.c' }],
  ['lock_is_held_type', silent('kernel/locking/lockdep.c: reads only')],
  ['debug_lockdep_rcu_enabled', silent('kernel/rcu/update.c: reads only')],
  ['local_clock_noinstr', silent('kernel/sched/clock.c')],
  ['sched_clock_noinstr', silent('arch/x86/kernel/tsc.c')],
  ['poke_int3_handler', silent('arch/x86/kernel/alternative.c: reads the list of text patches')],
  [
    'do_user_addr_fault',
    {
      steps: [{ event: 'call.exception-handler' }],
      mayEnable: true,
      source: 'arch/x86/mm/fault.c: faults of user mode',
    },
  ],
  [
    'asm_exc_nmi_kvm_vmx',
    { steps: [{ nested: ['guest.exit.nmi', 'enter.nmi'] }], popsFrame: true, source: 'arch/x86/kvm/vmx/vmenter.S' },
  ],
  [
    'asm_exc_nmi_noist',
    {
      steps: [{ nested: ['guest.exit.nmi', 'enter.nmi'] }],
      popsFrame: true,
      source: 'arch/x86/kvm/vmx/vmenter.S, 6.1',
    },
  ],
  [
    'asm_fred_entry_from_kvm',
    { steps: [{ nested: ['guest.exit.nmi', 'enter.nmi'] }], source: 'arch/x86/kvm/vmx/vmx.c: vmx_vcpu_enter_exit' },
  ],
  [
    'asm_exc_nmi',
    { steps: [{ nested: ['enter.nmi.ist-call'] }], popsFrame: true, source: 'arch/x86/entry/entry_64.S' },
  ],
  ['clear_bhb_loop', silent('arch/x86/entry/entry_64.S: overwrites the branch history, nothing else')],
  ['entry_ibpb', silent('arch/x86/entry/entry.S: writes a hardware register')],
  ['write_ibpb', silent('arch/x86/entry/entry.S: writes a hardware register')],
  ['__fentry__', silent('arch/x86/kernel/ftrace_64.S: the start of every instrumentable function')],
  ['xfer_to_guest_mode_handle_work', event('kvm.work', 'kernel/entry/kvm.c')],
  ['vtime_guest_enter', event('guest.timing.enter', 'kernel/sched/cputime.c')],
  ['vtime_guest_exit', event('guest.timing.exit', 'kernel/sched/cputime.c')],
  // EXIT_FASTPATH_NONE is 0: an interrupt is never handled on the fast path.
  ['kvm_x86_vcpu_run', { ...guestRound('guest.exit.interrupt'), returns: 0, or: guestRound('guest.exit') }],
  [
    'kvm_x86_handle_exit_irqoff',
    {
      steps: [{ nested: ['enter.guest-interrupt'] }, { clear: 'owedInterrupt' }],
      source: 'arch/x86/kvm/vmx/vmx.c: vmx_handle_exit_irqoff',
    },
  ],
  // The machine stops, and says why: where it does so no longer matters.
  ['panic', { steps: [], ends: true, source: 'kernel/panic.c: panic' }],
  ['__stack_chk_fail', { steps: [], ends: true, source: 'kernel/panic.c: __stack_chk_fail' }],
  // clgi, stgi, vmrun faulted: a bug, or a reboot has turned virtualization off under the guest.
  ['kvm_spurious_fault', { steps: [], ends: true, source: 'arch/x86/kvm/x86.c: kvm_spurious_fault' }],
  // They copy the saved registers to another stack, and return where: the same registers, as far as anybody asks.
  ['sync_regs', { steps: [], returns: 'argument', source: 'arch/x86/kernel/traps.c: sync_regs' }],
  ['vc_switch_off_ist', { steps: [], returns: 'argument', source: 'arch/x86/kernel/traps.c: vc_switch_off_ist' }],
  ['fixup_bad_iret', { steps: [], returns: 'argument', source: 'arch/x86/kernel/traps.c: fixup_bad_iret' }],
  ['do_machine_check', event('call.nmi-handler', 'arch/x86/kernel/cpu/mce/core.c: noinstr with windows of its own')],
  ['report_bug', event('call.warn', 'lib/bug.c')],
  ['__warn_printk', event('call.warn', 'kernel/panic.c')],
  ['preempt_schedule_notrace_thunk', event('call.transition', 'kernel/sched/core.c: asks preemptible() itself')],
  ['lockdep_sys_exit', event('call.transition', 'kernel/locking/lockdep.c')],
  ['rcu_preempt_deferred_qs', event('call.transition', 'kernel/context_tracking.c: ct_kernel_exit')],
  ['rcu_irq_work_resched', event('call.transition', 'kernel/context_tracking.c: __ct_user_enter')],
  ['stop_critical_timings', event('call.transition', 'kernel/sched/idle.c: default_idle_call')],
  ['start_critical_timings', event('call.transition', 'kernel/sched/idle.c: default_idle_call')],
  ['fpregs_assert_state_consistent', event('call.transition', 'arch/x86/include/asm/entry-common.h')],
]);

/** Functions that look for the exit work of a syscall (kernel/entry/common.c), out of line or inlined. */
export const SYSCALL_EXITS: ReadonlySet<string> = new Set([
  'syscall_exit_work',
  'syscall_exit_to_user_mode_prepare',
  'syscall_exit_to_user_mode',
]);

/** Calls that mean something else where they stand in one of these functions; by the callee's name, or its event. */
export const KNOWN_IN: readonly {
  readonly callers: ReadonlySet<string>;
  readonly callee: string;
  /** Only where the field holds this. */
  readonly where?: { readonly field: FieldName; readonly value: number };
  readonly event: EventName;
  readonly source: string;
}[] = [
  {
    callers: new Set(['handle_softirqs', '__do_softirq']),
    callee: 'irqtime_account_irq',
    where: { field: 'softirqTime', value: 0 },
    event: 'time.softirq.enter',
    source: 'include/linux/vtime.h: account_softirq_enter',
  },
  {
    callers: new Set(['handle_softirqs', '__do_softirq']),
    callee: 'irqtime_account_irq',
    where: { field: 'softirqTime', value: 1 },
    event: 'time.softirq.exit',
    source: 'include/linux/vtime.h: account_softirq_exit',
  },
  {
    callers: new Set(['irq_enter_rcu', 'irq_enter']),
    callee: 'irqtime_account_irq',
    event: 'time.hardirq.enter',
    source: 'include/linux/vtime.h: account_hardirq_enter',
  },
  {
    callers: new Set(['irq_exit_rcu', '__irq_exit_rcu', 'irq_exit']),
    callee: 'irqtime_account_irq',
    event: 'time.hardirq.exit',
    source: 'include/linux/vtime.h: account_hardirq_exit',
  },
  {
    callers: new Set(['handle_softirqs', '__do_softirq']),
    callee: 'call.indirect',
    event: 'call.softirq',
    source: 'kernel/softirq.c: handle_softirqs',
  },
  {
    callers: new Set(['preempt_schedule_irq']),
    callee: '__schedule',
    event: 'schedule.preempt',
    source: 'kernel/sched/core.c: preempt_schedule_irq',
  },
  {
    callers: new Set(['syscall_trace_enter']),
    callee: 'ptrace_notify',
    event: 'syscall.ptrace',
    source: 'include/linux/ptrace.h: ptrace_report_syscall',
  },
  {
    callers: SYSCALL_EXITS,
    callee: 'ptrace_notify',
    event: 'syscall.exit-ptrace',
    source: 'include/linux/ptrace.h: ptrace_report_syscall',
  },
];

/** Functions that give back every register, whatever the calling convention lets them change. */
export const KEEPS_REGISTERS: ReadonlySet<string> = new Set([
  // arch/x86/kernel/ftrace_64.S: a nop, or a trampoline that saves everything.
  '__fentry__',
  // arch/x86/entry/thunk.S, THUNK.
  'preempt_schedule_thunk',
  'preempt_schedule_notrace_thunk',
  // arch/x86/entry/entry_64.S, arch/x86/lib/retpoline.S, arch/x86/entry/entry.S: they change rax, rcx and rdx, which entry
  // code has saved before and does not ask for behind them.
  'clear_bhb_loop',
  'entry_untrain_ret',
  'retbleed_untrain_ret',
  'zen_untrain_ret',
  'srso_untrain_ret',
  'srso_alias_untrain_ret',
  'entry_ibpb',
  'write_ibpb',
]);

/** What the start of a function tells before it is walked. `from-user`: only where the context came from user mode. */
export const ON_ENTRY: ReadonlyMap<string, readonly EventName[]> = new Map<string, readonly EventName[]>([
  ['irqentry_nmi_enter', ['entry.nmi']],
  ['irqentry_nmi_exit', ['exit.nmi']],
  ['ct_irq_enter', ['ct.irq.enter']],
  ['ct_irq_exit', ['ct.irq.exit']],
  ['handle_bug', ['bug.check']],
  ['default_do_nmi', ['call.nmi-handler']],
  ['raw_irqentry_exit_cond_resched', ['preempt.check']],
  ['dynamic_irqentry_exit_cond_resched', ['preempt.check']],
  ['irqentry_exit_cond_resched', ['preempt.check']],
]);

/** Instrumentable functions that are looked into all the same: they are parts of the transitions (kernel/entry/common.c). */
export const ALSO_ENTERED: ReadonlySet<string> = new Set([
  'syscall_exit_to_user_mode_prepare',
  'syscall_enter_from_user_mode_work',
  '__syscall_enter_from_user_work',
  'syscall_trace_enter',
  'syscall_exit_work',
  'exit_to_user_mode_loop',
  'exit_to_user_mode_prepare',
  'arch_exit_to_user_mode_prepare',
  'kvm_vcpu_exit_request',
  // Inlined by gcc, not by clang.
  'local_irq_enable',
  'local_irq_disable',
  'local_irq_enable_exit_to_user',
  'local_irq_disable_exit_to_user',
  'tick_nohz_user_enter_prepare',
  'guest_timing_enter_irqoff',
  'guest_timing_exit_irqoff',
  'xfer_to_guest_mode_prepare',
  // Noinstr since 6.3 only.
  'arch_cpu_idle',
  'default_idle',
  'mwait_idle',
  'irq_enter',
  'irq_exit',
  '__irq_exit_rcu',
  'invoke_softirq',
  'do_softirq_own_stack',
  '__do_softirq',
  'handle_softirqs',
  'raw_irqentry_exit_cond_resched',
  'dynamic_irqentry_exit_cond_resched',
  'irqentry_exit_cond_resched',
]);

/** Functions that make a transition: what they call is part of it. */
export const TRANSITIONS: ReadonlySet<string> = new Set([
  'irqentry_enter',
  'irqentry_enter_from_user_mode',
  'irqentry_nmi_enter',
  'irqentry_nmi_exit',
  'enter_from_user_mode',
  'exit_to_user_mode_prepare',
  'arch_exit_to_user_mode_prepare',
  'syscall_enter_from_user_mode_prepare',
  '__ct_user_enter',
  '__ct_user_exit',
  'ct_kernel_enter',
  'ct_kernel_exit',
  'ct_nmi_enter',
  'ct_nmi_exit',
  'ct_irq_enter',
  'ct_irq_exit',
  'ct_idle_enter',
  'ct_idle_exit',
]);

/** Closed boxes that are more than "some instrumentable code". */
export const BOXES: ReadonlyMap<string, EventName> = new Map<string, EventName>([
  ['__secure_computing', 'syscall.seccomp'],
  ['ptrace_report_syscall_entry', 'syscall.ptrace'],
  ['ptrace_report_syscall_exit', 'syscall.exit-ptrace'],
  ['user_single_step_report', 'syscall.exit-ptrace'],
  ['tp_func_sys_enter', 'syscall.tracepoint'],
  ['tp_func_sys_exit', 'syscall.exit-tracepoint'],
  ['trace_sys_enter', 'syscall.tracepoint'],
  ['trace_sys_exit', 'syscall.exit-tracepoint'],
  ['__traceiter_sys_enter', 'syscall.tracepoint'],
  ['__traceiter_sys_exit', 'syscall.exit-tracepoint'],
  ['syscall_user_dispatch', 'syscall.dispatch'],
  ['__audit_syscall_entry', 'syscall.audit'],
  ['__audit_syscall_exit', 'syscall.exit-audit'],
  ['default_do_nmi', 'call.nmi-handler'],
  // arch_exit_work() (arch/x86/include/asm/entry-common.h), wherever it was inlined: they set no flag.
  ...(['fire_user_return_notifiers', 'native_tss_update_io_bitmap', 'switch_fpu_return'] as const).map(
    (name) => [name, 'call.transition'] as const,
  ),
  ['schedule', 'call.schedule'],
  ['schedule_idle', 'call.schedule'],
  ['lock_acquire', 'call.lock'],
  ['lock_release', 'call.lock'],
  ['tick_irq_enter', 'tick.irq-enter'],
  ['tick_nohz_irq_exit', 'tick.irq-exit'],
]);

/** The name without what the compiler appends to a clone: `.constprop.0`, `.isra.0`, `.part.0`, `.cold`. */
export function baseName(name: string): string {
  if (!name.includes('.')) return name;
  const dot = name.search(/\.(constprop|isra|part|cold|llvm)\b/);
  return dot < 0 ? name : name.slice(0, dot);
}

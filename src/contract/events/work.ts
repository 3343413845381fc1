/** Events that are work: entries and exits of helpers, work on the way to user mode and guest, syscall work, calls of code. */
import { type EventSpec, put, when } from '../event.ts';
import { all, clear, is } from '../expression.ts';
import { kernel } from '../source.ts';

const COMMON = 'kernel/entry/common.c';
const ENTRY = 'include/linux/entry-common.h';
const SOFTIRQ = 'kernel/softirq.c';

const entered = (entry: 'user' | 'kernel' | 'nmi', says: string, file: string, at: string): EventSpec => ({
  says,
  kernel: [kernel(file, at)],
  effects: [
    ...[put('entered', entry), put('exited', 0), put('handled', 0), put('preemptChecked', 0)],
    // A context may make a second entry after the exit of the first (kvm_handle_async_pf(), an NMI that was latched).
    ...[put('lockdepToldOff', 0), put('tracerToldOff', 0), put('tickChecked', 0)],
  ],
});
const exited = (says: string, file: string, at: string): EventSpec => ({
  says,
  kernel: [kernel(file, at)],
  effects: [put('exited', 1)],
});
/** Code that may run anything, so that a work flag may be set meanwhile. */
const call = (says: string, file: string, at: string, ...effects: EventSpec['effects']): EventSpec => ({
  says,
  kernel: [kernel(file, at)],
  effects: [put('flagsFresh', 0), ...effects],
});
const flagSet = (field: 'resched' | 'uprobe' | 'patch' | 'signal' | 'notify', at: string): EventSpec => ({
  says: `${at} is set`,
  kernel: [kernel('arch/x86/include/asm/thread_info.h', at)],
  effects: [put(field, 1)],
});

const NOTHING_WANTED = [
  put('dispatchWanted', 0),
  put('ptraceWanted', 0),
  put('seccompWanted', 0),
  put('tracepointWanted', 0),
  put('auditWanted', 0),
];

export const WORK = {
  'entry.user': entered('user', 'the entry from user mode begins', ENTRY, 'enter_from_user_mode'),
  'entry.kernel': entered('kernel', 'the entry of an interrupt in the kernel begins', COMMON, 'irqentry_enter'),
  'entry.nmi': entered('nmi', 'an NMI-like entry begins', COMMON, 'irqentry_nmi_enter'),
  'exit.user': exited('the exit to user mode begins', ENTRY, 'exit_to_user_mode'),
  'exit.kernel': exited('the exit of an interrupt in the kernel begins', COMMON, 'irqentry_exit'),
  'exit.nmi': exited('an NMI-like exit begins', COMMON, 'irqentry_nmi_exit'),
  'preempt.check': {
    says: 'the exit looks whether to preempt',
    kernel: [kernel(COMMON, 'raw_irqentry_exit_cond_resched')],
    effects: [put('preemptChecked', 1)],
  },
  'bug.check': {
    says: 'a #UD in the kernel is tried as BUG or WARN',
    kernel: [kernel('arch/x86/kernel/traps.c', 'handle_bug')],
    effects: [put('bugChecked', 1)],
  },
  'flag.resched': flagSet('resched', '_TIF_NEED_RESCHED'),
  'flag.uprobe': flagSet('uprobe', '_TIF_UPROBE'),
  'flag.patch': flagSet('patch', '_TIF_PATCH_PENDING'),
  'flag.signal': flagSet('signal', '_TIF_SIGPENDING'),
  'flag.notify': flagSet('notify', '_TIF_NOTIFY_RESUME'),
  'want.dispatch': {
    says: 'user dispatch is on for this task',
    kernel: [kernel('include/linux/thread_info.h', 'SYSCALL_WORK_BIT_SYSCALL_USER_DISPATCH')],
    effects: [put('dispatchWanted', 1)],
  },
  'want.ptrace': {
    says: 'a tracer waits for the syscall',
    kernel: [kernel('include/linux/thread_info.h', 'SYSCALL_WORK_BIT_SYSCALL_TRACE')],
    effects: [put('ptraceWanted', 1)],
  },
  'want.seccomp': {
    says: 'seccomp is on for this task',
    kernel: [kernel('include/linux/thread_info.h', 'SYSCALL_WORK_BIT_SECCOMP')],
    effects: [put('seccompWanted', 1)],
  },
  'want.tracepoint': {
    says: 'the syscall tracepoints are on',
    kernel: [kernel('include/linux/thread_info.h', 'SYSCALL_WORK_BIT_SYSCALL_TRACEPOINT')],
    effects: [put('tracepointWanted', 1)],
  },
  'want.audit': {
    says: 'audit is on for this task',
    kernel: [kernel('include/linux/thread_info.h', 'SYSCALL_WORK_BIT_SYSCALL_AUDIT')],
    effects: [put('auditWanted', 1)],
  },
  'softirq.raise': {
    says: 'a soft interrupt is raised',
    kernel: [kernel(SOFTIRQ, '__raise_softirq_irqoff')],
    effects: [put('softirqPending', 1)],
  },
  'softirq.take': {
    says: 'the pending soft interrupts are taken',
    kernel: [kernel(SOFTIRQ, 'handle_softirqs')],
    effects: [put('softirqPending', 0)],
  },
  'work.flush': {
    says: 'deferred wakeups are flushed',
    kernel: [kernel('include/linux/tick.h', 'tick_nohz_user_enter_prepare')],
    effects: [when(clear('irq'), put('flushed', 1))],
    needs: ['nohz-full'],
  },
  'work.read.none': {
    says: 'the work flags are read: nothing is to be done',
    kernel: [kernel(ENTRY, 'exit_to_user_mode_prepare'), kernel(COMMON, 'exit_to_user_mode_loop')],
    effects: [
      put('workSeen', 0),
      put('loopStep', 'none'),
      put('flagsFresh', 0),
      when(clear('irq'), put('flagsFresh', 1)),
    ],
  },
  'work.read.some': {
    says: 'the work flags are read: there is work',
    kernel: [kernel(ENTRY, 'exit_to_user_mode_prepare'), kernel(COMMON, 'exit_to_user_mode_loop')],
    effects: [
      put('workSeen', 1),
      put('loopStep', 'none'),
      put('flagsFresh', 0),
      when(clear('irq'), put('flagsFresh', 1)),
    ],
  },
  'work.resched': call(
    'schedule() on the way to user mode',
    COMMON,
    'exit_to_user_mode_loop',
    put('resched', 0),
    put('loopStep', 'resched'),
  ),
  'work.uprobe': call(
    'a uprobe is handled',
    COMMON,
    'exit_to_user_mode_loop',
    put('uprobe', 0),
    put('loopStep', 'uprobe'),
  ),
  'work.patch': call(
    'the task is switched to the live patch',
    COMMON,
    'exit_to_user_mode_loop',
    put('patch', 0),
    put('loopStep', 'patch'),
  ),
  'work.signal': call(
    'signals are delivered',
    COMMON,
    'exit_to_user_mode_loop',
    put('signal', 0),
    put('loopStep', 'signal'),
  ),
  'work.notify': call('task work runs', COMMON, 'exit_to_user_mode_loop', put('notify', 0), put('loopStep', 'notify')),
  'syscall.read-entry-work': {
    says: 'the syscall work flags are read for the entry',
    kernel: [kernel(ENTRY, 'syscall_enter_from_user_mode_work')],
    effects: [put('entryWorkRead', 1)],
  },
  'syscall.dispatch': call(
    'user dispatch looks at the syscall',
    COMMON,
    'syscall_trace_enter',
    put('entryWork', 'dispatch'),
    put('dispatchWanted', 0),
  ),
  'syscall.dispatched': call(
    'user dispatch takes the syscall',
    COMMON,
    'syscall_trace_enter',
    put('entryWork', 'dispatch'),
    put('dispatchWanted', 0),
    put('dispatched', 1),
    ...NOTHING_WANTED,
    put('signal', 1),
  ),
  'syscall.ptrace': call(
    'the tracer is told of the syscall',
    COMMON,
    'syscall_trace_enter',
    put('entryWork', 'ptrace'),
    put('ptraceWanted', 0),
  ),
  'syscall.seccomp': call(
    'seccomp looks at the syscall',
    COMMON,
    'syscall_trace_enter',
    put('entryWork', 'seccomp'),
    put('seccompWanted', 0),
  ),
  'syscall.tracepoint': call(
    'the tracepoint sys_enter',
    COMMON,
    'syscall_trace_enter',
    put('entryWork', 'tracepoint'),
    put('tracepointWanted', 0),
  ),
  'syscall.audit': call(
    'audit is told of the syscall',
    COMMON,
    'syscall_trace_enter',
    put('entryWork', 'audit'),
    put('auditWanted', 0),
  ),
  'syscall.refused': call(
    'the tracer or seccomp refuses the syscall: it does not run, nor the rest of the entry work',
    COMMON,
    'syscall_trace_enter',
    put('entryWork', 'invoked'),
    ...NOTHING_WANTED,
  ),
  'syscall.invoke': call('the syscall runs', 'arch/x86/entry/common.c', 'do_syscall_x64', put('entryWork', 'invoked')),
  'syscall.read-exit-work': {
    says: 'the syscall work flags are read for the exit',
    kernel: [kernel(COMMON, 'syscall_exit_to_user_mode_prepare')],
    effects: [put('exitWorkRead', 1)],
  },
  'syscall.exit-audit': call(
    "audit is told of the syscall's end",
    COMMON,
    'syscall_exit_work',
    put('exitWork', 'audit'),
    put('auditWanted', 0),
  ),
  'syscall.exit-tracepoint': call(
    'the tracepoint sys_exit',
    COMMON,
    'syscall_exit_work',
    put('exitWork', 'tracepoint'),
    put('tracepointWanted', 0),
  ),
  'syscall.exit-ptrace': call(
    "the tracer is told of the syscall's end",
    COMMON,
    'syscall_exit_work',
    put('exitWork', 'ptrace'),
    put('ptraceWanted', 0),
  ),
  'kvm.check.none': {
    says: 'KVM looks for work before the guest entry: there is none',
    kernel: [kernel('arch/x86/kvm/x86.c', 'kvm_vcpu_exit_request')],
    effects: [
      put('guestWorkSeen', 0),
      when(all(clear('irq'), is('guestStep', 'none')), put('guestStep', 'checked')),
      when(all(clear('irq'), is('guestStep', 'ran')), put('guestStep', 'timed')),
    ],
  },
  'kvm.check.some': {
    says: 'KVM looks for work before the guest entry: there is some',
    kernel: [kernel('arch/x86/kvm/x86.c', 'kvm_vcpu_exit_request')],
    effects: [put('guestWorkSeen', 1)],
  },
  'kvm.work': call(
    'work is handled before the guest entry',
    'kernel/entry/kvm.c',
    'xfer_to_guest_mode_handle_work',
    put('guestWorkSeen', 0),
    put('resched', 0),
    put('notify', 0),
  ),
  'call.transition': {
    says: 'instrumentable code that belongs to a transition runs: a tracepoint, KMSAN, a check, an architecture hook',
    kernel: [kernel('kernel/context_tracking.c', 'ct_nmi_enter'), kernel(ENTRY, 'exit_to_user_mode_prepare')],
    effects: [],
  },
  'call.plain': call('instrumentable code runs', 'include/linux/instrumentation.h', 'instrumentation_begin'),
  'call.indirect': call(
    'code runs through a pointer whose target is not known',
    'drivers/cpuidle/cpuidle.c',
    'cpuidle_enter_state',
  ),
  'call.lock': call('a lock is taken', 'kernel/locking/lockdep.c', 'lock_acquire'),
  'call.fault': call('memory is touched that may fault', 'arch/x86/mm/fault.c', 'exc_page_fault'),
  'call.schedule': call('schedule() is called', 'kernel/sched/core.c', 'schedule', put('resched', 0)),
  'call.preempt': {
    says: 'preempt_schedule_irq() is called (its steps follow)',
    kernel: [kernel('kernel/sched/core.c', 'preempt_schedule_irq')],
    effects: [],
  },
  'schedule.preempt': call(
    'the interrupted task is preempted: another one runs',
    'kernel/sched/core.c',
    '__schedule',
    put('resched', 0),
  ),
  'call.softirq': call('a soft interrupt handler runs', SOFTIRQ, 'handle_softirqs'),
  'call.handler': call('the interrupt handler runs', 'kernel/irq/handle.c', 'handle_irq_event', put('handled', 1)),
  'call.exception-handler': call(
    'the body of the exception runs',
    'arch/x86/kernel/traps.c',
    'do_error_trap',
    put('handled', 1),
  ),
  'call.nmi-handler': call(
    'the body of the NMI-like handler runs',
    'arch/x86/kernel/nmi.c',
    'default_do_nmi',
    put('handled', 1),
  ),
  'call.warn': {
    says: 'a WARN is reported, which makes RCU watch by itself',
    kernel: [kernel('lib/bug.c', 'report_bug')],
    effects: [],
  },
  'tick.irq-enter': {
    says: 'the tick of an idle CPU is brought up to date',
    kernel: [kernel('kernel/time/tick-sched.c', 'tick_irq_enter')],
    effects: [put('tickEntered', 1)],
  },
  'tick.irq-exit': {
    says: 'the tick of an idle CPU may be stopped again',
    kernel: [kernel('kernel/time/tick-sched.c', 'tick_nohz_irq_exit')],
    effects: [],
  },
} as const satisfies Readonly<Record<string, EventSpec>>;

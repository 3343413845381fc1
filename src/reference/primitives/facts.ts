/** What the kernel's code asks, as tests over the contract's state. */
import { above, all, any, clear, is, not as isNot, set } from '../../contract/expression.ts';
import { asks, not } from '../program.ts';

/** `user_mode(regs)`, include/asm/ptrace.h. */
export const userMode = asks('user_mode(regs)', is('origin', 'user'));
/** `regs->flags & X86_EFLAGS_IF`: `!regs_irqs_disabled(regs)`. */
export const regsIrqsOn = asks('regs->flags & X86_EFLAGS_IF', set('savedIrq'));
/** `irqs_disabled()`. */
export const irqsDisabled = asks('irqs_disabled()', clear('irq'));
/** `is_idle_task(current)`, which asks for PF_IDLE. */
export const isIdleTask = asks('is_idle_task(current)', set('idleTask'));
export const inNmi = asks('in_nmi()', above('nmi', 0));
export const inHardirq = asks('in_hardirq()', above('hardirq', 0));
/** `in_interrupt()`: the hardirq, softirq and NMI fields, local_bh_disable() included. */
export const inInterrupt = asks(
  'in_interrupt()',
  any(above('hardirq', 0), set('softirq'), above('bhDisabled', 0), above('nmi', 0)),
);
/** `irq_count() == HARDIRQ_OFFSET`: the outermost interrupt. */
export const outermostIrq = asks(
  'irq_count() == HARDIRQ_OFFSET',
  all(is('hardirq', 1), is('softirq', 0), is('bhDisabled', 0), is('nmi', 0)),
);
/** `preempt_count() == 0`. */
export const preemptible = asks(
  '!preempt_count()',
  all(is('preempt', 0), is('hardirq', 0), is('softirq', 0), is('bhDisabled', 0), is('nmi', 0)),
);
export const needResched = asks('need_resched()', set('resched'));
export const softirqPending = asks('local_softirq_pending()', set('softirqPending'));
/** `lockdep_hardirqs_enabled()`: reads as 0 in a kernel without lockdep. */
export const lockdepHardirqsEnabled = asks('lockdep_hardirqs_enabled()', set('hardirqsEnabled'));
export const lockdepHardirqContext = asks('lockdep_hardirq_context()', above('hardirqContext', 0));
/** `rcu_is_watching_curr_cpu()`. */
export const rcuWatching = asks('rcu_is_watching_curr_cpu()', set('watching'));
/** `ct_nmi_nesting() != 1`: this is not the entry that made RCU watch. */
export const nmiNested = asks('ct_nmi_nesting() != 1', isNot(all(clear('nmiNonidle'), is('nmiNesting', 1))));
export const ctIsUser = asks('__ct_state() == CT_STATE_USER', is('ctState', 'user'));
export const ctIsGuest = asks('__ct_state() == CT_STATE_GUEST', is('ctState', 'guest'));
/** Any of EXIT_TO_USER_MODE_WORK, include/linux/entry-common.h. */
export const anyExitWork = asks(
  'ti_work & EXIT_TO_USER_MODE_WORK',
  any(set('resched'), set('uprobe'), set('patch'), set('signal'), set('notify')),
);
export const workResched = asks('ti_work & _TIF_NEED_RESCHED', set('resched'));
export const workUprobe = asks('ti_work & _TIF_UPROBE', set('uprobe'));
export const workPatch = asks('ti_work & _TIF_PATCH_PENDING', set('patch'));
export const workSignal = asks('ti_work & (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL)', set('signal'));
export const workNotify = asks('ti_work & _TIF_NOTIFY_RESUME', set('notify'));
export const wantsDispatch = asks('work & SYSCALL_WORK_SYSCALL_USER_DISPATCH', set('dispatchWanted'));
export const wantsPtrace = asks('work & SYSCALL_WORK_SYSCALL_TRACE', set('ptraceWanted'));
export const wantsSeccomp = asks('work & SYSCALL_WORK_SECCOMP', set('seccompWanted'));
export const wantsTracepoint = asks('work & SYSCALL_WORK_SYSCALL_TRACEPOINT', set('tracepointWanted'));
export const wantsAudit = asks('audit_context()', set('auditWanted'));
export const onDispatch = asks('current->syscall_dispatch.on_dispatch', set('dispatched'));
export const cr2Changed = asks('this_cpu_read(nmi_cr2) != read_cr2()', set('cr2Written'));
/** An NMI ended the guest's run: vmx_get_intr_info() has INTR_TYPE_NMI_INTR. */
export const exitByNmi = asks('is_nmi(vmx_get_intr_info(vcpu))', set('owedNmi'));
export const exitByInterrupt = asks('exit_reason == EXIT_REASON_EXTERNAL_INTERRUPT', set('owedInterrupt'));
export const notIrqsDisabled = not(irqsDisabled);

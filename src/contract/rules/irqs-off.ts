/** IRQS-OFF: the parts that no interrupt may hit. */
import { above, all, clear, is, not, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { GUEST_ENTERS, GUEST_EXITS, USER_ENTERS, USER_EXITS } from './acts.ts';

const NOINSTR = document('Non-instrumentable code - noinstr');

export const irqsOff: Rule = {
  id: 'IRQS-OFF',
  says: 'interrupts stay off in the non-instrumentable parts before and after the RCU transition',
  why: 'an interrupt there finds a state that is neither the one nor the other side, and its handler needs RCU',
  source: [
    NOINSTR,
    kernel('kernel/context_tracking.c', '__ct_user_enter'),
    kernel('kernel/locking/lockdep.c', 'lockdep_hardirqs_on_prepare'),
  ],
  conditions: [
    {
      name: 'enabled-without-rcu',
      says: 'interrupts go on while RCU does not watch',
      fix: 'Enable them behind the transition',
      on: ['irq.enable', 'irq.enable.shadowed'],
      broken: all(clear('watching'), set('gif'), clear('idleTask')),
    },
    {
      name: 'enabled-in-noinstr',
      says: 'interrupts go on in noinstr code outside of a window',
      fix: 'Enable them in a window, behind the entry',
      on: ['irq.enable', 'irq.enable.shadowed'],
      broken: all(clear('windows'), set('gif'), not(all(set('idleTask'), clear('watching')))),
      needs: ['markers'],
    },
    {
      name: 'enabled-in-handler',
      says: 'interrupts go on in the handler of an interrupt or of something NMI-like',
      fix: 'Leave them off: soft interrupts, or a task, may do the rest',
      on: ['irq.enable', 'irq.enable.shadowed'],
      broken: above('hardirq', 0),
    },
    {
      name: 'transition-enabled',
      says: 'context tracking is told of a transition with interrupts on',
      fix: 'Disable interrupts before',
      on: [
        ...USER_EXITS,
        ...USER_ENTERS,
        ...GUEST_EXITS,
        ...GUEST_ENTERS,
        'ct.idle.enter',
        'ct.idle.exit',
        'ct.irq.enter',
        'ct.irq.exit',
        'ct.nmi.enter',
        'ct.nmi.exit',
      ],
      broken: set('irq'),
    },
    {
      name: 'exit-enabled',
      says: 'the exit begins with interrupts on',
      fix: 'Disable interrupts at the end of the handler, on every path',
      on: ['exit.user', 'exit.kernel', 'exit.nmi'],
      broken: set('irq'),
    },
    {
      name: 'enabled-in-exit',
      says: 'interrupts go on after the exit to user mode, or of an NMI-like context, has begun',
      fix: 'Enable them before the exit, and read the work flags again',
      on: ['irq.enable', 'irq.enable.shadowed'],
      broken: all(set('exited'), is('entered', 'user', 'nmi')),
    },
    {
      name: 'return-enabled',
      says: 'the handler returns to the entry code with interrupts on',
      fix: 'Disable interrupts before the return',
      on: ['return'],
      broken: set('irq'),
    },
  ],
  exceptions: [
    {
      what: 'idle enables interrupts while RCU does not watch',
      why: 'an interrupt must end the sleep; sti holds it off until hlt or mwait, and irqentry_enter() knows the idle task',
      source: kernel('arch/x86/include/asm/irqflags.h', 'native_safe_halt'),
      conditions: ['enabled-without-rcu', 'enabled-in-noinstr'],
    },
    {
      what: 'SVM enables interrupts in the guest state',
      why: 'the global interrupt flag holds everything off; the guest run needs the flag on to end at an interrupt',
      source: kernel('arch/x86/kvm/svm/svm.c', 'svm_vcpu_enter_exit'),
      conditions: ['enabled-without-rcu', 'enabled-in-noinstr'],
    },
    {
      what: 'handle_bug() enables interrupts before any entry, in a window',
      why: 'the report may wait for locks that other CPUs hold while they wait for this one to answer',
      source: kernel('arch/x86/kernel/traps.c', 'handle_bug'),
      conditions: ['enabled-in-noinstr'],
    },
  ],
};

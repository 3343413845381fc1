/** IRQ-COUNT: the handler of an interrupt is counted as one. */
import { above, all, changed, clear, is, not, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { countedKind } from './acts.ts';

const SOFTIRQ = 'kernel/softirq.c';

export const irqCount: Rule = {
  id: 'IRQ-COUNT',
  says: 'the handler of an interrupt runs between irq_enter_rcu() and irq_exit_rcu(), counted once; nothing comes before that must see in_hardirq()',
  why: 'locks, RCU and memory allocation ask in_hardirq() what they may do; a handler that is not counted sleeps or runs soft interrupts',
  source: [
    document('Interrupts and regular exceptions'),
    kernel(SOFTIRQ, 'irq_enter_rcu'),
    kernel(SOFTIRQ, 'irq_exit_rcu'),
  ],
  note: 'simple vectors use __irq_enter_raw(), which counts too; exceptions are not counted at all, though the document speaks of both',
  conditions: [
    {
      name: 'handler-uncounted',
      says: 'an interrupt handler runs, and the interrupt is not counted',
      fix: 'Call irq_enter_rcu() before the handler',
      on: ['call.handler'],
      when: countedKind,
      broken: is('counted', 0),
    },
    {
      name: 'count-outside-window',
      says: 'the counter that may be traced is changed in noinstr code outside of a window',
      fix: 'Call irq_enter_rcu() and irq_exit_rcu(), or their raw forms, in a window',
      on: ['count.hardirq.add', 'count.hardirq.sub'],
      broken: clear('windows'),
      needs: ['markers'],
    },
    {
      name: 'counted-twice',
      says: 'the interrupt is counted twice',
      fix: 'Use irq_enter_rcu() once',
      on: ['count.hardirq.add'],
      broken: above('counted', 0),
    },
    {
      name: 'code-before-count',
      says: 'code runs between the entry and the count of the interrupt: it does not see in_hardirq()',
      fix: 'Do it behind irq_enter_rcu()',
      on: ['call.plain', 'call.lock', 'call.fault', 'call.schedule', 'call.softirq', 'call.indirect', 'tick.irq-enter'],
      when: all(countedKind, not(is('entered', 'none')), clear('exited')),
      broken: all(clear('handled'), is('counted', 0)),
    },
    {
      name: 'left-counted',
      says: 'the exit begins, and the interrupt is still counted',
      fix: 'Call irq_exit_rcu() after the handler',
      on: ['exit.user', 'exit.kernel', 'return'],
      broken: above('counted', 0),
    },
    {
      name: 'lockdep-before-count',
      says: 'lockdep enters hard interrupt context before the interrupt is counted',
      fix: 'Add HARDIRQ_OFFSET before lockdep_hardirq_enter()',
      on: ['lockdep.hardirq-enter'],
      when: countedKind,
      broken: all(is('counted', 0), clear('handled')),
      needs: ['lockdep'],
    },
    {
      name: 'lockdep-left-before-count',
      says: 'lockdep leaves hard interrupt context while the interrupt is still counted',
      fix: 'Call lockdep_hardirq_exit() last',
      on: ['lockdep.hardirq-exit'],
      broken: all(is('kind', 'interrupt'), above('counted', 0)),
      needs: ['lockdep'],
    },
    {
      name: 'tick-before-lockdep',
      says: 'the tick is brought up to date before lockdep is in hard interrupt context',
      fix: 'Call lockdep_hardirq_enter() right after the count',
      on: ['tick.irq-enter'],
      broken: not(changed('hardirqContext')),
      needs: ['lockdep'],
    },
    {
      name: 'tick-entered-twice',
      says: 'the tick is brought up to date twice in one interrupt',
      fix: 'Use irq_enter_rcu() once',
      on: ['tick.irq-enter'],
      broken: set('tickEntered'),
    },
    {
      name: 'tick-missing',
      says: 'the first interrupt of an idle CPU is handled, and the tick was not brought up to date',
      fix: 'Call tick_irq_enter() (irq_enter_rcu()) before the handler',
      on: ['call.handler'],
      when: all(is('kind', 'interrupt'), set('idleTask')),
      broken: all(clear('tickEntered'), is('hardirq', 1), clear('softirq'), is('bhDisabled', 0)),
    },
    {
      name: 'tick-left-counted',
      says: 'the tick is stopped again while the interrupt is still counted',
      fix: 'Drop the count before tick_irq_exit()',
      on: ['tick.irq-exit'],
      broken: above('counted', 0),
    },
    {
      name: 'tick-left-after-lockdep',
      says: 'the tick is stopped again after lockdep has left hard interrupt context',
      fix: 'Call lockdep_hardirq_exit() last',
      on: ['tick.irq-exit'],
      broken: not(changed('hardirqContext')),
      needs: ['lockdep'],
    },
    {
      name: 'tick-after-time',
      says: 'the tick is brought up to date after interrupt time has begun',
      fix: 'Keep the order of irq_enter_rcu(): count, lockdep, tick, time',
      on: ['tick.irq-enter'],
      broken: changed('hardirqTime'),
      needs: ['irqtime'],
    },
  ],
  exceptions: [
    {
      what: 'the code of the entry itself (tick check, tracer, KMSAN, per-CPU notes such as kvm_set_cpu_l1tf_flush_l1d()) runs before the count',
      why: 'it does not ask in_hardirq()',
      source: kernel('arch/x86/include/asm/idtentry.h', 'DEFINE_IDTENTRY_IRQ'),
      conditions: ['code-before-count'],
    },
    {
      what: "__irq_exit_raw() leaves lockdep's context before the count",
      why: 'a simple vector has no soft interrupts between the two',
      source: kernel('include/linux/hardirq.h', '__irq_exit_raw'),
      conditions: ['lockdep-left-before-count'],
    },
  ],
};

/** IRQ-SOFTIRQ: soft interrupts on the way out of a hard one. */
import { above, all, clear, is, not, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';

const HANDLE = kernel('kernel/softirq.c', 'handle_softirqs');

export const irqSoftirq: Rule = {
  id: 'IRQ-SOFTIRQ',
  says: 'soft interrupts run after the hard interrupt count is dropped, counted themselves, with interrupts on, and before the exit',
  why: 'they take long: with interrupts off, or counted as hard, they would block what they serve',
  source: [document('Interrupts and regular exceptions'), HANDLE],
  conditions: [
    {
      name: 'still-hard',
      says: 'soft interrupts run while a hard interrupt or an NMI is counted',
      fix: 'Drop HARDIRQ_OFFSET before invoke_softirq()',
      on: ['count.softirq.add', 'softirq.take', 'call.softirq'],
      broken: above('hardirq', 0),
    },
    {
      name: 'uncounted',
      says: 'soft interrupts run and are not counted as such',
      fix: 'Add SOFTIRQ_OFFSET before them',
      on: ['softirq.take', 'call.softirq'],
      broken: clear('softirq'),
    },
    {
      name: 'irqs-off',
      says: 'a soft interrupt handler runs with interrupts off',
      fix: 'Call local_irq_enable() before the handlers',
      on: ['call.softirq'],
      broken: clear('irq'),
    },
    {
      name: 'taken-enabled',
      says: 'the pending soft interrupts are taken with interrupts on: one raised meanwhile is lost',
      fix: 'Clear the pending word with interrupts off',
      on: ['softirq.take'],
      broken: set('irq'),
    },
    {
      name: 'nested',
      says: 'soft interrupts begin inside of soft interrupts',
      fix: 'Ask in_interrupt() before',
      on: ['count.softirq.add'],
      broken: set('softirq'),
    },
    {
      name: 'after-exit-begins',
      says: 'soft interrupts begin after the exit of the interrupt has begun',
      fix: 'Call irq_exit_rcu() before irqentry_exit()',
      on: ['count.softirq.add'],
      when: not(is('entered', 'none')),
      broken: set('exited'),
    },
    {
      name: 'in-simple-vector',
      says: 'soft interrupts run in a simple vector, whose entry promised that there would be none',
      fix: 'Use DEFINE_IDTENTRY_SYSVEC()',
      on: ['count.softirq.add'],
      broken: is('kind', 'simple-interrupt'),
    },
    {
      name: 'lockdep-still-hard',
      says: "soft interrupt handlers run in lockdep's hard interrupt context",
      fix: 'Call lockdep_softirq_start() before the handlers',
      on: ['call.softirq'],
      broken: above('hardirqContext', 0),
      needs: ['lockdep'],
    },
    {
      name: 'lockdep-after-count',
      says: 'lockdep enters hard interrupt context again after the soft interrupt count is dropped',
      fix: 'Call lockdep_softirq_end() before the count is dropped',
      on: ['lockdep.hardirq-enter'],
      when: is('kind', 'interrupt'),
      broken: all(set('handled'), clear('softirq')),
      needs: ['lockdep'],
    },
  ],
  exceptions: [
    {
      what: 'local_bh_enable() runs soft interrupts in a task',
      why: 'it is the other place where they may run',
      source: kernel('kernel/softirq.c', '__local_bh_enable_ip'),
      conditions: ['after-exit-begins'],
    },
  ],
};

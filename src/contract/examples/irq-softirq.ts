/** IRQ-SOFTIRQ: rows of events that keep it, and some that break each of its conditions. */
import { after, before, breaks, drop, fails, keeps, moveBefore } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const irqSoftirqExamples = (): readonly Example[] => [
  keeps('interruptSoftirq'),
  keeps('interrupt'),
  breaks('still-hard', 'interruptSoftirq', (sequence) =>
    moveBefore('count.hardirq.sub', 'function.return', 1, 2)(sequence),
  ),
  breaks('uncounted', 'interruptSoftirq', drop('count.softirq.add')),
  breaks('irqs-off', 'interruptSoftirq', drop('irq.enable')),
  breaks('taken-enabled', 'interruptSoftirq', moveBefore('softirq.take', 'call.softirq')),
  breaks('nested', 'interruptSoftirq', before('call.softirq', ['count.softirq.add'])),
  breaks('after-exit-begins', 'interrupt', after('preempt.check', ['count.softirq.add'])),
  fails('in-simple-vector', { start: 'task' }, [
    ...after('count.hardirq.sub', ['count.softirq.add'])(keeps('simpleInterrupt').events),
  ]),
  breaks('lockdep-still-hard', 'interruptSoftirq', drop('lockdep.hardirq-exit')),
  breaks('lockdep-after-count', 'interruptSoftirq', moveBefore('count.softirq.sub', 'lockdep.hardirq-enter', 1, 2)),
];

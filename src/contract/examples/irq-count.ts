/** IRQ-COUNT: rows of events that keep it, and some that break each of its conditions. */
import { after, breaks, drop, fails, keeps, moveBefore, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const irqCountExamples = (): readonly Example[] => [
  keeps('interrupt'),
  keeps('interruptSoftirq'),
  keeps('simpleInterrupt'),
  keeps('interruptFromUser'),
  keeps('nmi'),
  shows('code that the handler calls', { start: 'task' }, [
    ...after('call.handler', ['call.plain', 'call.lock'])(keeps('interrupt').events),
  ]),
  shows('code behind the count', { start: 'task' }, [
    ...after('count.hardirq.sub', ['call.plain'])(keeps('interrupt').events),
  ]),
  shows('code of a page fault', { start: 'task' }, [
    ...after('call.exception-handler', ['call.plain', 'call.fault'])(keeps('pageFault').events),
  ]),
  breaks('handler-uncounted', 'interrupt', (sequence) =>
    drop('count.hardirq.sub')(drop('count.hardirq.add')(sequence)),
  ),
  breaks('handler-uncounted', 'simpleInterrupt', drop('count.hardirq.add')),
  breaks('count-outside-window', 'simpleInterrupt', moveBefore('count.hardirq.add', 'window.begin', 1, 2)),
  fails('count-outside-window', { start: 'task' }, ['enter.interrupt', 'count.hardirq.add']),
  breaks('counted-twice', 'interrupt', after('count.hardirq.add', ['count.hardirq.add'])),
  breaks('code-before-count', 'interrupt', after('trace.off-finish', ['call.plain'])),
  breaks('code-before-count', 'interruptInIdle', moveBefore('tick.irq-enter', 'count.hardirq.add')),
  breaks('left-counted', 'interrupt', drop('count.hardirq.sub')),
  breaks('lockdep-before-count', 'interrupt', moveBefore('lockdep.hardirq-enter', 'count.hardirq.add')),
  breaks('lockdep-left-before-count', 'interrupt', moveBefore('lockdep.hardirq-exit', 'count.hardirq.sub')),
  keeps('interruptInIdle'),
  keeps('interruptInIdleSoftirq'),
  shows('an interrupt in a soft interrupt of an idle CPU', { start: 'idle-task', but: { softirq: 1 } }, [
    ...drop('tick.irq-enter')(keeps('interruptInIdleWatching').events),
  ]),
  shows('an interrupt where the idle task disabled soft interrupts', { start: 'idle-task', but: { bhDisabled: 1 } }, [
    ...drop('tick.irq-enter')(keeps('interruptInIdleWatching').events),
  ]),
  shows('an interrupt in an interrupt of an idle CPU', { start: 'idle-task', but: { hardirq: 1 } }, [
    ...drop('tick.irq-enter')(keeps('interruptInIdleWatching').events),
  ]),
  breaks('tick-before-lockdep', 'interrupt', moveBefore('tick.irq-enter', 'lockdep.hardirq-enter')),
  breaks('tick-entered-twice', 'interrupt', after('tick.irq-enter', ['tick.irq-enter'])),
  breaks('tick-missing', 'interruptInIdle', drop('tick.irq-enter')),
  breaks('tick-left-counted', 'interrupt', moveBefore('tick.irq-exit', 'count.hardirq.sub')),
  breaks('tick-left-after-lockdep', 'interrupt', moveBefore('lockdep.hardirq-exit', 'tick.irq-exit')),
  breaks('tick-after-time', 'interrupt', moveBefore('time.hardirq.enter', 'tick.irq-enter')),
];

/** KERNEL-ENTRY: rows of events that keep it, and some that break each of its conditions. */
import { after, breaks, drop, fails, keeps, moveBefore, shows } from '../example.ts';
import type { InitialState } from '../initial.ts';
import type { Example } from '../rule.ts';

const IDLE_IRQS_OFF: InitialState = {
  start: 'idle-task',
  but: { irq: 0, hardirqsEnabled: 0, tracedOff: 1, lockdepToldOff: 1, tracerToldOff: 1 },
};

/** Made when they are looked at: a check needs none. */
export const kernelEntryExamples = (): readonly Example[] => [
  keeps('interrupt'),
  keeps('interruptPreempting'),
  keeps('interruptInIdle'),
  keeps('interruptInIdleWatching'),
  keeps('interruptIrqsOff'),
  keeps('interruptSoftirq'),
  keeps('pageFault'),
  keeps('warn'),
  keeps('interruptFromUser'),
  keeps('interrupt', 'production'),
  shows('an interrupt in code that may not be preempted', { start: 'task', but: { preempt: 1 } }, [
    ...drop('preempt.check')(keeps('interrupt').events),
  ]),
  shows('an interrupt in code that disabled soft interrupts', { start: 'task', but: { bhDisabled: 1 } }, [
    ...drop('preempt.check')(keeps('interrupt').events),
  ]),
  shows('an interrupt in a soft interrupt', { start: 'task', but: { softirq: 1 } }, [
    ...drop('preempt.check')(keeps('interrupt').events),
  ]),
  shows('an interrupt in a handler that enabled interrupts', { start: 'task', but: { hardirq: 1 } }, [
    ...drop('preempt.check')(keeps('interrupt').events),
  ]),
  shows('a page fault of the idle task, interrupts off', IDLE_IRQS_OFF, [
    ...(['enter.page-fault', 'cr2.read', 'entry.kernel', 'lockdep.hardirqs-off', 'ct.irq.enter'] as const),
    ...(['ct.nmi-nesting.nested', 'window.begin', 'trace.off-finish', 'call.exception-handler', 'window.end'] as const),
    ...(['exit.kernel', 'ct.irq.exit', 'ct.nmi-nesting.unnested', 'return'] as const),
  ]),
  keeps('interruptInIdleSoftirq'),
  fails('from-user', { start: 'user' }, ['enter.interrupt', 'entry.kernel']),
  breaks('tick-before-lockdep', 'interrupt', moveBefore('rcu.check-tick', 'lockdep.hardirqs-off')),
  breaks('rcu-before-lockdep', 'interruptInIdle', moveBefore('ct.irq.enter', 'lockdep.hardirqs-off')),
  breaks('tracer-before-lockdep', 'interrupt', moveBefore('trace.off-finish', 'lockdep.hardirqs-off')),
  breaks('tracer-before-rcu', 'interruptInIdle', moveBefore('trace.off-finish', 'ct.irq.enter')),
  breaks('code-before-rcu', 'interruptInIdleWatching', (sequence) =>
    drop('trace.off-finish')(drop('ct.nmi-nesting.nested')(drop('ct.irq.enter')(sequence))),
  ),
  breaks('rcu-told-needlessly', 'interrupt', after('trace.off-finish', ['ct.irq.enter'])),
  breaks('rcu-told-twice', 'interruptInIdle', after('trace.off-finish', ['ct.irq.enter'])),
  breaks('exit-rcu-before-tracer', 'interruptInIdle', drop('trace.on-prepare')),
  breaks('exit-rcu-before-prepare', 'interruptInIdle', drop('lockdep.hardirqs-on-prepare')),
  breaks('exit-lockdep-before-rcu', 'interruptInIdle', moveBefore('lockdep.hardirqs-on', 'ct.irq.exit')),
  breaks('on-not-told', 'interrupt', drop('lockdep.hardirqs-on')),
  breaks('on-not-told', 'interrupt', drop('trace.on-prepare')),
  breaks(
    'told-on-falsely',
    'interruptIrqsOff',
    after('exit.kernel', ['window.begin', 'trace.on-prepare', 'window.end']),
  ),
  breaks('told-on-falsely', 'interruptIrqsOff', after('exit.kernel', ['lockdep.hardirqs-on'])),
  breaks('preemption-missed', 'interrupt', drop('preempt.check')),
  breaks('tick-unchecked', 'interrupt', drop('rcu.check-tick')),
  breaks('lockdep-untold', 'interruptIrqsOff', drop('lockdep.hardirqs-off')),
  breaks('tick-checked-twice', 'interrupt', after('rcu.check-tick', ['rcu.check-tick'])),
  breaks('exit-lockdep-before-rcu', 'interruptInIdle', moveBefore('lockdep.hardirqs-on', 'ct.watch.end')),
  breaks('exit-lockdep-before-rcu', 'interruptInIdleWatching', moveBefore('lockdep.hardirqs-on', 'ct.irq.exit')),
];

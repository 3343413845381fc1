/** PREEMPT-CONTEXT: rows of events that keep it, and some that break each of its conditions. */
import { after, before, breaks, drop, fails, keeps, moveBefore, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const preemptContextExamples = (): readonly Example[] => [
  keeps('syscallWithWork'),
  keeps('interruptPreempting'),
  keeps('interrupt'),
  shows('the idle task schedules', { start: 'idle-task' }, ['call.schedule']),
  shows('a task that disables soft interrupts for a while', { start: 'task' }, [
    ...(['count.bh.add', 'count.bh.sub', 'call.schedule'] as const),
  ]),
  shows('a task schedules', { start: 'task' }, ['call.schedule']),
  breaks('in-interrupt', 'interrupt', after('call.handler', ['call.schedule'])),
  breaks('in-interrupt', 'nmi', after('call.nmi-handler', ['call.schedule'])),
  fails('preemption-disabled', { start: 'task', but: { preempt: 1 } }, ['call.schedule']),
  fails('preemption-disabled', { start: 'task', but: { bhDisabled: 1 } }, ['call.schedule']),
  fails('irqs-off', { start: 'task-irqs-off' }, ['call.schedule']),
  fails('without-rcu', { start: 'idle' }, ['call.schedule']),
  fails('in-interrupt', { start: 'task', but: { softirq: 1 } }, ['call.schedule']),
  fails('idle-exit', { start: 'idle-task', but: { irq: 0 } }, ['preempt.check']),
  fails('idle-exit', { start: 'task-irqs-off' }, ['ct.nmi-nesting.nested', 'preempt.check']),
  fails('preempts-counted', { start: 'task-irqs-off', but: { hardirq: 1 } }, ['call.preempt']),
  fails('preempts-counted', { start: 'task-irqs-off', but: { softirq: 1 } }, ['call.preempt']),
  breaks('idle-exit', 'interruptInIdle', after('exit.kernel', ['preempt.check'])),
  breaks('preempts-counted', 'interruptPreempting', (sequence) => sequence, { start: 'task', but: { preempt: 1 } }),
  breaks('preempts-counted', 'interruptPreempting', (sequence) => sequence, {
    start: 'task',
    but: { bhDisabled: 1 },
  }),
  breaks('preempts-irqs-off', 'interruptIrqsOff', before('return', ['preempt.check'])),
  breaks('preempts-user', 'interruptFromUser', before('exit.user', ['preempt.check'])),
  fails('check-enabled', { start: 'task' }, ['preempt.check']),
  breaks('preempted-disabled', 'interruptPreempting', drop('irq.enable')),
  breaks('preempted-uncounted', 'interruptPreempting', drop('count.preempt.add')),
  breaks('enabled-uncounted', 'interruptPreempting', moveBefore('irq.enable', 'count.preempt.add')),
  breaks('uncounted-enabled', 'interruptPreempting', moveBefore('count.preempt.sub', 'irq.disable')),
  breaks('preempt-unchecked', 'interruptPreempting', drop('preempt.check')),
  breaks('checked-twice', 'interrupt', after('preempt.check', ['preempt.check'])),
  breaks('check-after-tracer', 'interrupt', moveBefore('trace.on-prepare', 'preempt.check')),
];

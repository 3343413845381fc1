/** KVM-WORK: rows of events that keep it, and some that break each of its conditions. */
import { after, breaks, drop, fails, keeps, replace, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const kvmWorkExamples = (): readonly Example[] => [
  keeps('vmx'),
  keeps('svm'),
  shows('the fast path', { start: 'task' }, [
    ...replace('guest.exit', ['guest.exit', 'work.flush', 'kvm.check.none', 'guest.run', 'guest.exit'])(
      keeps('vmx').events,
    ),
  ]),
  shows('a look with interrupts on', { start: 'task' }, ['kvm.check.some', 'kvm.check.some', 'kvm.work']),
  breaks('handled-disabled', 'vmx', after('irq.disable', ['kvm.work'])),
  breaks('handled-in-round', 'vmx', after('irq.enable', ['kvm.work'], 1)),
  breaks('not-checked', 'vmx', drop('kvm.check.none')),
  breaks('not-checked', 'vmx', after('kvm.check.none', ['irq.enable', 'irq.disable'])),
  breaks('not-flushed', 'vmx', drop('work.flush')),
  fails('work-unhandled', { start: 'task-irqs-off', but: { preempt: 1, guestWorkSeen: 1, flushed: 1 } }, [
    'kvm.check.none',
  ]),
  fails('resched-overlooked', { start: 'task', but: { resched: 1 } }, ['kvm.check.none']),
  fails('signal-overlooked', { start: 'task', but: { signal: 1 } }, ['kvm.check.none']),
  fails('notify-overlooked', { start: 'task', but: { notify: 1 } }, ['kvm.check.none']),
  shows('the loop of work before the guest', { start: 'task' }, ['kvm.check.some', 'call.schedule', 'kvm.check.none']),
  shows(
    'work that comes behind the loop: the look with interrupts off is not the one that handles it',
    { start: 'task-irqs-off', but: { preempt: 1, flushed: 1, resched: 1, signal: 1, notify: 1 } },
    ['kvm.check.none'],
  ),
  breaks('run-unchecked', 'vmx', replace('guest.exit', ['guest.exit', 'guest.run', 'guest.exit'])),
  breaks('work-ignored', 'vmx', after('kvm.check.none', ['kvm.check.some'])),
];

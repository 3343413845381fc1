/** KVM-ORDER: rows of events that keep it, and some that break each of its conditions. */
import { after, before, breaks, drop, fails, keeps, moveBefore, replace, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const kvmOrderExamples = (): readonly Example[] => [
  keeps('vmx'),
  keeps('vmxInterrupt'),
  keeps('vmxNmi'),
  keeps('svm'),
  keeps('vmxNmi', 'v6.1'),
  keeps('vmx', 'nohz-full-off'),
  keeps('interrupt'),
  shows('a round that is given up', { start: 'task-irqs-off', but: { preempt: 1 } }, [
    ...(['kvm.check.none', 'guest.timing.enter', 'guest.timing.exit'] as const),
  ]),
  breaks('run-untimed', 'vmx', drop('guest.timing.enter')),
  breaks('run-untold-lockdep', 'vmx', drop('lockdep.hardirqs-on')),
  fails('run-untold-lockdep', { start: 'task-irqs-off', but: { preempt: 1, vcpu: 1 } }, ['guest.run']),
  fails('run-untold-tracer', { start: 'task-irqs-off', but: { preempt: 1, vcpu: 1, hardirqsEnabled: 1 } }, [
    'guest.run',
  ]),
  breaks('run-untold-context-tracking', 'vmx', drop('ct.guest.enter')),
  breaks('run-enabled', 'svm', drop('gif.clear')),
  breaks('run-preemptible', 'vmx', drop('count.preempt.add')),
  breaks('timing-enabled', 'vmx', drop('irq.disable', 2)),
  breaks('enter-before-tracer', 'vmx', drop('trace.on-prepare')),
  breaks('enter-before-prepare', 'vmx', drop('lockdep.hardirqs-on-prepare')),
  breaks('enter-before-prepare', 'vmx', moveBefore('lockdep.hardirqs-on', 'ct.guest.enter')),
  breaks('nested', 'vmx', after('ct.guest.enter', ['lockdep.hardirqs-on-prepare', 'ct.guest.enter'])),
  breaks('exit-before-lockdep', 'vmx', moveBefore('ct.guest.exit', 'lockdep.hardirqs-off', 1, 2)),
  breaks('tracer-before-exit', 'vmx', moveBefore('trace.off-finish', 'ct.guest.exit', 2)),
  breaks('interrupted-in-state', 'vmx', before('ct.guest.exit', ['irq.enable'])),
  breaks('nmi-late', 'vmxNmi', (sequence) => [
    ...sequence.slice(0, sequence.indexOf('enter.nmi')),
    ...sequence.slice(sequence.indexOf('return') + 1),
  ]),
  breaks('nmi-outside-state', 'vmx', replace('ct.guest.exit', ['ct.guest.exit', 'guest.exit.nmi', 'enter.nmi'])),
  fails('nmi-outside-lockdep-state', { start: 'task-irqs-off', but: { owedNmi: 1 } }, ['enter.nmi'], 'nohz-full-off'),
  breaks('owed-enabled', 'vmxInterrupt', (sequence) => [
    ...sequence.slice(0, sequence.indexOf('enter.guest-interrupt')),
    ...sequence.slice(sequence.indexOf('return') + 1),
  ]),
  breaks('owed-enabled', 'vmx', replace('guest.exit', ['guest.exit.nmi'])),
  breaks('owed-rerun', 'vmx', replace('guest.exit', ['guest.exit.nmi', 'guest.run'])),
  breaks('owed-rerun', 'vmx', replace('guest.exit', ['guest.exit.interrupt', 'guest.run'])),
  breaks('interrupt-in-state', 'vmxInterrupt', moveBefore('enter.guest-interrupt', 'ct.guest.exit')),
  fails('interrupt-in-lockdep-state', { start: 'task-irqs-off', but: { owedInterrupt: 1, hardirqsEnabled: 1 } }, [
    'enter.guest-interrupt',
  ]),
  breaks('timing-before-window', 'vmx', moveBefore('guest.timing.exit', 'trace.on-prepare', 1, 2)),
  breaks('timing-in-state', 'vmx', drop('ct.guest.exit')),
  breaks('left-twice', 'vmx', after('ct.guest.exit', ['ct.guest.exit'])),
  breaks('run-never-ends', 'svm', (sequence) => drop('irq.enable')(sequence)),
];

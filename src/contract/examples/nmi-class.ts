/** NMI-CLASS: rows of events that keep it, and some that break each of its conditions. */
import { breaks, drop, fails, keeps, replace, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const nmiClassExamples = (): readonly Example[] => [
  keeps('nmi'),
  keeps('nmiFromUser'),
  keeps('interrupt'),
  keeps('interruptInIdle'),
  keeps('breakpointFromUser'),
  keeps('debugFromUser'),
  keeps('machineCheckFromUser'),
  keeps('invalidOp'),
  keeps('warn'),
  keeps('vmxNmi'),
  shows('int3 of a patch in progress', { start: 'user' }, ['enter.breakpoint', 'return']),
  fails('nmi-as-user', { start: 'user' }, ['enter.nmi', 'entry.user']),
  breaks('nmi-as-kernel', 'machineCheck', replace('entry.nmi', ['entry.kernel'])),
  fails('nmi-as-kernel', { start: 'task' }, ['enter.breakpoint', 'ct.irq.enter']),
  breaks('user-as-nmi', 'breakpoint', (sequence) => sequence, { start: 'user' }),
  fails('user-as-nmi', { start: 'user' }, ['enter.debug', 'lockdep.off', 'count.nmi.add']),
  fails('interrupt-as-nmi', { start: 'task' }, ['enter.page-fault', 'entry.nmi']),
  breaks('bug-after-entry', 'invalidOp', drop('bug.check')),
  fails('ist-entry-called', { start: 'task-irqs-off' }, ['enter.nmi.ist-call']),
  fails('other-handler', { start: 'user' }, ['enter.debug', 'call.other-handler']),
  fails('entry-missing', { start: 'user' }, ['enter.interrupt', 'window.begin', 'call.handler']),
];

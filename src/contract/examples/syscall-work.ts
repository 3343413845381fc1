/** SYSCALL-WORK: rows of events that keep it, and some that break each of its conditions. */
import {
  after,
  before,
  both,
  breaks,
  drop,
  fails,
  fullSequences,
  keeps,
  moveBefore,
  replace,
  shows,
} from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const syscallWorkExamples = (): readonly Example[] => [
  keeps('syscallWithWork'),
  keeps('syscall'),
  keeps('interruptFromUser'),
  shows('a syscall that user dispatch takes', { start: 'user' }, [
    ...both(
      replace('syscall.invoke', ['syscall.dispatched']),
      before('work.flush', fullSequences().exitWorkLoop),
    )(keeps('syscall').events),
  ]),
  breaks('dispatch-order', 'syscallWithWork', after('syscall.ptrace', ['syscall.dispatch'])),
  breaks('ptrace-order', 'syscallWithWork', moveBefore('syscall.seccomp', 'syscall.ptrace')),
  breaks('seccomp-order', 'syscallWithWork', moveBefore('syscall.tracepoint', 'syscall.seccomp')),
  breaks('tracepoint-order', 'syscallWithWork', moveBefore('syscall.audit', 'syscall.tracepoint')),
  breaks('audit-order', 'syscallWithWork', after('syscall.audit', ['syscall.audit'])),
  breaks('invoked-twice', 'syscall', after('syscall.invoke', ['syscall.invoke'])),
  breaks('exit-audit-order', 'syscallWithWork', moveBefore('syscall.exit-tracepoint', 'syscall.exit-audit')),
  breaks('exit-tracepoint-order', 'syscallWithWork', moveBefore('syscall.exit-ptrace', 'syscall.exit-tracepoint')),
  breaks('exit-ptrace-order', 'syscallWithWork', after('syscall.exit-ptrace', ['syscall.exit-ptrace'])),
  breaks('entry-work-unread', 'syscall', drop('syscall.read-entry-work')),
  breaks('exit-work-unread', 'syscallWithWork', drop('syscall.read-exit-work')),
  breaks('half-missing', 'syscall', drop('syscall.read-exit-work')),
  breaks('half-missing', 'syscall', both(drop('syscall.read-entry-work'), drop('syscall.invoke'))),
  shows('sysenter whose arguments cannot be read', { start: 'user' }, [
    ...drop('syscall.read-entry-work')(drop('syscall.invoke')(drop('syscall.read-exit-work')(keeps('syscall').events))),
  ]),
  breaks('after-dispatch', 'syscall', before('syscall.invoke', ['syscall.dispatched'])),
  breaks('irqs-off', 'syscall', drop('irq.enable')),
  fails('no-syscall', { start: 'user', but: { entryWorkRead: 1 } }, [
    ...before('call.handler', ['irq.enable', 'syscall.read-entry-work', 'syscall.seccomp'])(
      keeps('interruptFromUser').events,
    ),
  ]),
  fails('nested', { start: 'task' }, ['enter.syscall']),
  breaks('work-skipped', 'syscall', after('syscall.read-entry-work', ['want.dispatch'])),
  breaks('work-skipped', 'syscall', after('syscall.read-entry-work', ['want.ptrace'])),
  breaks('work-skipped', 'syscall', after('syscall.read-entry-work', ['want.seccomp'])),
  breaks('work-skipped', 'syscall', after('syscall.read-entry-work', ['want.tracepoint'])),
  breaks('work-skipped', 'syscall', after('syscall.read-entry-work', ['want.audit'])),
  breaks('work-skipped', 'syscall', after('syscall.read-exit-work', ['want.audit'])),
  shows('a syscall that seccomp refuses', { start: 'user' }, [
    ...replace('syscall.invoke', [
      'want.ptrace',
      'syscall.ptrace',
      'want.seccomp',
      'syscall.seccomp',
      'want.audit',
      'syscall.refused',
    ])(keeps('syscall').events),
  ]),
];

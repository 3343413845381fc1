/** RCU-WATCHING: rows of events that keep it, and some that break each of its conditions. */
import { breaks, drop, fails, keeps, moveBefore, shows } from '../example.ts';
import { INSTRUMENTABLE } from '../fields.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const rcuWatchingExamples = (): readonly Example[] => [
  keeps('syscall'),
  keeps('interruptInIdle'),
  keeps('nmiFromUser'),
  keeps('vmxNmi'),
  shows('the cpuidle driver', { start: 'idle' }, ['window.begin', 'call.indirect', 'window.end']),
  shows('a WARN in the idle loop', { start: 'idle' }, [
    ...(['enter.invalid-op', 'bug.check', 'window.begin', 'call.warn', 'window.end', 'return'] as const),
  ]),
  shows('code through a pointer in a task', { start: 'task' }, ['call.indirect']),
  breaks('code-without-rcu', 'interruptInIdle', moveBefore('trace.off-finish', 'ct.watch.begin')),
  breaks('code-without-rcu', 'nmiFromUser', drop('ct.watch.begin')),
  fails('pointer-without-rcu', { start: 'user' }, ['enter.syscall', 'window.begin', 'call.indirect']),
  keeps('vmx'),
  keeps('idle'),
  shows('noinstr code that instrumentable code calls', { start: 'task' }, ['function.noinstr', 'function.return']),
  shows('noinstr code that the idle loop calls', { start: 'idle-task' }, ['function.noinstr', 'function.return']),
  shows('noinstr code of the idle loop that noinstr code calls', { start: 'idle' }, [
    'function.noinstr',
    'function.return',
  ]),
  shows('noinstr code that noinstr code calls', { start: 'user' }, [
    'enter.interrupt',
    'function.noinstr',
    'function.return',
  ]),
  fails('returned-without-rcu', { start: 'user', but: { windows: INSTRUMENTABLE } }, [
    'function.noinstr',
    'function.return',
  ]),
  fails('returned-in-idle', { start: 'idle', but: { windows: INSTRUMENTABLE } }, [
    'function.noinstr',
    'function.return',
  ]),
  breaks('nesting-without-rcu', 'syscall', moveBefore('ct.user.enter', 'ct.nesting.clear')),
];

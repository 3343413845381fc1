/** USER-ENTRY-ORDER: rows of events that keep it, and some that break each of its conditions. */
import { after, before, breaks, drop, fails, keeps, moveBefore } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const userEntryOrderExamples = (): readonly Example[] => [
  keeps('syscall'),
  keeps('interruptFromUser'),
  keeps('machineCheckFromUser'),
  keeps('nmiFromUser'),
  keeps('interrupt'),
  breaks('context-tracking-before-lockdep', 'syscall', moveBefore('lockdep.hardirqs-off', 'ct.nesting.set')),
  breaks('tracer-before-lockdep', 'interruptFromUser', drop('lockdep.hardirqs-off')),
  breaks('code-before-context-tracking', 'syscall', before('ct.user.exit', ['call.transition'])),
  breaks('code-before-context-tracking', 'syscall', drop('ct.user.exit')),
  breaks(
    'code-before-lockdep',
    'exceptionFromUser',
    (sequence) => before('lockdep.hardirqs-off', ['call.plain'])(drop('ct.user.exit')(sequence)),
    { start: 'user', but: { ctState: 'kernel', watching: 1 } },
  ),
  breaks('code-before-tracer', 'interruptFromUser', drop('trace.off-finish')),
  breaks('tracer-never-told-off', 'syscall', drop('trace.off-finish')),
  fails('not-from-user', { start: 'task' }, ['enter.interrupt', 'entry.user']),
  breaks('told-twice', 'syscall', after('ct.user.exit', ['ct.user.exit'])),
];

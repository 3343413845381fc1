/** USER-EXIT-ORDER: rows of events that keep it, and some that break each of its conditions. */
import { after, before, both, breaks, drop, keeps, moveBefore } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const userExitOrderExamples = (): readonly Example[] => [
  keeps('syscall'),
  keeps('syscallWithWork'),
  keeps('interruptFromUser'),
  keeps('nmiFromUser'),
  keeps('syscall', 'housekeeping'),
  breaks('context-tracking-before-tracer', 'syscall', drop('trace.on-prepare', 2)),
  breaks('context-tracking-before-prepare', 'syscall', drop('lockdep.hardirqs-on-prepare', 2)),
  breaks(
    'lockdep-before-context-tracking',
    'interruptFromUser',
    both(drop('exit.user'), before('ct.user.enter', ['lockdep.hardirqs-on', 'lockdep.hardirqs-on-prepare'])),
  ),
  breaks('lockdep-not-last', 'syscall', moveBefore('lockdep.hardirqs-on', 'ct.user.enter', 2)),
  breaks('lockdep-not-told', 'syscall', drop('lockdep.hardirqs-on', 2)),
  breaks('context-tracking-not-told', 'interruptFromUser', drop('ct.user.enter')),
  breaks(
    'tracer-not-told',
    'interruptFromUser',
    (sequence) => drop('trace.on-prepare')(drop('ct.user.enter')(sequence)),
    { start: 'user', but: { ctState: 'user' } },
  ),
  breaks('code-after-exit', 'syscall', after('exit.user', ['window.begin', 'call.plain', 'window.end'])),
  breaks(
    'instrumentable-after-context-tracking',
    'syscall',
    moveBefore('lockdep.hardirqs-on-prepare', 'lockdep.hardirqs-on', 2, 2),
  ),
  breaks('told-twice', 'syscall', after('ct.user.enter', ['lockdep.hardirqs-on-prepare', 'ct.user.enter'])),
];

/** TIME-ONCE: rows of events that keep it, and some that break each of its conditions. */
import { after, breaks, drop, fails, keeps, moveBefore } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const timeOnceExamples = (): readonly Example[] => [
  keeps('syscall'),
  keeps('interrupt'),
  keeps('interruptSoftirq'),
  keeps('interruptFromUser'),
  keeps('simpleInterrupt'),
  keeps('nmiFromUser'),
  keeps('vmxInterrupt'),
  breaks('user-left-twice', 'syscall', after('vtime.user.exit', ['vtime.user.exit'])),
  breaks('user-entered-twice', 'syscall', after('vtime.user.enter', ['vtime.user.enter'])),
  breaks('switched-late', 'interruptFromUser', moveBefore('trace.off-finish', 'vtime.user.exit')),
  breaks('switched-late', 'interruptFromUser', moveBefore('vtime.user.enter', 'trace.on-prepare')),
  breaks('code-on-user-time', 'syscall', drop('vtime.user.exit')),
  breaks('guest-entered-twice', 'vmx', after('guest.timing.enter', ['guest.timing.enter'])),
  breaks('guest-entered-elsewhere', 'vmx', (sequence) => sequence, { start: 'task', but: { vtime: 'user' } }),
  breaks('guest-left-twice', 'vmx', after('guest.timing.exit', ['guest.timing.exit'])),
  breaks('hardirq-uncounted', 'interrupt', moveBefore('time.hardirq.enter', 'count.hardirq.add')),
  breaks('hardirq-uncounted', 'interrupt', moveBefore('count.hardirq.sub', 'time.hardirq.exit')),
  breaks('hardirq-entered-twice', 'interrupt', after('time.hardirq.enter', ['time.hardirq.enter'])),
  breaks('hardirq-left-twice', 'interrupt', after('time.hardirq.exit', ['time.hardirq.exit'])),
  breaks('handler-unmeasured', 'interruptFromUser', drop('time.hardirq.enter')),
  breaks('softirq-uncounted', 'interruptSoftirq', moveBefore('time.softirq.enter', 'count.softirq.add')),
  breaks('softirq-unmeasured', 'interruptSoftirq', drop('time.softirq.enter')),
  breaks('not-given-back', 'syscall', drop('vtime.user.enter')),
  breaks('interrupt-not-given-back', 'interrupt', drop('time.hardirq.exit')),
  breaks('interrupt-not-given-back', 'interruptSoftirq', drop('time.softirq.exit')),
  fails('guest-not-given-back', { start: 'task' }, [
    ...after('call.handler', ['guest.timing.enter'])(keeps('interrupt').events),
  ]),
];

/** NOINSTR-CALL: rows of events that keep it, and some that break each of its conditions. */
import { breaks, drop, fails, keeps } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const noinstrCallExamples = (): readonly Example[] => [
  keeps('syscallWithWork'),
  keeps('warn'),
  keeps('vmx'),
  breaks('instrumentable-call', 'interruptFromUser', drop('window.begin', 3)),
  fails('instrumentable-call', { start: 'user' }, ['enter.syscall', 'call.transition']),
];

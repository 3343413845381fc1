/** NOINSTR-WINDOW: rows of events that keep it, and some that break each of its conditions. */
import { before, breaks, drop, fails, keeps, moveBefore, replace, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const noinstrWindowExamples = (): readonly Example[] => [
  keeps('syscall'),
  keeps('vmx'),
  shows('markers inlined into instrumentable code do not count', { start: 'task' }, ['window.end', 'window.begin']),
  breaks('closed-twice', 'syscall', drop('window.begin', 3)),
  breaks('left-open', 'syscall', replace('window.end', ['window.begin'], 3)),
  breaks('left-open', 'nmi', drop('window.end', 3)),
  fails('left-open', { start: 'task' }, ['function.noinstr', 'window.begin', 'function.return']),
  breaks('transition-in-window', 'interrupt', moveBefore('window.begin', 'entry.kernel')),
  fails('transition-in-window', { start: 'user' }, ['enter.syscall', 'window.begin', 'entry.user']),
  fails('transition-in-window', { start: 'task' }, [
    'enter.interrupt',
    'window.begin',
    'function.noinstr',
    'entry.kernel',
  ]),
  keeps('idle'),
  breaks('idle-in-window', 'idle', before('ct.idle.enter', ['window.begin'])),
  fails('idle-in-window', { start: 'idle-task' }, [
    'function.noinstr',
    'window.begin',
    'function.noinstr',
    'irq.disable',
    'ct.idle.enter',
  ]),
  fails('opened-forever', { start: 'user' }, [
    'enter.syscall',
    ...Array.from({ length: 7 }, () => 'window.begin' as const),
  ]),
];

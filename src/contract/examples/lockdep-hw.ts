/** LOCKDEP-HW: rows of events that keep it, and some that break each of its conditions. */
import { breaks, drop, keeps, moveBefore, replace, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const lockdepHwExamples = (): readonly Example[] => [
  keeps('syscallWithWork'),
  keeps('interruptSoftirq'),
  keeps('nmi'),
  keeps('warn'),
  keeps('pageFault'),
  shows('the cpuidle driver', { start: 'idle', but: { irq: 0 } }, ['window.begin', 'call.indirect', 'window.end']),
  breaks('believed-on', 'interrupt', drop('lockdep.hardirqs-off')),
  breaks('believed-on-in-nmi', 'nmi', drop('lockdep.hardirqs-off')),
  breaks('believed-off', 'syscall', drop('lockdep.hardirqs-on')),
  breaks('traced-wrongly', 'interrupt', drop('trace.off-finish')),
  breaks('traced-wrongly', 'pageFault', replace('trace.on-prepare', [])),
  keeps('idle'),
  keeps('svm'),
  breaks('told-off-while-on', 'syscall', moveBefore('lockdep.hardirqs-off', 'irq.disable', 2)),
  breaks('told-on-while-on', 'syscall', moveBefore('irq.enable', 'lockdep.hardirqs-on')),
  breaks('enabled-untold', 'syscall', drop('lockdep.hardirqs-on')),
  breaks('enabled-untold-tracer', 'syscall', drop('trace.on-prepare')),
  breaks('tracer-before-lockdep', 'syscall', moveBefore('trace.off-finish', 'lockdep.hardirqs-off', 2, 2)),
  breaks('prepared-before-tracer', 'syscall', moveBefore('lockdep.hardirqs-on-prepare', 'trace.on-prepare')),
  breaks('on-unprepared', 'nmi', drop('lockdep.hardirqs-on-prepare')),
  breaks('on-unprepared-in-idle', 'idle', drop('lockdep.hardirqs-on-prepare')),
];

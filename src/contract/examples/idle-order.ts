/** IDLE-ORDER: rows of events that keep it, and some that break each of its conditions. */
import { after, breaks, drop, fails, keeps, moveBefore, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const idleOrderExamples = (): readonly Example[] => [
  keeps('idle'),
  keeps('idle', 'v6.1'),
  shows('mwait', { start: 'idle', but: { irq: 0 } }, ['cpu.mwait']),
  shows('polling', { start: 'idle' }, ['cpu.poll']),
  shows('a halt outside of idle', { start: 'task' }, ['cpu.halt', 'cpu.mwait']),
  breaks('enter-before-tracer', 'idle', drop('trace.on-prepare')),
  breaks('enter-before-prepare', 'idle', drop('lockdep.hardirqs-on-prepare')),
  breaks('enter-before-prepare', 'idle', moveBefore('lockdep.hardirqs-on', 'ct.idle.enter')),
  breaks('exit-before-lockdep', 'idle', drop('lockdep.hardirqs-off', 2)),
  breaks('sleep-untold-lockdep', 'idle', drop('lockdep.hardirqs-on')),
  breaks('sleep-untold-context-tracking', 'idle', drop('ct.idle.enter')),
  fails('never-wakes', { start: 'idle', but: { irq: 0 } }, ['cpu.halt']),
  breaks('not-idle', 'idle', (sequence) => sequence, { start: 'task' }),
  breaks('entered-twice', 'idle', moveBefore('lockdep.hardirqs-on', 'ct.nesting.clear'), {
    start: 'idle-task',
    but: { ctState: 'idle' },
  }),
  breaks('left-twice', 'idle', after('ct.idle.exit', ['ct.idle.exit'])),
];

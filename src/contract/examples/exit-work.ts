/** EXIT-WORK: rows of events that keep it, and some that break each of its conditions. */
import { after, before, breaks, drop, keeps, moveBefore, replace, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const exitWorkExamples = (): readonly Example[] => [
  keeps('syscallWithWork'),
  keeps('interruptFromUser'),
  keeps('nmiFromUser'),
  keeps('syscall', 'nohz-full-off'),
  breaks('flags-stale', 'syscallWithWork', drop('work.read.none')),
  breaks('flags-stale', 'syscall', after('work.read.none', ['call.plain'])),
  breaks('flags-stale', 'interruptFromUser', after('work.read.none', ['irq.enable', 'irq.disable'])),
  breaks('work-left', 'interruptFromUser', replace('work.read.none', ['work.read.some'])),
  breaks('read-enabled', 'syscall', drop('irq.disable')),
  breaks('not-flushed', 'syscallWithWork', drop('work.flush', 2)),
  breaks('work-disabled', 'syscallWithWork', drop('irq.enable', 2)),
  breaks('resched-order', 'syscallWithWork', after('work.resched', ['work.resched'])),
  breaks('uprobe-order', 'syscallWithWork', moveBefore('work.patch', 'work.uprobe')),
  breaks('patch-order', 'syscallWithWork', moveBefore('work.signal', 'work.patch')),
  breaks('signal-order', 'syscallWithWork', moveBefore('work.notify', 'work.signal')),
  breaks('notify-order', 'syscallWithWork', after('work.notify', ['work.notify'])),
  breaks('resched-overlooked', 'syscall', before('work.read.none', ['flag.resched'])),
  breaks('uprobe-overlooked', 'syscall', before('work.read.none', ['flag.uprobe'])),
  breaks('patch-overlooked', 'syscall', before('work.read.none', ['flag.patch'])),
  breaks('signal-overlooked', 'syscall', before('work.read.none', ['flag.signal'])),
  breaks('notify-overlooked', 'syscall', before('work.read.none', ['flag.notify'])),
  shows('a signal that is delivered', { start: 'user' }, [
    ...before('work.read.some', ['flag.signal'])(keeps('syscallWithWork').events),
  ]),
  breaks('work-unread', 'syscallWithWork', drop('work.read.some')),
];

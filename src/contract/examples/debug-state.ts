/** DEBUG-STATE: rows of events that keep it, and some that break each of its conditions. */
import { after, before, breaks, drop, keeps, moveBefore, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const debugStateExamples = (): readonly Example[] => [
  keeps('nmi'),
  keeps('nmiFromUser'),
  keeps('debug'),
  keeps('debugFromUser'),
  keeps('breakpoint'),
  keeps('machineCheck'),
  keeps('machineCheckFromUser'),
  breaks('dr7-saved-around-user-entry', 'machineCheckFromUser', moveBefore('dr7.save', 'entry.user')),
  breaks('dr7-saved-around-user-exit', 'machineCheckFromUser', moveBefore('exit.user', 'dr7.restore')),
  keeps('pageFault'),
  keeps('doubleFault'),
  shows('a page fault in an NMI', { start: 'task' }, [
    ...after('call.nmi-handler', [
      ...([
        'enter.page-fault',
        'cr2.read',
        'entry.kernel',
        'lockdep.hardirqs-off',
        'window.begin',
        'rcu.check-tick',
      ] as const),
      ...(['trace.off-finish', 'call.exception-handler', 'window.end', 'exit.kernel', 'return'] as const),
    ])(keeps('nmi').events),
  ]),
  shows('a page fault in a page fault', { start: 'task' }, [
    ...after('call.exception-handler', keeps('pageFault').events)(keeps('pageFault').events),
  ]),
  breaks('dr7-not-saved', 'nmi', drop('dr7.save')),
  breaks('dr7-not-saved', 'debug', moveBefore('dr7.save', 'lockdep.off')),
  breaks('dr7-not-saved-for-machine-check', 'machineCheckFromUser', drop('dr7.save')),
  breaks('dr7-not-restored', 'nmi', drop('dr7.restore')),
  breaks('dr7-restored-early', 'debug', moveBefore('dr7.restore', 'count.nmi.sub')),
  breaks('dr6-not-read', 'debugFromUser', drop('dr6.read')),
  breaks('cr2-not-read', 'pageFault', moveBefore('cr2.read', 'window.begin')),
  breaks('cr2-not-restored', 'nmi', (sequence) =>
    drop('cr2.restore')(
      before('exit.nmi', [
        ...([
          'enter.page-fault',
          'cr2.read',
          'entry.kernel',
          'lockdep.hardirqs-off',
          'window.begin',
          'rcu.check-tick',
        ] as const),
        ...(['trace.off-finish', 'window.end', 'exit.kernel', 'return'] as const),
      ])(sequence),
    ),
  ),
  breaks('dr7-saved-twice', 'nmi', after('dr7.save', ['dr7.save'])),
  breaks('dr7-restored-unsaved', 'nmi', after('dr7.restore', ['dr7.restore'])),
  breaks('dr6-read-twice', 'debug', after('dr6.read', ['dr6.read'])),
];

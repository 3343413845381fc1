/** EXIT-WORK: nothing that waits for this task may be overlooked on its way to user mode. */
import type { EventName } from '../alphabet.ts';
import { above, clear, set } from '../expression.ts';
import type { ValueOf } from '../fields.ts';
import type { Condition, Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { fromUser, USER_ENTERS } from './acts.ts';

const ITEMS = [
  'work.resched',
  'work.uprobe',
  'work.patch',
  'work.signal',
  'work.notify',
] as const satisfies readonly EventName[];
const READS = ['work.read.none', 'work.read.some'] as const satisfies readonly EventName[];

const order = (item: (typeof ITEMS)[number], last: ValueOf<'loopStep'>): Condition => ({
  name: `${item.slice('work.'.length)}-order`,
  says: `${item.slice('work.'.length)} work comes twice in one pass, or after work that belongs behind it`,
  fix: 'Keep the order of exit_to_user_mode_loop(): resched, uprobe, livepatch, signal, notify',
  on: [item],
  broken: above('loopStep', last),
});

const overlooked = (flag: 'resched' | 'uprobe' | 'patch' | 'signal' | 'notify', waits: string): Condition => ({
  name: `${flag}-overlooked`,
  says: `the last reading of the work flags finds nothing to do, although ${waits}: it was neither done nor looked for`,
  fix: 'Test every flag of EXIT_TO_USER_MODE_WORK in the loop, and do what it asks for',
  on: ['work.read.none'],
  broken: set(flag),
});

export const exitWork: Rule = {
  id: 'EXIT-WORK',
  says: 'the loop of work before user mode (resched, uprobe, livepatch, signal, notify) runs with interrupts on and ends with them off and the flags read again; nothing that can set a flag comes between that and user mode',
  why: 'a signal or a reschedule that is overlooked waits until the next entry, which may be never',
  source: [
    document('Syscalls'),
    kernel('kernel/entry/common.c', 'exit_to_user_mode_loop'),
    kernel('include/linux/entry-common.h', 'exit_to_user_mode_prepare'),
  ],
  note: 'the document names the work, not the order and not that interrupts are off for the last look',
  conditions: [
    {
      name: 'flags-stale',
      says: 'the exit to user mode begins, and the work flags were not read with interrupts off since anything could set one',
      fix: 'Call exit_to_user_mode_prepare() with interrupts off, right before exit_to_user_mode()',
      on: ['exit.user', ...USER_ENTERS],
      when: fromUser,
      broken: clear('flagsFresh'),
    },
    {
      name: 'work-left',
      says: 'the exit to user mode begins although the last look at the flags found work',
      fix: 'Loop until the flags show none',
      on: ['exit.user', ...USER_ENTERS],
      when: fromUser,
      broken: set('workSeen'),
    },
    {
      name: 'read-enabled',
      says: 'the work flags are read for the exit with interrupts on',
      fix: 'Disable interrupts before',
      on: READS,
      broken: set('irq'),
    },
    {
      name: 'not-flushed',
      says: 'the work flags are read, and deferred wakeups were not flushed since interrupts went off',
      fix: 'Call tick_nohz_user_enter_prepare() before the flags are read: the flush may set one',
      on: READS,
      broken: clear('flushed'),
      needs: ['nohz-full'],
    },
    {
      name: 'work-disabled',
      says: 'work before user mode is done with interrupts off',
      fix: 'Enable interrupts before the work, disable them after it',
      on: ITEMS,
      broken: clear('irq'),
    },
    order('work.resched', 'none'),
    order('work.uprobe', 'resched'),
    order('work.patch', 'uprobe'),
    order('work.signal', 'patch'),
    order('work.notify', 'signal'),
    overlooked('resched', 'a reschedule is wanted'),
    overlooked('uprobe', 'a uprobe waits'),
    overlooked('patch', 'a live patch waits'),
    overlooked('signal', 'a signal waits'),
    overlooked('notify', 'task work waits'),
    {
      name: 'work-unread',
      says: 'work is done that the last reading of the flags did not show',
      fix: 'Read the flags before the pass',
      on: ITEMS,
      broken: clear('workSeen'),
    },
  ],
  exceptions: [
    {
      what: 'architecture hooks and lockdep_sys_exit() run after the last look',
      why: 'they set no flag',
      source: kernel('include/linux/entry-common.h', 'exit_to_user_mode_prepare'),
      conditions: ['flags-stale'],
    },
    {
      what: 'an NMI returns to user mode without a look',
      why: 'it cannot take locks; what it wants done it leaves to an interrupt (irq_work)',
      source: kernel('arch/x86/entry/entry_64.S', 'asm_exc_nmi'),
      conditions: ['flags-stale'],
    },
  ],
};

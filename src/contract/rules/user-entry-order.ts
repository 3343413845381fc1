/** USER-ENTRY-ORDER: the first half of every transition from and to user mode. */
import { all, clear, is, not, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { fromUser, INSTRUMENTABLE_CODE, ORDINARY_CODE, USER_EXITS } from './acts.ts';

/** Entered from user mode, and the exit has not begun. */
const entering = all(fromUser, clear('exited'));

export const userEntryOrder: Rule = {
  id: 'USER-ENTRY-ORDER',
  says: 'the entry from user mode tells lockdep, then context tracking, then the tracer, before anything else',
  why: 'context tracking asserts to lockdep that interrupts are off; the tracer needs RCU; anything else needs all three',
  source: [document('Syscalls'), kernel('include/linux/entry-common.h', 'enter_from_user_mode')],
  note: 'user_exit_irqoff() does nothing where context tracking is off; time is switched inside of that step',
  conditions: [
    {
      name: 'context-tracking-before-lockdep',
      says: 'context tracking is told of the entry before lockdep is',
      fix: 'Call lockdep_hardirqs_off() first',
      on: USER_EXITS,
      broken: set('hardirqsEnabled'),
      needs: ['lockdep'],
    },
    {
      name: 'tracer-before-lockdep',
      says: 'the tracer is told of the entry before lockdep is',
      fix: 'Call lockdep_hardirqs_off() first',
      on: ['trace.off-finish'],
      when: fromUser,
      broken: set('hardirqsEnabled'),
      needs: ['lockdep', 'tracing'],
    },
    {
      name: 'code-before-context-tracking',
      says: 'instrumentable code runs after the entry from user mode, before context tracking is told',
      fix: 'Call user_exit_irqoff() (enter_from_user_mode()) before',
      on: INSTRUMENTABLE_CODE,
      when: entering,
      broken: is('ctState', 'user'),
      needs: ['context-tracking'],
    },
    {
      name: 'code-before-lockdep',
      says: 'code runs after the entry from user mode, before lockdep is told',
      fix: 'Call lockdep_hardirqs_off() (enter_from_user_mode()) before',
      on: ORDINARY_CODE,
      when: entering,
      broken: all(set('hardirqsEnabled'), clear('irq')),
      needs: ['lockdep'],
    },
    {
      name: 'code-before-tracer',
      says: 'code runs after the entry from user mode, before the tracer is told',
      fix: 'Call trace_hardirqs_off_finish() (enter_from_user_mode()) before',
      on: ORDINARY_CODE,
      when: entering,
      broken: all(clear('tracerToldOff'), clear('irq')),
      needs: ['tracing'],
    },
    {
      name: 'tracer-never-told-off',
      says: 'the tracer is told that interrupts go on after an entry from user mode that never told it that they were off',
      fix: 'Call trace_hardirqs_off_finish() at the end of the entry',
      on: ['trace.on-prepare'],
      when: entering,
      broken: clear('tracerToldOff'),
      needs: ['tracing'],
    },
    {
      name: 'not-from-user',
      says: 'the entry from user mode is made for something that did not come from there',
      fix: 'Use irqentry_enter(), or the NMI-like entry, by the class of the exception',
      on: ['entry.user', ...USER_EXITS],
      when: not(is('kind', 'task')),
      broken: not(is('origin', 'user')),
    },
    {
      name: 'told-twice',
      says: 'context tracking is told to leave user mode, and is not there',
      fix: 'Make the entry once',
      on: USER_EXITS,
      broken: not(is('ctState', 'user')),
    },
  ],
  exceptions: [
    {
      what: 'add_random_kstack_offset() reads a per-CPU value before the entry',
      why: 'it is inlined and touches nothing that the states protect',
      source: kernel('arch/x86/entry/common.c', 'do_syscall_64', '6.12'),
      conditions: [],
    },
    {
      what: 'an NMI from user mode leaves the context at user',
      why: 'NMI-like entries only make RCU watch',
      source: kernel('kernel/context_tracking.c', 'ct_nmi_enter'),
      conditions: ['code-before-context-tracking'],
    },
  ],
};

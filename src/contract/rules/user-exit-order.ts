/** USER-EXIT-ORDER: the second half of every transition from and to user mode. */
import { all, clear, is, not, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { INSTRUMENTABLE_CODE, ORDINARY_CODE, USER_ENTERS } from './acts.ts';

/** The exit of this context to user mode has begun. */
const exiting = all(is('entered', 'user'), set('exited'));

export const userExitOrder: Rule = {
  id: 'USER-EXIT-ORDER',
  says: 'the exit to user mode tells the tracer and prepares lockdep, then tells context tracking, then lockdep, after everything else',
  why: 'the tracer and the preparation need RCU; context tracking needs interrupts off for lockdep; user mode runs with them on',
  source: [document('Syscalls'), kernel('include/linux/entry-common.h', 'exit_to_user_mode')],
  note: "the document has one lockdep step at the end; the kernel has two: lockdep_hardirqs_on_prepare() comes with the tracer's",
  conditions: [
    {
      name: 'context-tracking-before-tracer',
      says: 'context tracking enters user mode before the tracer is told',
      fix: 'Call trace_hardirqs_on_prepare() before user_enter_irqoff()',
      on: USER_ENTERS,
      broken: set('tracerToldOff'),
      needs: ['tracing'],
    },
    {
      name: 'context-tracking-before-prepare',
      says: 'context tracking enters user mode before lockdep is prepared',
      fix: 'Call lockdep_hardirqs_on_prepare() before user_enter_irqoff()',
      on: USER_ENTERS,
      broken: clear('prepared'),
      needs: ['lockdep'],
    },
    {
      name: 'lockdep-before-context-tracking',
      says: 'lockdep is told that interrupts are on before context tracking enters user mode',
      fix: 'Call lockdep_hardirqs_on() last',
      on: USER_ENTERS,
      broken: set('hardirqsEnabled'),
      needs: ['lockdep'],
    },
    {
      name: 'lockdep-not-last',
      says: 'lockdep is told that interrupts are on in the exit to user mode, and context tracking is still in the kernel',
      fix: 'Call lockdep_hardirqs_on() last',
      on: ['lockdep.hardirqs-on'],
      when: exiting,
      broken: not(is('ctState', 'user')),
      needs: ['lockdep', 'context-tracking'],
    },
    {
      name: 'lockdep-not-told',
      says: 'the return to user mode, which enables interrupts, is not told to lockdep',
      fix: 'Call lockdep_hardirqs_on() last',
      on: ['return'],
      when: is('origin', 'user'),
      broken: clear('hardirqsEnabled'),
      needs: ['lockdep'],
    },
    {
      name: 'context-tracking-not-told',
      says: 'the return to user mode is not told to context tracking',
      fix: 'Call user_enter_irqoff() (exit_to_user_mode())',
      on: ['return'],
      when: is('origin', 'user'),
      broken: not(is('ctState', 'user')),
      needs: ['context-tracking'],
    },
    {
      name: 'tracer-not-told',
      says: 'the return to user mode, which enables interrupts, is not told to the tracer',
      fix: 'Call trace_hardirqs_on_prepare() (exit_to_user_mode())',
      on: ['return'],
      when: is('origin', 'user'),
      broken: set('tracerToldOff'),
      needs: ['tracing'],
    },
    {
      name: 'code-after-exit',
      says: 'code runs after the exit to user mode has begun',
      fix: 'Do it before exit_to_user_mode()',
      on: ORDINARY_CODE,
      when: is('entered', 'user'),
      broken: set('exited'),
    },
    {
      name: 'instrumentable-after-context-tracking',
      says: 'instrumentable code runs after context tracking has entered user mode',
      fix: 'Do it before user_enter_irqoff()',
      on: INSTRUMENTABLE_CODE,
      when: exiting,
      broken: is('ctState', 'user'),
      needs: ['context-tracking'],
    },
    {
      name: 'told-twice',
      says: 'context tracking enters user mode, and is not in the kernel',
      fix: 'Make the exit once',
      on: USER_ENTERS,
      broken: not(is('ctState', 'kernel')),
    },
  ],
  exceptions: [
    {
      what: 'arch_exit_to_user_mode() runs between context tracking and lockdep',
      why: 'it is noinstr and touches registers only',
      source: kernel('include/linux/entry-common.h', 'exit_to_user_mode'),
      conditions: [],
    },
  ],
};

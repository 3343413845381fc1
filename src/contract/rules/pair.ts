/** PAIR: what is entered is left, once, by its own kind, and everything is as it was. */
import { after, breaks, drop, fails, keeps, replace, shows } from '../example.ts';
import { above, all, any, changed, clear, is, not, set } from '../expression.ts';
import type { Condition, Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';

const COMMON = 'kernel/entry/common.c';

/** The exit is not that of the entry which was made last. */
const wrongExit = (exit: 'user' | 'kernel' | 'nmi'): Condition => ({
  name: `wrong-exit-${exit}`,
  says: `the ${{ user: 'exit to user mode', kernel: 'exit of an interrupt in the kernel', nmi: 'NMI-like exit' }[exit]} follows another kind of entry, or none`,
  fix: 'Use the exit of the same kind, with the state that the entry returned',
  on: [`exit.${exit}`],
  when: not(is('kind', 'task')),
  broken: any(not(is('entered', exit)), set('exited')),
});

const HOUSEKEEPING_EXIT_MISSED = drop('ct.user.enter.inactive')(keeps('syscall', 'housekeeping').events);

export const pair: Rule = {
  id: 'PAIR',
  says: 'every entry has exactly one exit of its kind, with the state that it returned, on every path; a context gives back every counter as it found it',
  why: 'a count that is off by one stays so for ever: the CPU never preempts again, or RCU never sees it idle',
  source: [
    document('Interrupts and regular exceptions'),
    kernel(COMMON, 'irqentry_exit'),
    kernel(COMMON, 'irqentry_nmi_exit'),
  ],
  note: "the document's NMI sample passes no state to its exit; the code does",
  conditions: [
    {
      name: 'nested-entry',
      says: 'an entry is made inside of another of the same context',
      fix: 'Make the entry once',
      on: ['entry.user', 'entry.kernel', 'entry.nmi'],
      broken: all(not(is('entered', 'none')), clear('exited')),
    },
    wrongExit('user'),
    wrongExit('kernel'),
    wrongExit('nmi'),
    {
      name: 'no-exit',
      says: 'the handler returns without the exit of its entry',
      fix: 'Call the exit on this path too',
      on: ['return'],
      broken: all(not(is('entered', 'none')), clear('exited')),
    },
    {
      name: 'rcu-exit-alone',
      says: 'RCU is told of the end of something that it was not told of',
      fix: 'Pass the state that the entry returned to the exit',
      on: ['ct.irq.exit', 'ct.nmi.exit'],
      broken: is('rcuEntered', 0),
    },
    {
      name: 'rcu-exit-missing',
      says: 'the context returns, and RCU was not told of its end',
      fix: 'Pass the state that the entry returned to the exit',
      on: ['return'],
      broken: above('rcuEntered', 0),
    },
    {
      name: 'counter-changed',
      says: 'the context returns with another preemption counter than it found',
      fix: 'Undo every step of the counter on every path',
      on: ['return'],
      broken: any(changed('preempt'), changed('bhDisabled'), changed('softirq'), changed('hardirq'), changed('nmi')),
    },
    {
      name: 'context-tracking-changed',
      says: 'the context returns with another state of context tracking than it found',
      fix: 'Leave by the exit that mirrors the entry',
      on: ['return'],
      broken: any(
        changed('ctState'),
        changed('watching'),
        changed('nesting'),
        changed('nmiNonidle'),
        changed('nmiNesting'),
      ),
    },
    {
      name: 'lockdep-changed',
      says: "the context returns with another depth of lockdep's than it found",
      fix: 'Call lockdep_hardirq_exit() and lockdep_on() as often as their halves',
      on: ['return'],
      broken: any(changed('hardirqContext'), changed('lockdepOff')),
      needs: ['lockdep'],
    },
    {
      name: 'nmi-flag-changed',
      says: 'the NMI-like context returns, and lockdep believes other than it found',
      fix: 'Restore it by the state that irqentry_nmi_enter() returned',
      on: ['return'],
      when: is('entered', 'nmi'),
      broken: changed('hardirqsEnabled'),
      needs: ['lockdep'],
    },
    {
      name: 'gif-changed',
      says: 'the context returns with another global interrupt flag than it found',
      fix: 'Pair clgi and stgi',
      on: ['return'],
      broken: changed('gif'),
    },
    {
      name: 'below-zero',
      says: 'a counter falls below zero: something is left that was not entered',
      fix: 'Remove this exit, or make its entry on this path too',
      on: [],
      broken: any(),
    },
  ],
  exceptions: [
    {
      what: 'a double fault has no exit',
      why: 'it ends in a panic',
      source: kernel('arch/x86/kernel/traps.c', 'exc_double_fault'),
      conditions: ['no-exit'],
    },
    {
      what: 'kvm_handle_async_pf() makes an entry and an exit of its own before the page fault makes its',
      why: 'the event needs no fault handling after it',
      source: kernel('arch/x86/kernel/kvm.c', '__kvm_handle_async_pf'),
      conditions: ['nested-entry'],
    },
    {
      what: 'a new task leaves to user mode without an entry',
      why: 'ret_from_fork() is its first code',
      source: kernel('arch/x86/entry/entry_64.S', 'ret_from_fork_asm'),
      conditions: ['wrong-exit-user'],
    },
  ],
  examples: [
    keeps('syscall'),
    keeps('interrupt'),
    keeps('interruptInIdle'),
    keeps('nmi'),
    keeps('nmiFromUser'),
    keeps('debug'),
    keeps('warn'),
    shows('an entry after an exit', { start: 'task' }, [
      ...after('cr2.read', ['entry.kernel', 'lockdep.hardirqs-off', 'exit.kernel'])(keeps('pageFault').events),
    ]),
    breaks('nested-entry', 'interrupt', after('entry.kernel', ['entry.kernel'])),
    breaks('wrong-exit-user', 'interrupt', replace('exit.kernel', ['exit.user'])),
    breaks('wrong-exit-kernel', 'nmi', replace('exit.nmi', ['exit.kernel'])),
    breaks('wrong-exit-nmi', 'interrupt', replace('exit.kernel', ['exit.nmi'])),
    fails('wrong-exit-kernel', { start: 'task' }, ['enter.interrupt', 'exit.kernel']),
    breaks('wrong-exit-user', 'interruptFromUser', after('exit.user', ['exit.user'])),
    breaks('wrong-exit-kernel', 'interrupt', after('exit.kernel', ['exit.kernel'])),
    breaks('wrong-exit-nmi', 'nmi', after('exit.nmi', ['exit.nmi'])),
    breaks('counter-changed', 'interrupt', after('call.handler', ['count.preempt.add'])),
    breaks('counter-changed', 'interrupt', after('call.handler', ['count.bh.add'])),
    breaks('counter-changed', 'interruptSoftirq', drop('count.softirq.sub')),
    fails('context-tracking-changed', { start: 'user' }, HOUSEKEEPING_EXIT_MISSED, 'housekeeping'),
    breaks('context-tracking-changed', 'nmi', drop('ct.nmi-nesting.unnested')),
    breaks('context-tracking-changed', 'syscall', drop('ct.nmi-nesting.clear')),
    breaks('no-exit', 'nmi', drop('exit.nmi')),
    breaks('rcu-exit-alone', 'interrupt', after('exit.kernel', ['ct.irq.exit'])),
    breaks('rcu-exit-missing', 'interruptInIdle', (sequence) =>
      drop('ct.watch.end')(drop('ct.nmi-nesting.clear')(drop('ct.irq.exit')(sequence))),
    ),
    breaks('counter-changed', 'interrupt', drop('count.hardirq.sub')),
    breaks('counter-changed', 'nmi', drop('count.nmi.sub')),
    breaks('context-tracking-changed', 'nmiFromUser', drop('ct.watch.end')),
    breaks('context-tracking-changed', 'syscall', drop('ct.nesting.clear')),
    breaks('lockdep-changed', 'nmi', drop('lockdep.on')),
    breaks('lockdep-changed', 'interrupt', drop('lockdep.hardirq-exit')),
    breaks('nmi-flag-changed', 'nmi', drop('lockdep.hardirqs-on')),
    fails('gif-changed', { start: 'task' }, ['enter.breakpoint', 'gif.clear', 'return']),
    fails('below-zero', { start: 'task' }, ['lockdep.hardirq-exit']),
    breaks('below-zero', 'interrupt', after('count.hardirq.sub', ['count.hardirq.sub'])),
  ],
};

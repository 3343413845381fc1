/** SYSCALL-WORK: what a tracer, seccomp and audit rely on. */
import type { EventName } from '../alphabet.ts';
import { above, all, any, clear, is, not, set } from '../expression.ts';
import type { Condition, Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';

const ENTRY_WORK = [
  'syscall.dispatch',
  'syscall.dispatched',
  'syscall.ptrace',
  'syscall.seccomp',
  'syscall.tracepoint',
  'syscall.audit',
] as const satisfies readonly EventName[];
const EXIT_WORK = [
  'syscall.exit-audit',
  'syscall.exit-tracepoint',
  'syscall.exit-ptrace',
] as const satisfies readonly EventName[];

/** An item of work that came once already, or after one that belongs behind it. */
const outOfOrder = (name: string, what: string, on: Condition['on'], broken: Condition['broken']): Condition => ({
  name,
  says: `${what} comes twice, or after work that belongs behind it`,
  fix: 'Keep the order: user dispatch, ptrace, seccomp, tracepoint, audit, the syscall; audit, tracepoint, ptrace',
  on,
  broken,
});

export const syscallWork: Rule = {
  id: 'SYSCALL-WORK',
  says: 'the work of a syscall comes once and in order, on entry user dispatch, ptrace, seccomp, tracepoint, audit; on exit audit, tracepoint, ptrace; with interrupts on; and who looked for the one looks for the other',
  why: 'seccomp must judge what ptrace has changed, audit must log what runs, and a tracer that saw the entry waits for the exit',
  source: [
    document('Syscalls'),
    kernel('kernel/entry/common.c', 'syscall_trace_enter'),
    kernel('kernel/entry/common.c', 'syscall_exit_work'),
  ],
  note: 'the document lists the work in another order; user dispatch is missing there',
  conditions: [
    outOfOrder(
      'dispatch-order',
      'user dispatch',
      ['syscall.dispatch', 'syscall.dispatched'],
      above('entryWork', 'none'),
    ),
    outOfOrder('ptrace-order', 'the report to the tracer', ['syscall.ptrace'], above('entryWork', 'dispatch')),
    outOfOrder('seccomp-order', 'seccomp', ['syscall.seccomp'], above('entryWork', 'ptrace')),
    outOfOrder('tracepoint-order', 'the tracepoint', ['syscall.tracepoint'], above('entryWork', 'seccomp')),
    outOfOrder('audit-order', 'audit', ['syscall.audit'], above('entryWork', 'tracepoint')),
    outOfOrder('invoked-twice', 'the syscall itself', ['syscall.invoke'], is('entryWork', 'invoked')),
    outOfOrder('exit-audit-order', 'audit of the exit', ['syscall.exit-audit'], above('exitWork', 'none')),
    outOfOrder(
      'exit-tracepoint-order',
      'the tracepoint of the exit',
      ['syscall.exit-tracepoint'],
      above('exitWork', 'audit'),
    ),
    outOfOrder('exit-ptrace-order', 'the report of the exit', ['syscall.exit-ptrace'], above('exitWork', 'tracepoint')),
    {
      name: 'entry-work-unread',
      says: 'the syscall or its entry work runs, and the work flags were not read',
      fix: 'Call syscall_enter_from_user_mode_work() before',
      on: [...ENTRY_WORK, 'syscall.invoke'],
      broken: clear('entryWorkRead'),
    },
    {
      name: 'exit-work-unread',
      says: 'exit work runs, and the work flags were not read for the exit',
      fix: 'Call syscall_exit_to_user_mode() or syscall_exit_to_user_mode_work()',
      on: EXIT_WORK,
      broken: clear('exitWorkRead'),
    },
    {
      name: 'half-missing',
      says: 'the work of a syscall was looked for on one side only, entry or exit',
      fix: 'Leave the syscall by syscall_exit_to_user_mode()',
      on: ['exit.user', 'return'],
      when: is('kind', 'syscall'),
      broken: any(all(set('entryWorkRead'), clear('exitWorkRead')), all(clear('entryWorkRead'), set('exitWorkRead'))),
    },
    {
      name: 'after-dispatch',
      says: 'work follows in a syscall that user dispatch has taken: its numbers belong to another system',
      fix: 'Return from syscall_trace_enter(), and from syscall_exit_work(), at once',
      on: [...ENTRY_WORK, 'syscall.invoke', ...EXIT_WORK],
      broken: set('dispatched'),
    },
    {
      name: 'irqs-off',
      says: 'work of a syscall, or the syscall, runs with interrupts off',
      fix: 'Enable interrupts before the entry work, disable them after the exit work',
      on: [...ENTRY_WORK, 'syscall.invoke', ...EXIT_WORK],
      broken: clear('irq'),
    },
    {
      name: 'no-syscall',
      says: 'work of a syscall runs in something that is none',
      fix: 'Use irqentry_enter() and irqentry_exit()',
      on: [...ENTRY_WORK, 'syscall.invoke', ...EXIT_WORK],
      broken: not(is('kind', 'syscall', 'task')),
    },
    {
      name: 'nested',
      says: 'a syscall is entered from the kernel',
      fix: 'Call the function behind the syscall',
      on: ['enter.syscall'],
      broken: not(is('mode', 'user')),
    },
    {
      name: 'work-skipped',
      says: 'the syscall runs, or is left, and work that its flags ask for was not done',
      fix: 'Do the work of every flag',
      on: ['syscall.invoke', 'exit.user'],
      broken: any(
        set('dispatchWanted'),
        set('ptraceWanted'),
        set('seccompWanted'),
        set('tracepointWanted'),
        set('auditWanted'),
      ),
    },
  ],
  exceptions: [
    {
      what: 'sysenter whose sixth argument cannot be read looks for neither entry nor exit work',
      why: 'there is no syscall then',
      source: kernel('arch/x86/entry/common.c', '__do_fast_syscall_32'),
      conditions: ['half-missing'],
    },
    {
      what: 'the flags of the entry work are read again behind the tracer',
      why: 'it may have changed them',
      source: kernel('kernel/entry/common.c', 'syscall_trace_enter'),
      conditions: ['entry-work-unread'],
    },
    {
      what: 'exit work comes without its entry half and the other way round',
      why: 'a tracer may attach or leave in the middle of a syscall: only the look is paired, not the work',
      source: kernel('kernel/entry/common.c', 'syscall_exit_work'),
      conditions: ['half-missing'],
    },
  ],
};

/** PREEMPT-CONTEXT: who may give the CPU away. */
import { above, all, any, clear, is, not, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';

const SCHED = 'kernel/sched/core.c';
/** Calls that sleep, or may. */
const SLEEPS = ['call.schedule', 'work.resched', 'work.signal', 'work.notify'] as const;
/** An NMI counts as a hard interrupt too. */
const counted = any(above('hardirq', 0), set('softirq'));

/** The exit of an interrupt has looked whether to preempt, and has not returned. */
const preempting = all(is('entered', 'kernel'), set('preemptChecked'));

export const preemptContext: Rule = {
  id: 'PREEMPT-CONTEXT',
  says: 'scheduling comes only from task context: counters zero, RCU watching, interrupts as the caller demands, never in the branch of the exit that belongs to the idle task',
  why: 'the next task would run with the counters, the stack or the RCU state of an interrupt',
  source: [
    document('Interrupts and regular exceptions'),
    kernel(SCHED, 'preempt_schedule_irq'),
    kernel('kernel/entry/common.c', 'raw_irqentry_exit_cond_resched'),
  ],
  note: 'the document only says that irqentry_exit() might schedule',
  conditions: [
    {
      name: 'in-interrupt',
      says: 'something that sleeps is called in an interrupt, an NMI or a soft interrupt',
      fix: 'Defer it to a task',
      on: SLEEPS,
      broken: counted,
    },
    {
      name: 'preemption-disabled',
      says: 'something that sleeps is called with preemption or soft interrupts disabled',
      fix: 'Enable preemption before',
      on: SLEEPS,
      broken: all(any(above('preempt', 0), above('bhDisabled', 0)), clear('idleTask')),
    },
    {
      name: 'irqs-off',
      says: 'something that sleeps is called with interrupts off',
      fix: 'Enable interrupts before',
      on: SLEEPS,
      broken: clear('irq'),
    },
    {
      name: 'without-rcu',
      says: 'the CPU is given away while RCU does not watch',
      fix: 'Schedule behind the entry, or before the exit',
      on: [...SLEEPS, 'call.preempt', 'schedule.preempt'],
      broken: clear('watching'),
    },
    {
      name: 'idle-exit',
      says: 'the exit looks whether to preempt the idle task',
      fix: 'Leave preemption out of the branch that calls ct_irq_exit()',
      on: ['preempt.check', 'call.preempt'],
      broken: any(set('idleTask'), above('rcuEntered', 0)),
    },
    {
      name: 'preempts-counted',
      says: 'an interrupt preempts code that is itself in an interrupt or has disabled soft interrupts',
      fix: 'Ask for preempt_count() == 0 before preempt_schedule_irq()',
      on: ['call.preempt'],
      broken: any(above('hardirq', 0), set('softirq'), above('bhDisabled', 0), above('preempt', 0)),
    },
    {
      name: 'preempts-irqs-off',
      says: 'an interrupt preempts code that had interrupts off',
      fix: 'Preempt only where the saved flags have interrupts on',
      on: ['preempt.check', 'call.preempt'],
      when: not(is('kind', 'task')),
      broken: clear('savedIrq'),
    },
    {
      name: 'preempts-user',
      says: 'the preemption of kernel code is tried on the way to user mode',
      fix: 'Use the work loop',
      on: ['preempt.check', 'call.preempt'],
      broken: is('origin', 'user'),
    },
    {
      name: 'check-enabled',
      says: 'the exit looks whether to preempt with interrupts on',
      fix: 'Disable interrupts before the exit',
      on: ['preempt.check', 'call.preempt'],
      broken: set('irq'),
    },
    {
      name: 'preempted-disabled',
      says: 'another task is run in place of the interrupted one with interrupts off',
      fix: 'Call local_irq_enable() in preempt_schedule_irq()',
      on: ['schedule.preempt'],
      broken: clear('irq'),
    },
    {
      name: 'preempted-uncounted',
      says: 'another task is run in place of the interrupted one, and an interrupt could preempt here again',
      fix: 'Call preempt_disable() in preempt_schedule_irq()',
      on: ['schedule.preempt'],
      broken: is('preempt', 0),
    },
    {
      name: 'enabled-uncounted',
      says: 'interrupts go on for another task before preemption is disabled: each interrupt could preempt one level deeper',
      fix: 'Call preempt_disable() before local_irq_enable()',
      on: ['irq.enable'],
      when: preempting,
      broken: is('preempt', 0),
    },
    {
      name: 'uncounted-enabled',
      says: 'preemption is enabled behind the other task while interrupts are on: each interrupt could preempt one level deeper',
      fix: 'Call local_irq_disable() before',
      on: ['count.preempt.sub'],
      when: preempting,
      broken: set('irq'),
    },
    {
      name: 'preempt-unchecked',
      says: 'the interrupted task is preempted, and nobody looked whether it may be',
      fix: 'Call raw_irqentry_exit_cond_resched()',
      on: ['call.preempt'],
      when: not(is('kind', 'task')),
      broken: clear('preemptChecked'),
    },
    {
      name: 'checked-twice',
      says: 'the exit looks twice whether to preempt',
      fix: 'Look once; preempt_schedule_irq() loops by itself',
      on: ['preempt.check'],
      broken: set('preemptChecked'),
    },
    {
      name: 'check-after-tracer',
      says: 'the exit looks whether to preempt after the tracer was told that interrupts go on',
      fix: 'Call irqentry_exit_cond_resched() before trace_hardirqs_on()',
      on: ['preempt.check'],
      broken: clear('tracerToldOff'),
      needs: ['tracing'],
    },
  ],
  exceptions: [
    {
      what: 'preempt_schedule_notrace() is called at the end of every tracepoint, wherever it stands',
      why: 'it asks preemptible() itself',
      source: kernel(SCHED, 'preempt_schedule_notrace'),
      conditions: [],
      applies: { callees: ['preempt_schedule_notrace', 'preempt_schedule_notrace_thunk'] },
    },
    {
      what: 'the idle task schedules with preemption disabled',
      why: 'schedule_idle() is made for it',
      source: kernel(SCHED, 'schedule_idle'),
      conditions: ['preemption-disabled'],
    },
    {
      what: 'preempt_schedule_irq() holds one count of its own while it schedules',
      why: 'it keeps the interrupt that it lets in from preempting again',
      source: kernel(SCHED, 'preempt_schedule_irq'),
      conditions: ['preempts-counted'],
    },
  ],
};

/** IDLE-ORDER: the transition that the document does not have. */
import { all, clear, is, not, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { kernel } from '../source.ts';

const CPUIDLE = 'include/linux/cpuidle.h';

export const idleOrder: Rule = {
  id: 'IDLE-ORDER',
  says: 'idle tells the tracer and prepares lockdep, then context tracking, then lockdep; it halts; then lockdep, then context tracking',
  why: 'an interrupt ends the sleep: it must find lockdep and RCU as its entry expects them from the idle task',
  source: [kernel(CPUIDLE, 'ct_cpuidle_enter', '6.12'), kernel('kernel/sched/idle.c', 'default_idle_call')],
  note: 'the document has no section on idle; the order is that of the exit to user mode',
  conditions: [
    {
      name: 'enter-before-tracer',
      says: 'context tracking enters idle before the tracer is told that interrupts go on',
      fix: 'Call ct_cpuidle_enter()',
      on: ['ct.idle.enter'],
      broken: set('tracerToldOff'),
      needs: ['tracing', 'idle-noinstr'],
    },
    {
      name: 'enter-before-prepare',
      says: 'context tracking enters idle before lockdep is prepared, or after it was told',
      fix: 'Call ct_cpuidle_enter()',
      on: ['ct.idle.enter'],
      broken: clear('prepared'),
      needs: ['lockdep', 'idle-noinstr'],
    },
    {
      name: 'exit-before-lockdep',
      says: 'context tracking leaves idle before lockdep is told that interrupts are off',
      fix: 'Call ct_cpuidle_exit()',
      on: ['ct.idle.exit'],
      broken: set('hardirqsEnabled'),
      needs: ['lockdep', 'idle-noinstr'],
    },
    {
      name: 'sleep-untold-lockdep',
      says: 'the CPU sleeps, and lockdep believes interrupts off',
      fix: 'Call ct_cpuidle_enter() before',
      on: ['cpu.halt', 'cpu.mwait', 'cpu.poll'],
      when: all(set('idleTask'), is('kind', 'task')),
      broken: clear('hardirqsEnabled'),
      needs: ['lockdep', 'idle-noinstr'],
    },
    {
      name: 'sleep-untold-context-tracking',
      says: 'the idle task sleeps, and context tracking was not told: RCU waits for a CPU that sleeps',
      fix: 'Call ct_cpuidle_enter() before',
      on: ['cpu.halt', 'cpu.mwait'],
      when: all(set('idleTask'), is('kind', 'task')),
      broken: not(is('ctState', 'idle')),
    },
    {
      name: 'never-wakes',
      says: 'the CPU halts with interrupts off',
      fix: 'Use safe_halt()',
      on: ['cpu.halt'],
      broken: clear('irq'),
    },
    {
      name: 'not-idle',
      says: 'something else than the idle task enters idle: its interrupts would not tell RCU',
      fix: 'Call it from the idle task, or from a task with PF_IDLE',
      on: ['ct.idle.enter'],
      broken: clear('idleTask'),
    },
    {
      name: 'entered-twice',
      says: 'context tracking enters idle, and is not in the kernel',
      fix: 'Enter once; a driver with CPUIDLE_FLAG_RCU_IDLE does it itself',
      on: ['ct.idle.enter'],
      broken: not(is('ctState', 'kernel')),
    },
    {
      name: 'left-twice',
      says: 'context tracking leaves idle, and is not there',
      fix: 'Leave once; a driver with CPUIDLE_FLAG_RCU_IDLE does it itself',
      on: ['ct.idle.exit'],
      broken: not(is('ctState', 'idle')),
    },
  ],
  exceptions: [
    {
      what: 'cpuidle_enter_state() of 6.1 tells lockdep and the tracer nothing',
      why: 'the drivers did, each in its own way',
      source: kernel('drivers/cpuidle/cpuidle.c', 'cpuidle_enter_state', '6.1'),
      conditions: ['enter-before-tracer', 'enter-before-prepare', 'exit-before-lockdep', 'sleep-untold-lockdep'],
    },
    {
      what: 'the tracer is not told that interrupts are off when idle ends',
      why: 'they go on a few steps later, and the time in between is none of the task',
      source: kernel('include/linux/cpuidle.h', 'ct_cpuidle_exit', '6.12'),
      conditions: [],
    },
    {
      what: 'mwait sleeps with interrupts off',
      why: 'its hint makes an interrupt end the sleep all the same',
      source: kernel('arch/x86/include/asm/mwait.h', 'mwait_idle_with_hints'),
      conditions: ['never-wakes'],
    },
  ],
};

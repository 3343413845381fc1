/** LOCKDEP-HW: two beliefs and one fact. */
import { breaks, drop, keeps, replace, shows } from '../example.ts';
import { above, all, any, clear, is, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { ORDINARY_CODE } from './acts.ts';

const _NOINSTR = document('Non-instrumentable code - noinstr');

export const lockdepHw: Rule = {
  id: 'LOCKDEP-HW',
  says: "lockdep's belief about interrupts equals the hardware's wherever ordinary code runs, and so does the tracer's in a handler",
  why: 'lockdep would report deadlocks that cannot be and miss those that can; latency tracing would measure nonsense',
  source: [document('Interrupts and regular exceptions'), kernel('kernel/locking/lockdep.c', 'lockdep_hardirqs_off')],
  note: 'between lockdep_hardirqs_on() and the return to user mode, guest or sleep, lockdep is ahead of the hardware on purpose',
  conditions: [
    {
      name: 'believed-on',
      says: 'code runs with interrupts off, and lockdep believes them on',
      fix: 'Call lockdep_hardirqs_off() in the entry, or disable interrupts with a helper that tells lockdep',
      on: [...ORDINARY_CODE, 'call.indirect'],
      when: is('nmi', 0),
      broken: all(set('hardirqsEnabled'), clear('irq'), set('watching')),
      needs: ['lockdep'],
    },
    {
      name: 'believed-on-in-nmi',
      says: 'an NMI-like handler runs, and lockdep believes interrupts on',
      fix: 'Call lockdep_hardirqs_off() in the NMI-like entry',
      on: [...ORDINARY_CODE, 'call.indirect'],
      when: above('nmi', 0),
      broken: set('hardirqsEnabled'),
      needs: ['lockdep', 'nmi-irqflags'],
    },
    {
      name: 'believed-off',
      says: 'code runs with interrupts on, and lockdep believes them off',
      fix: 'Enable interrupts with a helper that tells lockdep, or call lockdep_hardirqs_on()',
      on: [...ORDINARY_CODE, 'call.indirect'],
      broken: all(clear('hardirqsEnabled'), set('irq')),
      needs: ['lockdep'],
    },
    {
      name: 'traced-wrongly',
      says: 'a handler runs, and the tracer was told the opposite about interrupts',
      fix: 'Call trace_hardirqs_off_finish() at the end of the entry',
      on: ['call.handler', 'call.exception-handler', 'call.nmi-handler'],
      broken: any(all(set('tracedOff'), set('irq')), all(clear('tracedOff'), clear('irq'))),
      needs: ['tracing'],
    },
  ],
  exceptions: [
    {
      what: 'handle_bug() enables interrupts and tells neither lockdep nor the tracer',
      why: 'either may be what warned',
      source: kernel('arch/x86/kernel/traps.c', 'handle_bug'),
      conditions: ['believed-off'],
    },
    {
      what: 'the cpuidle driver runs in the idle state with lockdep ahead of the hardware',
      why: 'the sleep enables interrupts',
      source: kernel('drivers/cpuidle/cpuidle.c', 'cpuidle_enter_state', '6.12'),
      conditions: ['believed-on'],
    },
    {
      what: 'the code of a transition (tracepoints, KMSAN, checks) runs with lockdep and tracer half way',
      why: 'their order is what the rules of the transition are about',
      source: kernel('kernel/context_tracking.c', 'ct_nmi_enter'),
      conditions: ['believed-on', 'believed-off'],
    },
  ],
  examples: [
    keeps('syscallWithWork'),
    keeps('interruptSoftirq'),
    keeps('nmi'),
    keeps('warn'),
    keeps('pageFault'),
    shows('the cpuidle driver', { start: 'idle', but: { irq: 0 } }, ['window.begin', 'call.indirect', 'window.end']),
    breaks('believed-on', 'interrupt', drop('lockdep.hardirqs-off')),
    breaks('believed-on-in-nmi', 'nmi', drop('lockdep.hardirqs-off')),
    breaks('believed-off', 'syscall', drop('lockdep.hardirqs-on')),
    breaks('traced-wrongly', 'interrupt', drop('trace.off-finish')),
    breaks('traced-wrongly', 'pageFault', replace('trace.on-prepare', [])),
  ],
};

/** NMI-ORDER: the entry that must work from anywhere, in the middle of any other entry too. */
import { above, all, any, changed, clear, is, not, set, was } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { INSTRUMENTABLE_CODE, nmiLike } from './acts.ts';

const COMMON = 'kernel/entry/common.c';
const entering = all(is('entered', 'nmi'), clear('exited'));
const exiting = all(is('entered', 'nmi'), set('exited'));

/** RCU is told of the entry and of its end: by the helper's name, or by what it does where nobody sees the call. */
const RCU_ENTERS = ['ct.nmi.enter', 'ct.watch.begin', 'ct.nmi-nesting.first', 'ct.nmi-nesting.nested'] as const;
const RCU_EXITS = ['ct.nmi.exit', 'ct.nmi-nesting.unnested', 'ct.nmi-nesting.clear'] as const;

export const nmiOrder: Rule = {
  id: 'NMI-ORDER',
  says: 'an NMI-like entry raises the preemption counter first, then tells lockdep, RCU and the tracer; the exit reverses it, the counter last',
  why: 'lockdep and RCU ask in_nmi() how to behave: before the counter says so they would take locks or warn in the middle of their own update',
  source: [
    document('NMI and NMI-like exceptions'),
    kernel(COMMON, 'irqentry_nmi_enter'),
    kernel(COMMON, 'irqentry_nmi_exit'),
  ],
  note: "lockdep's flag is saved, and lockdep_off() called, before the counter; lockdep_on() comes after it. On the way out lockdep is prepared with the tracer, before RCU",
  conditions: [
    {
      name: 'lockdep-before-count',
      says: 'lockdep is told before the counter says NMI',
      fix: 'Call __nmi_enter() first',
      on: ['lockdep.hardirqs-off', 'lockdep.hardirq-enter'],
      when: nmiLike,
      broken: not(changed('nmi')),
      needs: ['lockdep'],
    },
    {
      name: 'rcu-before-count',
      says: 'RCU is told before the counter says NMI',
      fix: 'Call __nmi_enter() first',
      on: RCU_ENTERS,
      when: nmiLike,
      broken: not(changed('nmi')),
    },
    {
      name: 'code-before-count',
      says: 'instrumentable code runs in an NMI-like context that the counter does not show',
      fix: 'Call __nmi_enter() first, and __nmi_exit() last',
      on: INSTRUMENTABLE_CODE,
      when: nmiLike,
      broken: not(changed('nmi')),
    },
    {
      name: 'count-before-lockdep-off',
      says: 'the counter is raised before lockdep_off()',
      fix: 'Call lockdep_off() before the counter, as __nmi_enter() does',
      on: ['count.nmi.add'],
      broken: not(changed('lockdepOff')),
      needs: ['lockdep'],
    },
    {
      name: 'rcu-before-lockdep',
      says: 'RCU is told before lockdep knows that interrupts are off',
      fix: 'Call lockdep_hardirqs_off() before ct_nmi_enter()',
      on: RCU_ENTERS,
      when: entering,
      broken: any(set('hardirqsEnabled'), not(changed('hardirqContext'))),
      needs: ['lockdep', 'nmi-irqflags'],
    },
    {
      name: 'tracer-before-rcu',
      says: 'the tracer is told before RCU is',
      fix: 'Call ct_nmi_enter() before trace_hardirqs_off_finish()',
      on: ['trace.off-finish'],
      when: entering,
      broken: is('rcuEntered', 0),
      needs: ['tracing'],
    },
    {
      name: 'step-missing',
      says: 'the handler runs, and a step of the NMI-like entry is missing: lockdep, RCU or the tracer was not told',
      fix: 'Use irqentry_nmi_enter()',
      on: ['call.nmi-handler'],
      when: entering,
      broken: any(clear('lockdepToldOff'), not(changed('hardirqContext')), is('rcuEntered', 0), clear('tracerToldOff')),
      needs: ['lockdep', 'nmi-irqflags', 'tracing'],
    },
    {
      name: 'exit-rcu-before-tracer',
      says: 'RCU is told of the end before the tracer is, or before lockdep is prepared',
      fix: 'Call trace_hardirqs_on_prepare() and lockdep_hardirqs_on_prepare() before ct_nmi_exit(), where interrupts were on',
      on: RCU_EXITS,
      when: nmiLike,
      broken: all(was('hardirqsEnabled', 1), any(set('tracerToldOff'), clear('prepared'))),
      needs: ['lockdep', 'tracing', 'nmi-irqflags'],
    },
    {
      name: 'exit-lockdep-before-rcu',
      says: 'lockdep is told of the end before RCU is',
      fix: 'Call ct_nmi_exit() before lockdep_hardirq_exit() and lockdep_hardirqs_on()',
      on: ['lockdep.hardirq-exit', 'lockdep.hardirqs-on'],
      when: exiting,
      broken: any(above('rcuEntered', 0), changed('watching')),
      needs: ['lockdep'],
    },
    {
      name: 'exit-flag-before-context',
      says: 'lockdep is told that interrupts are on before it has left hard interrupt context',
      fix: 'Call lockdep_hardirq_exit() before lockdep_hardirqs_on()',
      on: ['lockdep.hardirqs-on'],
      when: exiting,
      broken: changed('hardirqContext'),
      needs: ['lockdep'],
    },
    {
      name: 'count-dropped-early',
      says: 'the counter is dropped before RCU and lockdep are told of the end',
      fix: 'Call __nmi_exit() last',
      on: ['count.nmi.sub'],
      broken: above('rcuEntered', 0),
    },
    {
      name: 'count-dropped-before-lockdep',
      says: "the counter is dropped before lockdep's state is what it was",
      fix: 'Call __nmi_exit() last, and restore lockdep by the saved state before it',
      on: ['count.nmi.sub'],
      broken: any(changed('hardirqContext'), changed('hardirqsEnabled')),
      needs: ['lockdep', 'nmi-irqflags'],
    },
    {
      name: 'lockdep-on-before-count',
      says: 'lockdep_on() comes before the counter is dropped',
      fix: 'Call lockdep_on() last, as __nmi_exit() does',
      on: ['lockdep.on'],
      when: nmiLike,
      broken: changed('nmi'),
      needs: ['lockdep'],
    },
    {
      name: 'context-before-flag',
      says: 'lockdep enters hard interrupt context before it knows that interrupts are off',
      fix: 'Call lockdep_hardirqs_off() before lockdep_hardirq_enter()',
      on: ['lockdep.hardirq-enter'],
      when: entering,
      // It may have known before: the entry tells it all the same (kernel/entry/common.c, irqentry_nmi_enter).
      broken: clear('lockdepToldOff'),
      needs: ['lockdep', 'nmi-irqflags'],
    },
  ],
  exceptions: [
    {
      what: 'DR7, CR2 and the state of nested NMIs are handled before and after it all',
      why: 'they are registers and per-CPU words that no other state depends on',
      source: kernel('arch/x86/kernel/nmi.c', 'exc_nmi'),
      conditions: ['code-before-count'],
    },
    {
      what: 'the tracer is not told of the end where lockdep had interrupts off',
      why: "lockdep's flag decides; in the few steps of another entry where lockdep is told and the tracer is not yet, the tracer stays ahead",
      source: kernel(COMMON, 'irqentry_nmi_exit'),
      conditions: ['exit-rcu-before-tracer'],
    },
    {
      what: 'a double fault is never left',
      why: 'it ends in a panic',
      source: kernel('arch/x86/kernel/traps.c', 'exc_double_fault'),
      conditions: [],
    },
  ],
};

/** KERNEL-ENTRY: an interrupt or an exception that hit the kernel, and its way back. */
import { after, breaks, drop, fails, keeps, moveBefore, shows } from '../example.ts';
import { above, all, any, clear, is, not, set } from '../expression.ts';
import type { InitialState } from '../initial.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { inKernelEntry, ORDINARY_CODE } from './acts.ts';

const COMMON = 'kernel/entry/common.c';
const entering = all(inKernelEntry, clear('exited'));
const idleUntold = all(set('idleTask'), clear('rcuEntered'));

const IDLE_IRQS_OFF: InitialState = {
  start: 'idle-task',
  but: { irq: 0, hardirqsEnabled: 0, tracedOff: 1, lockdepToldOff: 1, tracerToldOff: 1 },
};

export const kernelEntry: Rule = {
  id: 'KERNEL-ENTRY',
  says: 'an interrupt in the kernel tells lockdep and the tracer always, RCU only in the idle task; its exit mirrors it by the saved state',
  why: 'only the idle task can run where RCU does not watch; what the interrupted code believed must be true again when it goes on',
  source: [
    document('Interrupts and regular exceptions'),
    kernel(COMMON, 'irqentry_enter'),
    kernel(COMMON, 'irqentry_exit'),
  ],
  note: 'the document says that RCU is told if it does not watch; the code asks for the idle task, watching or not. It says that lockdep and tracing are updated unconditionally; the exit does so only where interrupts were on',
  conditions: [
    {
      name: 'from-user',
      says: 'something that came from user mode is entered as an interrupt of the kernel',
      fix: 'Use irqentry_enter() with the registers of the exception, or irqentry_enter_from_user_mode()',
      on: ['entry.kernel'],
      broken: is('origin', 'user'),
    },
    {
      name: 'tick-before-lockdep',
      says: 'RCU checks the tick, which takes a lock, before lockdep knows that interrupts are off',
      fix: 'Call lockdep_hardirqs_off() first',
      on: ['rcu.check-tick'],
      broken: set('hardirqsEnabled'),
      needs: ['lockdep', 'nohz-full', 'nmi-irqflags'],
    },
    {
      name: 'rcu-before-lockdep',
      says: 'RCU is told of the interrupt before lockdep is',
      fix: 'Call lockdep_hardirqs_off() first',
      on: ['ct.irq.enter'],
      broken: set('hardirqsEnabled'),
      needs: ['lockdep'],
    },
    {
      name: 'tracer-before-lockdep',
      says: 'the tracer is told of the interrupt before lockdep is',
      fix: 'Call lockdep_hardirqs_off() first',
      on: ['trace.off-finish'],
      when: entering,
      broken: set('hardirqsEnabled'),
      needs: ['lockdep', 'tracing'],
    },
    {
      name: 'tracer-before-rcu',
      says: 'the tracer is told of an interrupt in the idle task before RCU is',
      fix: 'Call ct_irq_enter() before trace_hardirqs_off_finish()',
      on: ['trace.off-finish'],
      when: entering,
      broken: idleUntold,
      needs: ['tracing'],
    },
    {
      name: 'code-before-rcu',
      says: 'code runs in an interrupt of the idle task, and RCU was not told',
      fix: 'Call ct_irq_enter() in the entry',
      on: ORDINARY_CODE,
      when: entering,
      broken: idleUntold,
    },
    {
      name: 'rcu-told-needlessly',
      says: 'RCU is told of an interrupt outside of the idle task, after an entry that had done what was needed',
      fix: 'Use irq_enter_rcu() instead of irq_enter() after irqentry_enter()',
      on: ['ct.irq.enter'],
      when: all(not(is('entered', 'none')), clear('exited')),
      broken: clear('idleTask'),
    },
    {
      name: 'rcu-told-twice',
      says: 'RCU is told of the same interrupt twice: it takes it for a nested one and never sees the CPU idle',
      fix: 'Use irq_enter_rcu() instead of irq_enter() after irqentry_enter()',
      on: ['ct.irq.enter'],
      broken: above('rcuEntered', 0),
    },
    {
      name: 'exit-rcu-before-tracer',
      says: 'RCU is told of the end before the tracer is told that interrupts go on',
      fix: 'Call trace_hardirqs_on_prepare() before ct_irq_exit()',
      on: ['ct.irq.exit'],
      when: inKernelEntry,
      broken: all(set('savedIrq'), set('tracerToldOff')),
      needs: ['tracing'],
    },
    {
      name: 'exit-rcu-before-prepare',
      says: 'RCU is told of the end before lockdep is prepared',
      fix: 'Call lockdep_hardirqs_on_prepare() before ct_irq_exit()',
      on: ['ct.irq.exit'],
      when: inKernelEntry,
      broken: all(set('savedIrq'), clear('prepared')),
      needs: ['lockdep'],
    },
    {
      name: 'exit-lockdep-before-rcu',
      says: 'lockdep is told that interrupts are on before RCU is told of the end',
      fix: 'Call ct_irq_exit() before lockdep_hardirqs_on()',
      on: ['lockdep.hardirqs-on'],
      when: inKernelEntry,
      broken: all(set('exited'), above('rcuEntered', 0)),
      needs: ['lockdep'],
    },
    {
      name: 'on-not-told',
      says: 'the return enables interrupts, and lockdep or the tracer was not told',
      fix: 'Call trace_hardirqs_on(), or its parts around ct_irq_exit()',
      on: ['return'],
      when: inKernelEntry,
      broken: all(set('savedIrq'), any(clear('hardirqsEnabled'), set('tracerToldOff'))),
      needs: ['lockdep', 'tracing'],
    },
    {
      name: 'told-on-falsely',
      says: 'interrupts stay off at the return, and lockdep or the tracer was told that they go on',
      fix: 'Call trace_hardirqs_on() only where the saved flags have interrupts on',
      on: ['return'],
      when: all(inKernelEntry, clear('savedIrq')),
      broken: any(set('hardirqsEnabled'), clear('tracerToldOff')),
      needs: ['lockdep', 'tracing'],
    },
    {
      when: inKernelEntry,
      name: 'preemption-missed',
      says: 'the interrupt returns to preemptible code and nobody looked whether to reschedule',
      fix: 'Call irqentry_exit_cond_resched() in the exit',
      on: ['return'],
      broken: all(
        set('savedIrq'),
        clear('preemptChecked'),
        is('preempt', 0),
        is('bhDisabled', 0),
        is('softirq', 0),
        is('hardirq', 0),
      ),
      needs: ['preemption'],
    },
    {
      name: 'tick-unchecked',
      says: 'an interrupt is handled, and RCU did not look whether it must restart the tick',
      fix: 'Call rcu_irq_enter_check_tick() in the entry',
      on: ['call.handler', 'call.exception-handler'],
      when: entering,
      broken: all(clear('idleTask'), clear('tickChecked')),
      needs: ['nohz-full'],
    },
  ],
  exceptions: [
    {
      what: 'an interrupt of the idle task tells RCU even while RCU watches',
      why: 'a nested interrupt must count, or the tick would end a grace period too early',
      source: kernel(COMMON, 'irqentry_enter'),
      conditions: ['rcu-told-needlessly'],
    },
    {
      what: 'where interrupts were off, the tracer keeps what the entry told it',
      why: 'the flag of the tracer is not saved; in the few steps where lockdep is told and the tracer is not yet, it stays ahead',
      source: kernel(COMMON, 'irqentry_exit'),
      conditions: ['told-on-falsely'],
    },
    {
      what: 'handle_bug() and poke_int3_handler() return without any entry',
      why: 'they finish the exception before it needs one',
      source: kernel('arch/x86/kernel/traps.c', 'exc_invalid_op'),
      conditions: ['on-not-told', 'preemption-missed'],
    },
  ],
  examples: [
    keeps('interrupt'),
    keeps('interruptPreempting'),
    keeps('interruptInIdle'),
    keeps('interruptInIdleWatching'),
    keeps('interruptIrqsOff'),
    keeps('interruptSoftirq'),
    keeps('pageFault'),
    keeps('warn'),
    keeps('interruptFromUser'),
    keeps('interrupt', 'production'),
    shows('an interrupt in code that may not be preempted', { start: 'task', but: { preempt: 1 } }, [
      ...drop('preempt.check')(keeps('interrupt').events),
    ]),
    shows('an interrupt in code that disabled soft interrupts', { start: 'task', but: { bhDisabled: 1 } }, [
      ...drop('preempt.check')(keeps('interrupt').events),
    ]),
    shows('an interrupt in a soft interrupt', { start: 'task', but: { softirq: 1 } }, [
      ...drop('preempt.check')(keeps('interrupt').events),
    ]),
    shows('an interrupt in a handler that enabled interrupts', { start: 'task', but: { hardirq: 1 } }, [
      ...drop('preempt.check')(keeps('interrupt').events),
    ]),
    shows('a page fault of the idle task, interrupts off', IDLE_IRQS_OFF, [
      ...(['enter.page-fault', 'cr2.read', 'entry.kernel', 'lockdep.hardirqs-off', 'ct.irq.enter'] as const),
      ...([
        'ct.nmi-nesting.nested',
        'window.begin',
        'trace.off-finish',
        'call.exception-handler',
        'window.end',
      ] as const),
      ...(['exit.kernel', 'ct.irq.exit', 'ct.nmi-nesting.unnested', 'return'] as const),
    ]),
    keeps('interruptInIdleSoftirq'),
    fails('from-user', { start: 'user' }, ['enter.interrupt', 'entry.kernel']),
    breaks('tick-before-lockdep', 'interrupt', moveBefore('rcu.check-tick', 'lockdep.hardirqs-off')),
    breaks('rcu-before-lockdep', 'interruptInIdle', moveBefore('ct.irq.enter', 'lockdep.hardirqs-off')),
    breaks('tracer-before-lockdep', 'interrupt', moveBefore('trace.off-finish', 'lockdep.hardirqs-off')),
    breaks('tracer-before-rcu', 'interruptInIdle', moveBefore('trace.off-finish', 'ct.irq.enter')),
    breaks('code-before-rcu', 'interruptInIdleWatching', (sequence) =>
      drop('trace.off-finish')(drop('ct.nmi-nesting.nested')(drop('ct.irq.enter')(sequence))),
    ),
    breaks('rcu-told-needlessly', 'interrupt', after('trace.off-finish', ['ct.irq.enter'])),
    breaks('rcu-told-twice', 'interruptInIdle', after('trace.off-finish', ['ct.irq.enter'])),
    breaks('exit-rcu-before-tracer', 'interruptInIdle', drop('trace.on-prepare')),
    breaks('exit-rcu-before-prepare', 'interruptInIdle', drop('lockdep.hardirqs-on-prepare')),
    breaks('exit-lockdep-before-rcu', 'interruptInIdle', moveBefore('lockdep.hardirqs-on', 'ct.irq.exit')),
    breaks('on-not-told', 'interrupt', drop('lockdep.hardirqs-on')),
    breaks('on-not-told', 'interrupt', drop('trace.on-prepare')),
    breaks(
      'told-on-falsely',
      'interruptIrqsOff',
      after('exit.kernel', ['window.begin', 'trace.on-prepare', 'window.end']),
    ),
    breaks('told-on-falsely', 'interruptIrqsOff', after('exit.kernel', ['lockdep.hardirqs-on'])),
    breaks('preemption-missed', 'interrupt', drop('preempt.check')),
    breaks('tick-unchecked', 'interrupt', drop('rcu.check-tick')),
  ],
};

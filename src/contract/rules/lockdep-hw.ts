/** LOCKDEP-HW: two beliefs and one fact. */
import { above, all, any, clear, is, not, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { ORDINARY_CODE } from './acts.ts';

/** In the idle state the order of the transition is IDLE-ORDER's. */
const asleep = all(set('idleTask'), clear('watching'));

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
      broken: any(all(set('tracerToldOff'), set('irq')), all(clear('tracerToldOff'), clear('irq'))),
      needs: ['tracing'],
    },
    {
      name: 'told-off-while-on',
      says: 'lockdep is told that interrupts are off, and they are on',
      fix: 'Disable interrupts first',
      on: ['lockdep.hardirqs-off'],
      broken: set('irq'),
      needs: ['lockdep'],
    },
    {
      name: 'told-on-while-on',
      says: 'lockdep is told that interrupts go on after they went on',
      fix: 'Call lockdep_hardirqs_on() before interrupts go on',
      on: ['lockdep.hardirqs-on'],
      broken: set('irq'),
      needs: ['lockdep'],
    },
    {
      name: 'enabled-untold',
      says: 'interrupts go on, and lockdep was not told',
      fix: 'Use local_irq_enable(), or call lockdep_hardirqs_on() before',
      on: ['irq.enable', 'irq.enable.shadowed'],
      when: not(asleep),
      broken: clear('hardirqsEnabled'),
      needs: ['lockdep'],
    },
    {
      name: 'enabled-untold-tracer',
      says: 'interrupts go on, and the tracer was not told',
      fix: 'Use local_irq_enable(), or call trace_hardirqs_on_prepare() before',
      on: ['irq.enable', 'irq.enable.shadowed'],
      when: not(asleep),
      broken: set('tracerToldOff'),
      needs: ['tracing'],
    },
    {
      name: 'tracer-before-lockdep',
      says: 'the tracer is told that interrupts are off before lockdep is',
      fix: 'Call lockdep_hardirqs_off() first',
      on: ['trace.off-finish'],
      broken: set('hardirqsEnabled'),
      needs: ['lockdep', 'tracing', 'nmi-irqflags'],
    },
    {
      name: 'prepared-before-tracer',
      says: 'lockdep is prepared before the tracer is told: a lock of the tracer would undo it',
      fix: 'Call trace_hardirqs_on_prepare() first',
      on: ['lockdep.hardirqs-on-prepare'],
      broken: set('tracerToldOff'),
      needs: ['lockdep', 'tracing'],
    },
    {
      name: 'on-unprepared',
      says: 'lockdep is told that interrupts go on, and was not prepared',
      fix: 'Call lockdep_hardirqs_on_prepare() before, while RCU watches',
      on: ['lockdep.hardirqs-on'],
      when: clear('idleTask'),
      broken: clear('prepared'),
      needs: ['lockdep'],
    },
    {
      name: 'on-unprepared-in-idle',
      says: 'idle tells lockdep that interrupts go on, and has not prepared it',
      fix: 'Call lockdep_hardirqs_on_prepare() before, while RCU watches',
      on: ['lockdep.hardirqs-on'],
      when: set('idleTask'),
      broken: clear('prepared'),
      needs: ['lockdep', 'idle-noinstr'],
    },
  ],
  exceptions: [
    {
      what: 'the idle loop of 6.1 tells lockdep that interrupts go on and has not prepared it',
      why: 'it comes from where they were on a few steps before',
      source: kernel('kernel/sched/idle.c', 'default_idle_call', '6.1'),
      conditions: ['on-unprepared', 'on-unprepared-in-idle'],
    },
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
    {
      what: 'a VMREAD or VMWRITE that fails prints in the guest state',
      why: 'only a broken hypervisor gets there, and a message is worth more than silence',
      source: kernel('arch/x86/kvm/vmx/vmx.c', 'vmread_error, vmwrite_error'),
      conditions: [],
      applies: { callees: ['vmread_error', 'vmwrite_error', 'vmread_error_trampoline'] },
    },
  ],
};

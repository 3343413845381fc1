/** Events that update what lockdep and the tracer believe, the preemption counter, and the instrumentation windows. */
import { add, type EventSpec, put, when } from '../event.ts';
import { is, not } from '../expression.ts';
import { INSTRUMENTABLE } from '../fields.ts';
import { kernel } from '../source.ts';

const LOCKDEP = 'kernel/locking/lockdep.c';
const IRQFLAGS = 'include/linux/irqflags.h';
const PREEMPTIRQ = 'kernel/trace/trace_preemptirq.c';
const needsLockdep = { needs: ['lockdep'] } as const;
const needsTracing = { needs: ['tracing'] } as const;

const count = (says: string, at: string, ...effects: EventSpec['effects']): EventSpec => ({
  says,
  kernel: [kernel('include/linux/preempt.h', at)],
  effects,
});

export const BELIEFS = {
  'lockdep.hardirqs-off': {
    says: 'lockdep is told that interrupts are off',
    kernel: [kernel(LOCKDEP, 'lockdep_hardirqs_off')],
    effects: [put('hardirqsEnabled', 0), put('lockdepToldOff', 1), put('prepared', 0)],
    ...needsLockdep,
  },
  'lockdep.hardirqs-on-prepare': {
    says: 'lockdep checks the held locks, before interrupts go on',
    kernel: [kernel(LOCKDEP, 'lockdep_hardirqs_on_prepare')],
    effects: [put('prepared', 1)],
    ...needsLockdep,
  },
  'lockdep.hardirqs-on': {
    says: 'lockdep is told that interrupts are on',
    kernel: [kernel(LOCKDEP, 'lockdep_hardirqs_on')],
    effects: [put('hardirqsEnabled', 1), put('lockdepToldOff', 0), put('prepared', 0)],
    ...needsLockdep,
  },
  'lockdep.hardirq-enter': {
    says: 'lockdep enters hard interrupt context',
    kernel: [kernel(IRQFLAGS, 'lockdep_hardirq_enter')],
    effects: [add('hardirqContext', 1)],
    ...needsLockdep,
  },
  'lockdep.hardirq-exit': {
    says: 'lockdep leaves hard interrupt context',
    kernel: [kernel(IRQFLAGS, 'lockdep_hardirq_exit')],
    effects: [add('hardirqContext', -1)],
    ...needsLockdep,
  },
  'lockdep.off': {
    says: 'lockdep stops checking this task',
    kernel: [kernel('include/linux/lockdep.h', 'lockdep_off')],
    effects: [add('lockdepOff', 1)],
    ...needsLockdep,
  },
  'lockdep.on': {
    says: 'lockdep checks this task again',
    kernel: [kernel('include/linux/lockdep.h', 'lockdep_on')],
    effects: [add('lockdepOff', -1)],
    ...needsLockdep,
  },
  'trace.off-finish': {
    says: 'the tracer is told that interrupts are off',
    kernel: [kernel(PREEMPTIRQ, 'trace_hardirqs_off_finish'), kernel(PREEMPTIRQ, 'trace_hardirqs_off')],
    effects: [put('tracedOff', 1), put('tracerToldOff', 1)],
    ...needsTracing,
  },
  'trace.on-prepare': {
    says: 'the tracer is told that interrupts go on',
    kernel: [kernel(PREEMPTIRQ, 'trace_hardirqs_on_prepare'), kernel(PREEMPTIRQ, 'trace_hardirqs_on')],
    effects: [put('tracedOff', 0), put('tracerToldOff', 0)],
    ...needsTracing,
  },
  'count.preempt.add': count('preemption is disabled', 'preempt_disable', add('preempt', 1)),
  'count.preempt.sub': count('preemption is enabled', 'preempt_enable_no_resched', add('preempt', -1)),
  'count.bh.add': count('soft interrupts are disabled', 'SOFTIRQ_DISABLE_OFFSET', add('bhDisabled', 1)),
  'count.bh.sub': count('soft interrupts are enabled', 'SOFTIRQ_DISABLE_OFFSET', add('bhDisabled', -1)),
  'count.softirq.add': count('the counter says: serving soft interrupts', 'SOFTIRQ_OFFSET', add('softirq', 1)),
  'count.softirq.sub': count(
    'the counter says: no longer serving soft interrupts',
    'SOFTIRQ_OFFSET',
    add('softirq', -1),
  ),
  'count.hardirq.add': count(
    'the counter says: in a hard interrupt',
    'HARDIRQ_OFFSET',
    add('hardirq', 1),
    add('counted', 1),
  ),
  'count.hardirq.sub': count(
    'the counter says: no longer in a hard interrupt',
    'HARDIRQ_OFFSET',
    add('hardirq', -1),
    add('counted', -1),
  ),
  'count.nmi.add': {
    says: 'the counter says: in an NMI, which is a hard interrupt too',
    kernel: [kernel('include/linux/hardirq.h', '__nmi_enter')],
    effects: [add('nmi', 1), add('hardirq', 1)],
  },
  'count.nmi.sub': {
    says: 'the counter says: no longer in an NMI',
    kernel: [kernel('include/linux/hardirq.h', '__nmi_exit')],
    effects: [add('nmi', -1), add('hardirq', -1)],
  },
  'window.begin': {
    says: 'an instrumentation window is opened',
    kernel: [kernel('include/linux/instrumentation.h', 'instrumentation_begin')],
    effects: [when(not(is('windows', INSTRUMENTABLE)), add('windows', 1))],
    needs: ['markers'],
  },
  'window.end': {
    says: 'an instrumentation window is closed',
    kernel: [kernel('include/linux/instrumentation.h', 'instrumentation_end')],
    effects: [when(not(is('windows', INSTRUMENTABLE)), add('windows', -1))],
    needs: ['markers'],
  },
  'function.noinstr': {
    says: 'a noinstr function is called and looked into',
    kernel: [kernel('include/linux/compiler_types.h', 'noinstr')],
    effects: [{ op: 'call', windows: 0 }],
  },
  'function.instrumentable': {
    says: 'an instrumentable function is called and looked into',
    kernel: [kernel('include/linux/compiler_types.h', 'noinstr')],
    effects: [{ op: 'call', windows: INSTRUMENTABLE }],
  },
  'function.return': {
    says: 'the function that was looked into returns',
    kernel: [kernel('include/linux/compiler_types.h', 'noinstr')],
    effects: [{ op: 'return' }],
  },
} as const satisfies Readonly<Record<string, EventSpec>>;

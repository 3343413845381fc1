/** The examples of every rule, apart from the rules: who judges by a rule needs none of them. */
import { debugStateExamples } from './examples/debug-state.ts';
import { exitWorkExamples } from './examples/exit-work.ts';
import { idleOrderExamples } from './examples/idle-order.ts';
import { irqCountExamples } from './examples/irq-count.ts';
import { irqSoftirqExamples } from './examples/irq-softirq.ts';
import { irqsOffExamples } from './examples/irqs-off.ts';
import { kernelEntryExamples } from './examples/kernel-entry.ts';
import { kvmOrderExamples } from './examples/kvm-order.ts';
import { kvmWorkExamples } from './examples/kvm-work.ts';
import { lockdepHwExamples } from './examples/lockdep-hw.ts';
import { nmiClassExamples } from './examples/nmi-class.ts';
import { nmiOrderExamples } from './examples/nmi-order.ts';
import { noinstrCallExamples } from './examples/noinstr-call.ts';
import { noinstrIndirectExamples } from './examples/noinstr-indirect.ts';
import { noinstrWindowExamples } from './examples/noinstr-window.ts';
import { pairExamples } from './examples/pair.ts';
import { preemptContextExamples } from './examples/preempt-context.ts';
import { rcuWatchingExamples } from './examples/rcu-watching.ts';
import { syscallWorkExamples } from './examples/syscall-work.ts';
import { timeOnceExamples } from './examples/time-once.ts';
import { userEntryOrderExamples } from './examples/user-entry-order.ts';
import { userExitOrderExamples } from './examples/user-exit-order.ts';
import type { Example, RuleId } from './rule.ts';

/** At least one that keeps the rule and one that breaks each condition; a test holds it. */
const EXAMPLES: Readonly<Record<RuleId, () => readonly Example[]>> = {
  'DEBUG-STATE': debugStateExamples,
  'EXIT-WORK': exitWorkExamples,
  'IDLE-ORDER': idleOrderExamples,
  'IRQ-COUNT': irqCountExamples,
  'IRQ-SOFTIRQ': irqSoftirqExamples,
  'IRQS-OFF': irqsOffExamples,
  'KERNEL-ENTRY': kernelEntryExamples,
  'KVM-ORDER': kvmOrderExamples,
  'KVM-WORK': kvmWorkExamples,
  'LOCKDEP-HW': lockdepHwExamples,
  'NMI-CLASS': nmiClassExamples,
  'NMI-ORDER': nmiOrderExamples,
  'NOINSTR-CALL': noinstrCallExamples,
  'NOINSTR-INDIRECT': noinstrIndirectExamples,
  'NOINSTR-WINDOW': noinstrWindowExamples,
  PAIR: pairExamples,
  'PREEMPT-CONTEXT': preemptContextExamples,
  'RCU-WATCHING': rcuWatchingExamples,
  'SYSCALL-WORK': syscallWorkExamples,
  'TIME-ONCE': timeOnceExamples,
  'USER-ENTRY-ORDER': userEntryOrderExamples,
  'USER-EXIT-ORDER': userExitOrderExamples,
};

/** The examples of that rule. */
export const examplesOf = (id: RuleId): readonly Example[] => EXAMPLES[id]();

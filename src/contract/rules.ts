/** All rules of the contract, in the order of their ids. */
import type { Rule, RuleId } from './rule.ts';
import { debugState } from './rules/debug-state.ts';
import { exitWork } from './rules/exit-work.ts';
import { idleOrder } from './rules/idle-order.ts';
import { irqCount } from './rules/irq-count.ts';
import { irqSoftirq } from './rules/irq-softirq.ts';
import { irqsOff } from './rules/irqs-off.ts';
import { kernelEntry } from './rules/kernel-entry.ts';
import { kvmOrder } from './rules/kvm-order.ts';
import { kvmWork } from './rules/kvm-work.ts';
import { lockdepHw } from './rules/lockdep-hw.ts';
import { nmiClass } from './rules/nmi-class.ts';
import { nmiOrder } from './rules/nmi-order.ts';
import { noinstrCall } from './rules/noinstr-call.ts';
import { noinstrIndirect } from './rules/noinstr-indirect.ts';
import { noinstrWindow } from './rules/noinstr-window.ts';
import { pair } from './rules/pair.ts';
import { preemptContext } from './rules/preempt-context.ts';
import { rcuWatching } from './rules/rcu-watching.ts';
import { syscallWork } from './rules/syscall-work.ts';
import { timeOnce } from './rules/time-once.ts';
import { userEntryOrder } from './rules/user-entry-order.ts';
import { userExitOrder } from './rules/user-exit-order.ts';

/** The rules. Where an event breaks several, the monitor names the first, but for a condition that explains the others. */
export const RULES: readonly Rule[] = [
  noinstrCall,
  noinstrIndirect,
  noinstrWindow,
  userEntryOrder,
  userExitOrder,
  kernelEntry,
  nmiClass,
  nmiOrder,
  irqCount,
  irqSoftirq,
  syscallWork,
  exitWork,
  debugState,
  preemptContext,
  kvmOrder,
  kvmWork,
  idleOrder,
  timeOnce,
  pair,
  irqsOff,
  lockdepHw,
  rcuWatching,
];

/** The rule of that id. */
export const ruleOf = (id: RuleId): Rule | undefined => RULES.find((rule) => rule.id === id);

/** The rule of that id, however it is written; `undefined` for what is no rule. */
export const ruleNamed = (id: string): Rule | undefined => RULES.find((rule) => rule.id === id.toUpperCase());

/**
 * Conditions that programs are held to besides the contract's, under the ids of its rules. Compiled code is not: a walk of it does
 * not know what they ask for (whether die() comes back, which of two calls was the handler's body), and would cry wolf.
 */
import { all, clear, is, set } from '../contract/expression.ts';
import type { Condition, Rule, RuleId } from '../contract/rule.ts';
import { RULES, ruleNamed } from '../contract/rules.ts';

const stricter = (id: RuleId, ...conditions: readonly Condition[]): Rule => {
  const rule = ruleNamed(id);
  if (rule === undefined) throw new Error(`kentry is wrong here: no rule is called ${id}`);
  return { ...rule, conditions, exceptions: [] };
};

/** The contract's rules, and the stricter conditions behind them. */
export const REFERENCE_RULES: readonly Rule[] = [
  ...RULES,
  stricter('IRQS-OFF', {
    name: 'enabled-against-context',
    says: 'interrupts go on in the handler of an exception of the kernel that came where they were off',
    fix: 'Use cond_local_irq_enable(regs), which asks for X86_EFLAGS_IF',
    on: ['irq.enable'],
    // An interrupt comes where they are on, but for the one that KVM calls with a frame of its own.
    when: all(is('origin', 'kernel'), is('kind', 'exception', 'page-fault', 'invalid-op', 'breakpoint', 'debug')),
    broken: clear('savedIrq'),
  }),
  stricter('IRQ-SOFTIRQ', {
    name: 'nothing-pending',
    says: 'soft interrupts are served, and none waits',
    fix: 'Ask local_softirq_pending() before',
    on: ['softirq.take'],
    broken: clear('softirqPending'),
  }),
  stricter('IDLE-ORDER', {
    name: 'no-shadow',
    says: 'sti comes where interrupts are on already: it casts no shadow, and an interrupt may come before the halt',
    fix: 'Disable interrupts until the sti right before hlt or mwait',
    // Intel SDM, volume 2, STI: interrupts are inhibited for one instruction only where the flag was 0.
    on: ['irq.enable.shadowed'],
    broken: set('irq'),
  }),
  stricter('KVM-ORDER', {
    name: 'left-unrun',
    says: 'the guest state is left, and the guest has not run in it',
    fix: 'Give a round up before guest_timing_enter_irqoff()',
    on: ['ct.guest.exit', 'ct.guest.exit.inactive'],
    broken: is('guestStep', 'timed'),
  }),
  stricter('PAIR', {
    name: 'handled-twice',
    says: 'the same interrupt or exception is handled twice',
    fix: 'Handle it once for each entry',
    on: ['call.handler', 'call.exception-handler', 'call.nmi-handler'],
    broken: set('handled'),
  }),
];

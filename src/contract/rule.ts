/** What a rule is: data with its reason, its sources and its proof, never code. */

import type { EventName } from './alphabet.ts';
import type { Configuration, Feature } from './configuration.ts';
import { all, type Expression } from './expression.ts';
import type { InitialState } from './initial.ts';
import type { Source } from './source.ts';

/** Ids are stable: they are in reports, baselines and suppressions. */
export const RULE_IDS = [
  'NOINSTR-CALL',
  'NOINSTR-INDIRECT',
  'NOINSTR-WINDOW',
  'RCU-WATCHING',
  'IRQS-OFF',
  'USER-ENTRY-ORDER',
  'USER-EXIT-ORDER',
  'SYSCALL-WORK',
  'EXIT-WORK',
  'KERNEL-ENTRY',
  'IRQ-COUNT',
  'IRQ-SOFTIRQ',
  'NMI-ORDER',
  'NMI-CLASS',
  'DEBUG-STATE',
  'PAIR',
  'LOCKDEP-HW',
  'PREEMPT-CONTEXT',
  'KVM-ORDER',
  'KVM-WORK',
  'IDLE-ORDER',
  'TIME-ONCE',
] as const;

/** The id of a rule. */
export type RuleId = (typeof RULE_IDS)[number];

/** One thing that a rule forbids: an event in certain states. */
export interface Condition {
  /** Unique within its rule, kebab-case. */
  readonly name: string;
  /** The finding's message: what was done wrong, as a sentence without its full stop. */
  readonly says: string;
  /** What to do about it, where one answer fits nearly all; as an imperative sentence without its full stop. */
  readonly fix?: string;
  readonly on: readonly EventName[];
  /**
   * The situation that the condition speaks of; all where absent. It only divides the work among the conditions: what is
   * outside of it is another condition's, or cannot be.
   */
  readonly when?: Expression;
  /** In that situation the event breaks the rule in exactly the states where this holds. */
  readonly broken: Expression;
  /** Whatever else the event breaks then follows from this: it is named first, before conditions of earlier rules. */
  readonly explains?: true;
  /** Without these features the condition does not apply. */
  readonly needs?: readonly Feature[];
}

/** All of a condition's statement in one expression: the states in which its events break the rule. */
export const forbidden = ({ when, broken }: Condition): Expression => (when === undefined ? broken : all(when, broken));

/** Something that the kernel does on purpose though the rule's sentence forbids it. */
export interface Exception {
  readonly what: string;
  readonly why: string;
  readonly source: Source;
  /** The conditions that were written so as to allow it; empty where the source of events must know it (`applies`). */
  readonly conditions: readonly string[];
  /**
   * For a source over compiled code: at a call of one of these functions (suffixes such as `.constprop.0` stripped),
   * `in` one of those where given, the rule is not applied.
   */
  readonly applies?: { readonly callees: readonly string[]; readonly in?: readonly string[] };
}

/** A sequence of events that shows a rule kept or broken. */
export interface Example {
  /** What it shows, as a clause. */
  readonly name: string;
  readonly from: InitialState;
  readonly events: readonly EventName[];
  /** The name of the condition that the last event breaks; absent: the whole sequence keeps every rule. */
  readonly breaks?: string;
  /** The configurations by name; absent: the first. */
  readonly configuration?: Configuration['name'];
}

/** One rule of the contract. */
export interface Rule {
  readonly id: RuleId;
  /** What must hold, in one sentence. */
  readonly says: string;
  /** What breaks where it does not hold. */
  readonly why: string;
  readonly source: readonly Source[];
  /** Where the document and the code differ, and that the rule follows the code. */
  readonly note?: string;
  readonly conditions: readonly Condition[];
  readonly exceptions: readonly Exception[];
}

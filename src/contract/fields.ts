/**
 * The state that every transition must update: one table of fields. What it says is all there is: the packed form, the
 * readable form, what must come back at the end of a context, and the Promela export are made of it.
 */
import type { Feature } from './configuration.ts';

/** What is said about a field. */
export interface FieldSpec {
  /** 1 to 9. Without `values` the field is a number that begins at 0. */
  readonly bits: number;
  /** The names of its values, in order; numbers where absent. */
  readonly values?: readonly string[];
  readonly says: string;
  /** The kernel's own name for it; absent where the contract keeps it only to judge an order. */
  readonly kernel?: string;
  /**
   * `cpu`: belongs to the CPU (or its current task), copied at an entry and compared at the return where `restored`.
   * `context`: belongs to the running context; a new context begins with zeros and the interrupted one gets its own back.
   */
  readonly scope: 'cpu' | 'context';
  /** Whether a context that was entered must give it back unchanged when it returns (fields of the CPU only). */
  readonly restored?: boolean;
  /** Without these features the field never moves and no condition looks at it. */
  readonly needs?: readonly Feature[];
}

const flag = { bits: 1 } as const;

/** All fields. Those of the CPU come first; their order is the order of bits. */
export const FIELDS = {
  mode: { bits: 2, values: ['kernel', 'user', 'guest'], says: 'what the CPU executes', scope: 'cpu' },
  irq: { ...flag, says: 'interrupts are on in hardware', kernel: 'EFLAGS.IF, DAIF, sstatus.SIE', scope: 'cpu' },
  gif: {
    ...flag,
    says: "SVM's global interrupt flag: at 0 everything is held off",
    kernel: 'GIF',
    scope: 'cpu',
    restored: true,
  },
  nmiBlocked: {
    ...flag,
    says: "further NMIs are held back, by hardware or by the kernel's nested-NMI logic, until the NMI returns",
    scope: 'cpu',
  },
  shadow: {
    bits: 2,
    values: ['none', 'sti', 'mov-ss'],
    says: 'interrupts (sti), or debug exceptions too (mov ss), are held off for one instruction',
    scope: 'cpu',
  },
  armed: { ...flag, says: 'a hardware breakpoint is armed', kernel: 'DR7', scope: 'cpu', restored: true },
  hardirqsEnabled: {
    ...flag,
    says: 'lockdep believes that interrupts are on',
    kernel: 'hardirqs_enabled',
    scope: 'cpu',
    restored: true,
    needs: ['lockdep'],
  },
  hardirqContext: {
    bits: 4,
    says: "lockdep's depth of hard interrupts",
    kernel: 'hardirq_context',
    scope: 'cpu',
    restored: true,
    needs: ['lockdep'],
  },
  lockdepOff: {
    bits: 3,
    says: 'how often lockdep_off() was called',
    kernel: 'current->lockdep_recursion >> 16',
    scope: 'cpu',
    restored: true,
    needs: ['lockdep'],
  },
  // Not `restored`: an NMI-like exception where lockdep says off and the tracer still on leaves it at off (kernel/entry/common.c,
  // irqentry_nmi_exit() goes by lockdep's flag alone). What each context owes the tracer is in `tracerToldOff`.
  tracedOff: {
    ...flag,
    says: 'the tracer was told that interrupts are off',
    kernel: 'tracing_irq_cpu',
    scope: 'cpu',
    needs: ['tracing'],
  },
  vtime: {
    bits: 2,
    values: ['system', 'user', 'guest', 'idle'],
    says: 'whom vtime charges',
    kernel: 'current->vtime.state',
    scope: 'cpu',
    restored: true,
    needs: ['vtime'],
  },
  vcpu: { ...flag, says: 'ticks are charged to the guest', kernel: 'PF_VCPU', scope: 'cpu', restored: true },
  hardirqTime: {
    bits: 2,
    says: 'how many hard interrupts are being measured',
    kernel: 'account_hardirq_enter()/_exit()',
    scope: 'cpu',
    restored: true,
    needs: ['irqtime'],
  },
  softirqTime: {
    ...flag,
    says: 'soft interrupts are being measured',
    kernel: 'account_softirq_enter()/_exit()',
    scope: 'cpu',
    restored: true,
    needs: ['irqtime'],
  },
  idleTask: { ...flag, says: 'current is the idle task', kernel: 'is_idle_task(current), PF_IDLE', scope: 'cpu' },
  ctState: {
    bits: 2,
    values: ['kernel', 'idle', 'user', 'guest'],
    says: 'where context tracking believes the CPU to be',
    kernel: 'context_tracking.state & CT_STATE_MASK',
    scope: 'cpu',
    restored: true,
  },
  watching: {
    ...flag,
    says: 'RCU watches this CPU (the parity of its counter)',
    kernel: 'context_tracking.state & CT_RCU_WATCHING (6.1: RCU_DYNTICKS_IDX)',
    scope: 'cpu',
    restored: true,
  },
  nesting: {
    bits: 2,
    says: 'process-level nesting',
    kernel: 'context_tracking.nesting (6.1: dynticks_nesting)',
    scope: 'cpu',
    restored: true,
  },
  nmiNonidle: {
    ...flag,
    says: 'nmi_nesting counts from CT_NESTING_IRQ_NONIDLE, not from 0',
    kernel: 'context_tracking.nmi_nesting, its high bit',
    scope: 'cpu',
    restored: true,
  },
  nmiNesting: {
    bits: 5,
    says: 'interrupt and NMI nesting: 1 for the one that made RCU watch, 2 for each other',
    kernel: 'context_tracking.nmi_nesting, its low bits',
    scope: 'cpu',
    restored: true,
  },
  preempt: {
    bits: 4,
    says: 'preempt_disable() depth',
    kernel: 'preempt_count, bits 0-7',
    scope: 'cpu',
    restored: true,
  },
  bhDisabled: {
    bits: 2,
    says: 'local_bh_disable() depth',
    kernel: 'preempt_count, bits 9-15',
    scope: 'cpu',
    restored: true,
  },
  softirq: {
    ...flag,
    says: 'soft interrupts are being served',
    kernel: 'preempt_count, bit 8',
    scope: 'cpu',
    restored: true,
  },
  hardirq: {
    bits: 4,
    says: 'depth of hard interrupts (an NMI counts too)',
    kernel: 'preempt_count, bits 16-19',
    scope: 'cpu',
    restored: true,
  },
  nmi: { bits: 4, says: 'depth of NMIs', kernel: 'preempt_count, bits 20-23', scope: 'cpu', restored: true },
  owedNmi: { ...flag, says: 'an NMI ended the guest run; the host has not handled it yet', scope: 'cpu' },
  owedInterrupt: {
    ...flag,
    says: 'an interrupt ended the guest run and was acknowledged; it is not handled yet',
    scope: 'cpu',
  },
  resched: { ...flag, says: 'a reschedule is wanted', kernel: '_TIF_NEED_RESCHED', scope: 'cpu' },
  uprobe: { ...flag, says: 'a uprobe waits', kernel: '_TIF_UPROBE', scope: 'cpu' },
  patch: { ...flag, says: 'a live patch waits', kernel: '_TIF_PATCH_PENDING', scope: 'cpu' },
  signal: { ...flag, says: 'a signal waits', kernel: '_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL', scope: 'cpu' },
  notify: { ...flag, says: 'task work waits', kernel: '_TIF_NOTIFY_RESUME', scope: 'cpu' },
  softirqPending: { ...flag, says: 'a soft interrupt waits', kernel: 'local_softirq_pending()', scope: 'cpu' },

  depth: { bits: 3, says: 'how many contexts were interrupted', scope: 'context' },
  kind: {
    bits: 4,
    values: [
      'task',
      'syscall',
      'interrupt',
      'simple-interrupt',
      'exception',
      'page-fault',
      'invalid-op',
      'nmi',
      'debug',
      'breakpoint',
      'machine-check',
      'double-fault',
      'vmm-communication',
    ],
    says: 'what brought the CPU here',
    scope: 'context',
  },
  origin: {
    bits: 2,
    values: ['kernel', 'user', 'guest'],
    says: 'what was interrupted',
    kernel: 'user_mode(regs)',
    scope: 'context',
  },
  savedIrq: {
    ...flag,
    says: 'interrupts were on where it was interrupted',
    kernel: 'regs->flags & X86_EFLAGS_IF',
    scope: 'context',
  },
  entered: {
    bits: 2,
    values: ['none', 'user', 'kernel', 'nmi'],
    says: 'which entry was made last: from user mode, as an interrupt in the kernel, NMI-like',
    scope: 'context',
  },
  exited: { ...flag, says: 'the exit of that entry has begun', scope: 'context' },
  rcuEntered: { bits: 2, says: 'entries of this context that nmi_nesting counts', scope: 'context' },
  counted: { ...flag, says: 'this context holds a hard interrupt count', scope: 'context' },
  handled: { ...flag, says: "the handler's body has run", scope: 'context' },
  lockdepToldOff: {
    ...flag,
    says: 'this context has told lockdep that interrupts are off, and not since that they are on',
    scope: 'context',
    needs: ['lockdep'],
  },
  tickChecked: {
    ...flag,
    says: 'RCU has looked whether this interrupt must restart the tick',
    kernel: 'rcu_irq_enter_check_tick()',
    scope: 'context',
    needs: ['nohz-full'],
  },
  preemptChecked: {
    ...flag,
    says: 'the exit has looked whether to preempt',
    kernel: 'irqentry_exit_cond_resched()',
    scope: 'context',
  },
  bugChecked: { ...flag, says: 'a #UD was tried as BUG or WARN', kernel: 'handle_bug()', scope: 'context' },
  flagsFresh: {
    ...flag,
    says: 'the work flags were read with interrupts off, and nothing since could set one',
    scope: 'context',
  },
  workSeen: { ...flag, says: 'that reading found work', scope: 'context' },
  flushed: {
    ...flag,
    says: 'deferred wakeups were flushed since interrupts went off',
    kernel: 'tick_nohz_user_enter_prepare()',
    scope: 'context',
    needs: ['nohz-full'],
  },
  loopStep: {
    bits: 3,
    values: ['none', 'resched', 'uprobe', 'patch', 'signal', 'notify'],
    says: 'the last work item of this pass of the exit loop',
    scope: 'context',
  },
  entryWorkRead: { ...flag, says: 'the syscall work flags were read for the entry', scope: 'context' },
  entryWork: {
    bits: 3,
    values: ['none', 'dispatch', 'ptrace', 'seccomp', 'tracepoint', 'audit', 'invoked'],
    says: "the last step of the syscall's entry work; at the end the syscall itself",
    scope: 'context',
  },
  exitWorkRead: { ...flag, says: 'the syscall work flags were read for the exit', scope: 'context' },
  exitWork: {
    bits: 2,
    values: ['none', 'audit', 'tracepoint', 'ptrace'],
    says: "the last step of the syscall's exit work",
    scope: 'context',
  },
  dispatched: {
    ...flag,
    says: 'user dispatch took the syscall: neither entry nor exit work may follow',
    scope: 'context',
  },
  dr7Saved: { ...flag, says: 'DR7 was saved and cleared', kernel: 'local_db_save()', scope: 'context' },
  dr6Read: { ...flag, says: 'DR6 was read and reset', kernel: 'debug_read_reset_dr6()', scope: 'context' },
  cr2Read: { ...flag, says: 'CR2 was read', kernel: 'read_cr2()', scope: 'context' },
  cr2Written: { ...flag, says: 'a nested page fault may have overwritten CR2 since it was read', scope: 'context' },
  guestStep: {
    bits: 3,
    values: ['none', 'checked', 'timed', 'ran', 'window'],
    says: 'how far the round through the guest is',
    scope: 'context',
  },
  guestWorkSeen: { ...flag, says: 'work for the guest entry was seen and not yet handled', scope: 'context' },
  prepared: {
    ...flag,
    says: 'lockdep_hardirqs_on_prepare() was done, lockdep_hardirqs_on() not yet',
    scope: 'context',
    needs: ['lockdep'],
  },
  tracerToldOff: {
    ...flag,
    says: 'this context has told the tracer that interrupts are off, and not since that they are on',
    scope: 'context',
    needs: ['tracing'],
  },
  tickEntered: {
    ...flag,
    says: 'the tick was brought up to date for this interrupt',
    kernel: 'tick_irq_enter()',
    scope: 'context',
  },
  dispatchWanted: {
    ...flag,
    says: 'user dispatch must look at the syscall',
    kernel: 'SYSCALL_WORK_SYSCALL_USER_DISPATCH',
    scope: 'context',
  },
  ptraceWanted: {
    ...flag,
    says: 'a tracer must be told of the syscall',
    kernel: 'SYSCALL_WORK_SYSCALL_TRACE',
    scope: 'context',
  },
  seccompWanted: {
    ...flag,
    says: 'seccomp must look at the syscall',
    kernel: 'SYSCALL_WORK_SECCOMP',
    scope: 'context',
  },
  tracepointWanted: {
    ...flag,
    says: 'the tracepoint must fire',
    kernel: 'SYSCALL_WORK_SYSCALL_TRACEPOINT',
    scope: 'context',
  },
  auditWanted: {
    ...flag,
    says: 'audit must be told of the syscall',
    kernel: 'SYSCALL_WORK_SYSCALL_AUDIT',
    scope: 'context',
  },
  windows: {
    bits: 3,
    says: 'open instrumentation windows of the running noinstr function; 7: the running function is instrumentable',
    kernel: 'instrumentation_begin()/_end()',
    scope: 'context',
    needs: ['markers'],
  },
  callers: {
    bits: 9,
    says: 'the same for its callers, three bits each, the nearest lowest',
    scope: 'context',
    needs: ['markers'],
  },
} as const satisfies Readonly<Record<string, FieldSpec>>;

/** The name of a field. */
export type FieldName = keyof typeof FIELDS;

type Named<F extends FieldName> = (typeof FIELDS)[F] extends { readonly values: readonly (infer V extends string)[] }
  ? V
  : number;

/** What may be written for a value of a field: one of its names where it has names, else a number. */
export type ValueOf<F extends FieldName> = Named<F>;

/** Any value of any field, as it is written; `codeOf` refuses a name that the field does not have. */
export type FieldValue = string | number;

/** `windows` of an instrumentable function. */
export const INSTRUMENTABLE = 7;

/** All names, in the order of the table. */
// The keys of a constant table are exactly its type's keys.
export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[];

/** The entry of a field, with its optional members. */
export const fieldSpec = (name: FieldName): FieldSpec => FIELDS[name];

/** The number that stands for a value. Throws where a name is not one of the field's: a mistake of ours. */
export function codeOf(name: FieldName, value: FieldValue): number {
  if (typeof value === 'number') return value;
  const index = fieldSpec(name).values?.indexOf(value) ?? -1;
  if (index < 0) throw new Error(`kentry is wrong here: ${name} has no value ${value}`);
  return index;
}

/** The value that a number stands for, as it is written. */
export const valueFor = (name: FieldName, code: number): FieldValue => fieldSpec(name).values?.[code] ?? code;

/**
 * The contract's variables as words of memory: where they are in this object, what they hold at a start, and which
 * events a change of them is. The kernel's own instructions read and write them.
 */
import type { EventName } from '../contract/alphabet.ts';
import type { FieldName } from '../contract/fields.ts';
import type { Value, Values } from './value.ts';

/** Names of this file's own; the kernel's differ between versions. */
export type VariableName =
  | 'preempt-count'
  | 'hardirqs-enabled'
  | 'hardirq-context'
  | 'lockdep-off'
  | 'task-flags'
  | 'softirq-pending'
  | 'context-state'
  | 'context-active'
  | 'context-recursion'
  | 'nesting'
  | 'nmi-nesting';

/** A variable in this object. */
export interface Variable {
  readonly name: VariableName;
  readonly cell: number;
  /** Bits from the start of the cell. */
  readonly shift: number;
  /** In bytes. */
  readonly width: number;
}

/** include/linux/context_tracking_state.h: CT_STATE_MASK, CT_RCU_WATCHING; CT_NESTING_IRQ_NONIDLE is LONG_MAX / 2 + 1. */
const CONTEXT_MASK = 3;
const WATCHING = 4;
const NONIDLE_HIGH = 0x4000_0000;

/** include/linux/preempt.h. */
const SOFTIRQ_SHIFT = 8;
const HARDIRQ_SHIFT = 16;
const NMI_SHIFT = 20;
const NMI_BITS = 4;

/** include/linux/sched.h: the idle task; a virtual CPU's task whose time is the guest's. */
export const PF_IDLE = 2;
const PF_VCPU = 1;

/** lockdep_off() adds this to current->lockdep_recursion (include/linux/lockdep.h, LOCKDEP_OFF). */
export const LOCKDEP_OFF = 1 << 16;

/** What a variable holds where the contract is in that state. Bits that nobody asks for stay unknown. */
export function contentsOf(
  values: Values,
  name: VariableName,
  field: (name: FieldName) => number,
  active: boolean,
): Value {
  switch (name) {
    case 'preempt-count': {
      const count =
        field('preempt') |
        (field('softirq') << SOFTIRQ_SHIFT) |
        (field('bhDisabled') << (SOFTIRQ_SHIFT + 1)) |
        (field('hardirq') << HARDIRQ_SHIFT) |
        (field('nmi') << NMI_SHIFT);
      // Bit 31 is PREEMPT_NEED_RESCHED on x86: anybody may change it at any time.
      return values.bits(0x7fff_ffff, -1, count, 0);
    }
    case 'hardirqs-enabled':
      return values.constant(field('hardirqsEnabled'), 0);
    case 'hardirq-context':
      return values.constant(field('hardirqContext'), 0);
    case 'lockdep-off':
      return values.constant(field('lockdepOff') * LOCKDEP_OFF, 0);
    case 'task-flags': {
      const flags = (field('idleTask') === 1 ? PF_IDLE : 0) | (field('vcpu') === 1 ? PF_VCPU : 0);
      return values.bits(PF_IDLE | PF_VCPU, -1, flags, 0);
    }
    case 'softirq-pending':
      return values.any;
    case 'context-state': {
      const low = field('ctState') | (field('watching') === 1 ? WATCHING : 0);
      return values.bits(CONTEXT_MASK | WATCHING, -1, low, 0);
    }
    case 'context-active':
      return values.constant(active ? 1 : 0, 0);
    case 'context-recursion':
      return values.zero;
    case 'nesting':
      return values.constant(field('nesting'), 0);
    case 'nmi-nesting':
      return values.constant(field('nmiNesting'), field('nmiNonidle') === 1 ? NONIDLE_HIGH : 0);
  }
}

/** Contexts by number, as in ctState. */
const CONTEXTS = ['kernel', 'idle', 'user', 'guest'] as const;

/**
 * The events that this change is, in the order in which one would make it. `undefined`: the change is none that the
 * contract knows, or too little is known of it.
 */
export function eventsOf(name: VariableName, before: Value, after: Value): readonly EventName[] | undefined {
  switch (name) {
    case 'preempt-count':
      return countEvents(before, after);
    case 'hardirqs-enabled':
      if (!low32(before) || !low32(after)) return undefined;
      if (before.bits0 === after.bits0) return [];
      return [after.bits0 === 0 ? 'lockdep.hardirqs-off' : 'lockdep.hardirqs-on'];
    case 'hardirq-context':
      return low32(before) && low32(after)
        ? repeated(after.bits0 - before.bits0, 1, 'lockdep.hardirq-enter', 'lockdep.hardirq-exit')
        : undefined;
    case 'lockdep-off':
      return low32(before) && low32(after) && (after.bits0 - before.bits0) % LOCKDEP_OFF === 0
        ? repeated(after.bits0 - before.bits0, LOCKDEP_OFF, 'lockdep.off', 'lockdep.on')
        : undefined;
    case 'softirq-pending':
      return after.known0 === -1 && after.bits0 === 0 ? ['softirq.take'] : [];
    case 'task-flags':
      if ((before.known0 & after.known0 & PF_VCPU) === 0) return undefined;
      if (((before.bits0 ^ after.bits0) & PF_VCPU) === 0) return [];
      return [(after.bits0 & PF_VCPU) === 0 ? 'guest.timing.exit' : 'guest.timing.enter'];
    case 'context-state':
      return contextEvents(before, after);
    case 'nesting':
      if (!after.isConstant || !before.isConstant) return undefined;
      if (before === after) return [];
      return [after.bits0 === 0 ? 'ct.nesting.clear' : 'ct.nesting.set'];
    case 'nmi-nesting':
      return nmiNestingEvents(before, after);
    default:
      return [];
  }
}

const low32 = (v: Value): boolean => v.known0 === -1;

/** More steps at once than any code of the kernel makes: such a change was not understood. */
const MOST_STEPS = 16;

/** So many of one event or of its reverse; `undefined` where they are too many to be meant. */
function repeated(
  difference: number,
  unit: number,
  more: EventName,
  less: EventName,
): readonly EventName[] | undefined {
  const times = Math.abs(difference) / unit;
  return times > MOST_STEPS ? undefined : new Array<EventName>(times).fill(difference > 0 ? more : less);
}

/**
 * A change of the counter is one sum, in the units of its parts (include/linux/preempt.h): taken apart from below, so that
 * one too many that is subtracted is that, whatever it borrows from the parts above.
 */
function countEvents(before: Value, after: Value): readonly EventName[] | undefined {
  const mask = 0x00ff_ffff;
  if ((before.known0 & mask) !== mask || (after.known0 & mask) !== mask) return undefined;
  let rest = ((after.bits0 - before.bits0) << 8) >> 8;
  /** The lowest `bits` of what is left, as a number with a sign. */
  const take = (bits: number): number => {
    const part = (rest << (32 - bits)) >> (32 - bits);
    rest = (rest - part) >> bits;
    return part;
  };
  const preempt = take(SOFTIRQ_SHIFT);
  const soft = take(HARDIRQ_SHIFT - SOFTIRQ_SHIFT);
  const hardirq = take(NMI_SHIFT - HARDIRQ_SHIFT);
  const nmi = take(NMI_BITS);
  // An NMI counts as a hard interrupt too; both change at once.
  const both = Math.sign(nmi) === Math.sign(hardirq) ? nmi : 0;
  const serving = soft % 2;
  const parts = [
    repeated(both, 1, 'count.nmi.add', 'count.nmi.sub'),
    repeated(hardirq - both, 1, 'count.hardirq.add', 'count.hardirq.sub'),
    repeated(serving, 1, 'count.softirq.add', 'count.softirq.sub'),
    repeated((soft - serving) / 2, 1, 'count.bh.add', 'count.bh.sub'),
    repeated(preempt, 1, 'count.preempt.add', 'count.preempt.sub'),
  ];
  const events: EventName[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    events.push(...part);
  }
  return events;
}

function contextEvents(before: Value, after: Value): readonly EventName[] | undefined {
  const mask = CONTEXT_MASK | WATCHING;
  if ((before.known0 & mask) !== mask || (after.known0 & mask) !== mask) return undefined;
  const [from, to] = [CONTEXTS[before.bits0 & CONTEXT_MASK], CONTEXTS[after.bits0 & CONTEXT_MASK]];
  const [watched, watches] = [(before.bits0 & WATCHING) !== 0, (after.bits0 & WATCHING) !== 0];
  if (from === to) {
    if (watched === watches) return [];
    return [watches ? 'ct.watch.begin' : 'ct.watch.end'];
  }
  const outside = from === 'kernel' ? to : from;
  if (outside === undefined || outside === 'kernel' || (from !== 'kernel' && to !== 'kernel')) return undefined;
  const way = from === 'kernel' ? 'enter' : 'exit';
  if (outside === 'idle') return [`ct.idle.${way}`];
  return [watched === watches ? `ct.${outside}.${way}.inactive` : `ct.${outside}.${way}`];
}

function nmiNestingEvents(before: Value, after: Value): readonly EventName[] | undefined {
  if (!before.isConstant || !after.isConstant) return undefined;
  if (before === after) return [];
  if (after.bits1 === NONIDLE_HIGH && after.bits0 === 0 && before.bits1 !== NONIDLE_HIGH)
    return ['ct.nmi-nesting.nonidle'];
  const isSame = after.bits1 === before.bits1;
  const difference = after.bits0 - before.bits0;
  // An NMI in the few steps where the count was cleared and RCU still watches comes back from 2.
  if (isSame && difference === -2) return ['ct.nmi-nesting.unnested'];
  if (after.bits1 === 0 && after.bits0 === 0) return ['ct.nmi-nesting.clear'];
  if (!isSame) return undefined;
  if (difference === 1) return ['ct.nmi-nesting.first'];
  if (difference === 2) return ['ct.nmi-nesting.nested'];
  return undefined;
}

/**
 * Which events must be steps of their own for a context that interrupts. An event that changes fields of its own context only
 * commutes with every interrupting context: that sees, changes and gives back the CPU's fields. So it is done together with the
 * step before it, and no order that a rule could tell apart is lost.
 */
import { type EventName, eventSpec } from '../contract/alphabet.ts';
import type { Effect } from '../contract/event.ts';
import { fieldSpec } from '../contract/fields.ts';

const ownContextOnly = (effect: Effect): boolean => {
  switch (effect.op) {
    case 'set':
    case 'add':
      return fieldSpec(effect.field).scope === 'context';
    case 'when':
      return effect.then.every(ownContextOnly);
    case 'call':
    case 'return':
      return true;
    default:
      return false;
  }
};

/** Whether the event is code of any kind: memory may be touched there, a probe may stand there. */
export const isCode = (event: EventName): boolean => {
  if (event === 'call.preempt' || event === 'call.warn') return false;
  return /^(call|syscall|work)\./.test(event)
    ? !/^(syscall\.read-|work\.(read|flush))/.test(event)
    : event === 'kvm.work';
};

/** Whether the event touches the CPU, so that it makes a difference whether it comes before or after an interrupt. */
export const touchesCpu = (event: EventName): boolean => !eventSpec(event).effects.every(ownContextOnly);

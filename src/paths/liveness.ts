/** Which registers matter at a place: those that somebody reads before all of them is overwritten. */
import type { RegisterModel, RegisterOperand } from '../isa/effect.ts';
import type { KnownEffect, KnownMemory, KnownOperand } from './known-effect.ts';

/** Bit that stands for the flags. */
export const FLAGS = 1 << 31;

const bit = (o: RegisterOperand): number => 1 << o.register;

function operandReads(o: KnownOperand | undefined): number {
  if (o === undefined || o.kind === 'constant') return 0;
  return o.kind === 'register' ? bit(o) : addressReads(o);
}

function addressReads(m: KnownMemory): number {
  return (m.base === undefined ? 0 : 1 << m.base) | (m.index === undefined ? 0 : 1 << m.index);
}

/** What the destination needs: its address, and the rest of a register that is written in part. */
function targetReads(o: RegisterOperand | KnownMemory): number {
  if (o.kind === 'memory') return addressReads(o);
  return o.width < 4 ? bit(o) : 0;
}

/** Registers that an effect reads, a bit each; the flags are bit 31. */
export function effectReads(e: KnownEffect, model: RegisterModel): number {
  const stack = 1 << model.stackPointer;
  switch (e.do) {
    case 'assign':
      return operandReads(e.from) | targetReads(e.to);
    case 'address':
      return addressReads(e.of) | targetReads(e.to);
    case 'compute':
      return sameRegister(e.left, e.right) && (e.operator === 'xor' || e.operator === 'subtract')
        ? targetReads(e.to)
        : operandReads(e.left) | operandReads(e.right) | targetReads(e.to);
    case 'compare':
      return operandReads(e.left) | operandReads(e.right);
    case 'bit':
      return operandReads(e.of) | (typeof e.bit === 'number' ? 0 : bit(e.bit));
    case 'exchange':
      return operandReads(e.left) | operandReads(e.right);
    case 'exchange-add':
      return operandReads(e.memory) | operandReads(e.register);
    case 'compare-exchange':
      return operandReads(e.memory) | operandReads(e.accumulator) | operandReads(e.register);
    case 'set-if':
      return targetReads(e.to) | FLAGS;
    case 'assign-if':
      return operandReads(e.from) | bit(e.to) | FLAGS;
    case 'push':
      return operandReads(e.from) | stack;
    case 'pop':
      return targetReads(e.to) | stack;
    case 'push-flags':
      return stack | FLAGS;
    case 'pop-flags':
      return stack;
    case 'interrupts':
      return 0;
    case 'deed':
      return operandReads(e.operand) | (e.to === undefined ? 0 : targetReads(e.to));
    case 'target':
      return operandReads(e.of);
    default:
      return e.reads | (e.memory === undefined ? 0 : addressReads(e.memory));
  }
}

const sameRegister = (a: KnownOperand, b: KnownOperand): boolean =>
  a.kind === 'register' && b.kind === 'register' && a.register === b.register && a.width === b.width;

/** Registers whose old value is gone after an effect. */
export function effectWrites(e: KnownEffect): number {
  switch (e.do) {
    case 'assign':
    case 'address':
    case 'pop':
      return whole(e.to);
    case 'compute':
      return whole(e.to) | (e.flags ? FLAGS : 0);
    case 'compare':
      return FLAGS;
    case 'bit':
      return FLAGS;
    case 'exchange':
      return whole(e.left) | whole(e.right);
    case 'exchange-add':
      return whole(e.register) | FLAGS;
    case 'compare-exchange':
      return whole(e.accumulator) | FLAGS;
    case 'deed':
      return e.to === undefined ? 0 : whole(e.to);
    case 'pop-flags':
      return FLAGS;
    case 'clobber':
      return e.registers | (e.flags ? FLAGS : 0);
    default:
      return 0;
  }
}

const whole = (o: RegisterOperand | KnownMemory): number => (o.kind === 'register' && o.width >= 4 ? bit(o) : 0);

/** x86-64 instructions as effects: what entry code consists of is spelled out, all else clobbers what iced says it writes. */
import {
  ConditionCode,
  Decoder,
  DecoderOptions,
  FlowControl,
  Instruction,
  InstructionInfoFactory,
  Mnemonic,
  OpKind,
  Register,
} from 'iced-x86';
import type { SectionOffset } from '../../base/brand.ts';
import type {
  BinaryOperator,
  Condition,
  ConstantOperand,
  Deed,
  Effect,
  Lifted,
  Lifter,
  MemoryOperand,
  Operand,
  RegisterOperand,
  Skimmed,
} from '../effect.ts';
import { memoryOperand, operandAt, type Subject, toWidth, widthOf } from './operands.ts';
import { generalRegister, RAX, RBP, RBX, RCX, RDX, RSP, registerModel } from './registers.ts';
import { clobber, unknownEffects } from './unknown-effects.ts';

const ax = (width: number): RegisterOperand => ({ kind: 'register', register: RAX, width, shift: 0 });
const register = (number: number): RegisterOperand => ({ kind: 'register', register: number, width: 8, shift: 0 });
const constant = (low: number, width: number): ConstantOperand => ({
  kind: 'constant',
  low,
  high: low < 0 && width === 8 ? -1 : 0,
  width,
});

const CONDITIONS: ReadonlyMap<number, Condition> = new Map([
  [ConditionCode.e, 'equal'],
  [ConditionCode.ne, 'not-equal'],
  [ConditionCode.b, 'below'],
  [ConditionCode.ae, 'not-below'],
  [ConditionCode.be, 'below-or-equal'],
  [ConditionCode.a, 'above'],
  [ConditionCode.l, 'less'],
  [ConditionCode.ge, 'not-less'],
  [ConditionCode.le, 'less-or-equal'],
  [ConditionCode.g, 'greater'],
  [ConditionCode.s, 'negative'],
  [ConditionCode.ns, 'not-negative'],
]);

/** The flags' question of a jcc, setcc or cmovcc. */
const conditionOf = (i: Instruction): Condition => CONDITIONS.get(i.conditionCode) ?? 'unknown';

const isRegisterOrMemory = (o: Operand | undefined): o is RegisterOperand | MemoryOperand =>
  o?.kind === 'register' || o?.kind === 'memory';

const BINARY: ReadonlyMap<number, BinaryOperator> = new Map([
  [Mnemonic.Add, 'add'],
  [Mnemonic.Sub, 'subtract'],
  [Mnemonic.And, 'and'],
  [Mnemonic.Or, 'or'],
  [Mnemonic.Xor, 'xor'],
  [Mnemonic.Shl, 'shift-left'],
  [Mnemonic.Sal, 'shift-left'],
  [Mnemonic.Shr, 'shift-right'],
  [Mnemonic.Sar, 'shift-right-signed'],
]);

const BIT_CHANGE: ReadonlyMap<number, 'none' | 'set' | 'clear' | 'flip'> = new Map([
  [Mnemonic.Bt, 'none'],
  [Mnemonic.Bts, 'set'],
  [Mnemonic.Btr, 'clear'],
  [Mnemonic.Btc, 'flip'],
]);

const DEEDS: ReadonlyMap<number, Deed> = new Map([
  [Mnemonic.Hlt, 'halt'],
  [Mnemonic.Mwait, 'wait'],
  [Mnemonic.Mwaitx, 'wait'],
  [Mnemonic.Vmrun, 'guest-enter'],
  [Mnemonic.Vmlaunch, 'guest-launch'],
  [Mnemonic.Vmresume, 'guest-launch'],
  [Mnemonic.Clgi, 'global-interrupts-off'],
  [Mnemonic.Stgi, 'global-interrupts-on'],
  [Mnemonic.Swapgs, 'swap-per-cpu-base'],
]);

/** Instructions without an effect on anything that is followed here. */
const NOTHING: ReadonlySet<number> = new Set([
  Mnemonic.Nop,
  Mnemonic.Endbr64,
  Mnemonic.Cld,
  Mnemonic.Std,
  Mnemonic.Lfence,
  Mnemonic.Mfence,
  Mnemonic.Sfence,
  Mnemonic.Pause,
  Mnemonic.Prefetcht0,
  Mnemonic.Prefetcht1,
  Mnemonic.Prefetchw,
  Mnemonic.Prefetchnta,
  Mnemonic.Clac,
  Mnemonic.Stac,
  Mnemonic.Wbinvd,
  Mnemonic.Wrmsr,
  Mnemonic.Serialize,
  Mnemonic.Int3,
  Mnemonic.Ud2,
  Mnemonic.Ret,
  Mnemonic.Jmp,
  Mnemonic.Call,
  Mnemonic.Iretq,
  Mnemonic.Sysretq,
  Mnemonic.Sysret,
]);

/** mov from and to control and debug registers: the ones that the contract knows (CR2, DR6, DR7). */
function specialMove(s: Subject): readonly Effect[] | undefined {
  const { i } = s;
  if (i.opKind(0) !== OpKind.Register || i.opKind(1) !== OpKind.Register) return undefined;
  const [to, from] = [i.opRegister(0), i.opRegister(1)];
  const write = DEED_OF_WRITE.get(to);
  const source = generalRegister(from);
  if (write !== undefined && source !== undefined) return [{ do: 'deed', deed: write, operand: source }];
  const read = DEED_OF_READ.get(from);
  const target = generalRegister(to);
  if (read !== undefined && target !== undefined) {
    return [{ do: 'deed', deed: read, to: target }];
  }
  return undefined;
}

const DEED_OF_WRITE: ReadonlyMap<number, Deed> = new Map([
  [Register.CR2, 'fault-address-write'],
  [Register.DR7, 'debug-control-write'],
  [Register.DR6, 'debug-status-write'],
]);

const DEED_OF_READ: ReadonlyMap<number, Deed> = new Map([
  [Register.CR2, 'fault-address-read'],
  [Register.DR7, 'debug-control-read'],
  [Register.DR6, 'debug-status-read'],
]);

/** The effects of the common instructions; `undefined` where `unknownEffects` must do. */
function knownEffects(s: Subject): readonly Effect[] | undefined {
  const { i } = s;
  const m = i.mnemonic;
  if (NOTHING.has(m)) return i.opCount > 0 && (m === Mnemonic.Jmp || m === Mnemonic.Call) ? target(s) : [];
  const binary = BINARY.get(m);
  if (binary !== undefined) return compute(s, binary);
  const change = BIT_CHANGE.get(m);
  if (change !== undefined) return bit(s, change);
  const deed = DEEDS.get(m);
  if (deed !== undefined) return [{ do: 'deed', deed }];
  switch (m) {
    case Mnemonic.Mov:
      return specialMove(s) ?? move(s, false);
    case Mnemonic.Movzx:
      return move(s, false);
    case Mnemonic.Movsx:
    case Mnemonic.Movsxd:
      return move(s, true);
    case Mnemonic.Cdqe:
      return [{ do: 'assign', to: ax(8), from: ax(4), signed: true }];
    case Mnemonic.Cwde:
      return [{ do: 'assign', to: ax(4), from: ax(2), signed: true }];
    case Mnemonic.Lea:
      return lea(s);
    case Mnemonic.Cmp:
      return compare(s, 'subtract');
    case Mnemonic.Test:
      return compare(s, 'and');
    case Mnemonic.Inc:
      return one(s, 'add');
    case Mnemonic.Dec:
      return one(s, 'subtract');
    case Mnemonic.Not:
      return one(s, 'xor');
    case Mnemonic.Neg:
      return negate(s);
    case Mnemonic.Xchg:
      return exchange(s);
    case Mnemonic.Xadd:
      return exchangeAdd(s);
    case Mnemonic.Cmpxchg:
      return compareExchange(s);
    case Mnemonic.Push:
      return push(s);
    case Mnemonic.Pop:
      return pop(s);
    case Mnemonic.Pushfq:
      return [{ do: 'push-flags' }];
    case Mnemonic.Popfq:
      return [{ do: 'pop-flags' }];
    case Mnemonic.Leave:
      return [
        { do: 'assign', to: register(RSP), from: register(RBP), signed: false },
        { do: 'pop', to: register(RBP) },
      ];
    case Mnemonic.Sti:
      return [{ do: 'interrupts', enabled: true }];
    case Mnemonic.Cli:
      return [{ do: 'interrupts', enabled: false }];
    case Mnemonic.Cpuid:
      return [clobber((1 << RAX) | (1 << RBX) | (1 << RCX) | (1 << RDX))];
    default:
      return conditional(s);
  }
}

function target(s: Subject): readonly Effect[] | undefined {
  const kind = s.i.op0Kind;
  if (kind !== OpKind.Register && kind !== OpKind.Memory) return [];
  const of = operandAt(s, 0, 8);
  return of === undefined ? undefined : [{ do: 'target', of }];
}

function compute(s: Subject, operator: BinaryOperator): readonly Effect[] | undefined {
  const width = widthOf(s, 0);
  const left = operandAt(s, 0, width);
  // `shl %eax` is encoded without its 1; iced shows it as an immediate without bytes.
  const right = s.i.opCount < 2 ? constant(1, width) : shiftCount(s, operator, width);
  if (!isRegisterOrMemory(left) || right === undefined || !usable(width)) return undefined;
  return [{ do: 'compute', operator, to: left, left, right, flags: true }];
}

function shiftCount(s: Subject, operator: BinaryOperator, width: number): Operand | undefined {
  const shift = operator.startsWith('shift');
  if (shift && s.i.op1Kind === OpKind.Immediate8) return constant(s.i.immediate8 & (width === 8 ? 63 : 31), width);
  return operandAt(s, 1, width);
}

const usable = (width: number): boolean => width === 1 || width === 2 || width === 4 || width === 8;

function bit(s: Subject, change: 'none' | 'set' | 'clear' | 'flip'): readonly Effect[] | undefined {
  const width = widthOf(s, 0);
  const of = operandAt(s, 0, width);
  if (!isRegisterOrMemory(of) || !usable(width)) return undefined;
  if (s.i.op1Kind === OpKind.Register) {
    const index = operandAt(s, 1, width);
    return index?.kind === 'register' ? [{ do: 'bit', of, bit: index, change }] : undefined;
  }
  return [{ do: 'bit', of, bit: s.i.immediate8 & (width * 8 - 1), change }];
}

function move(s: Subject, signed: boolean): readonly Effect[] | undefined {
  const toWidth = widthOf(s, 0);
  const fromWidth = s.i.op1Kind === OpKind.Register || s.i.op1Kind === OpKind.Memory ? widthOf(s, 1) : toWidth;
  const to = operandAt(s, 0, toWidth);
  const from = operandAt(s, 1, fromWidth);
  if (!isRegisterOrMemory(to) || from === undefined || !usable(toWidth) || !usable(fromWidth)) return undefined;
  return [{ do: 'assign', to, from, signed }];
}

function lea(s: Subject): readonly Effect[] | undefined {
  const to = operandAt(s, 0, 8);
  const of = memoryOperand(s, 8);
  return to?.kind === 'register' && of !== undefined
    ? [{ do: 'address', to, of: { ...of, perCpu: false } }]
    : undefined;
}

function compare(s: Subject, operator: 'subtract' | 'and'): readonly Effect[] | undefined {
  const width = Math.max(widthOf(s, 0), s.i.op1Kind === OpKind.Register ? widthOf(s, 1) : 0);
  const left = operandAt(s, 0, width);
  const right = operandAt(s, 1, width);
  if (left === undefined || right === undefined || !usable(width)) return undefined;
  return [{ do: 'compare', operator, left, right }];
}

/** inc, dec, not. */
function one(s: Subject, operator: 'add' | 'subtract' | 'xor'): readonly Effect[] | undefined {
  const width = widthOf(s, 0);
  const to = operandAt(s, 0, width);
  if (!isRegisterOrMemory(to) || !usable(width)) return undefined;
  const right =
    operator === 'xor' ? { ...constant(-1, width), ...toWidth({ low: -1, high: -1 }, width) } : constant(1, width);
  return [{ do: 'compute', operator, to, left: to, right, flags: operator !== 'xor' }];
}

function negate(s: Subject): readonly Effect[] | undefined {
  const width = widthOf(s, 0);
  const to = operandAt(s, 0, width);
  if (!isRegisterOrMemory(to) || !usable(width)) return undefined;
  return [{ do: 'compute', operator: 'subtract', to, left: constant(0, width), right: to, flags: true }];
}

function exchange(s: Subject): readonly Effect[] | undefined {
  const width = Math.max(widthOf(s, 0), widthOf(s, 1));
  const [a, b] = [operandAt(s, 0, width), operandAt(s, 1, width)];
  if (!usable(width)) return undefined;
  if (isRegisterOrMemory(a) && b?.kind === 'register') return [{ do: 'exchange', left: a, right: b }];
  if (isRegisterOrMemory(b) && a?.kind === 'register') return [{ do: 'exchange', left: b, right: a }];
  return undefined;
}

function exchangeAdd(s: Subject): readonly Effect[] | undefined {
  const width = widthOf(s, 1);
  const [memory, addend] = [operandAt(s, 0, width), operandAt(s, 1, width)];
  if (!isRegisterOrMemory(memory) || addend?.kind !== 'register') return undefined;
  return [{ do: 'exchange-add', memory, register: addend }];
}

function compareExchange(s: Subject): readonly Effect[] | undefined {
  const width = widthOf(s, 1);
  const [memory, source] = [operandAt(s, 0, width), operandAt(s, 1, width)];
  if (!isRegisterOrMemory(memory) || source?.kind !== 'register') return undefined;
  return [{ do: 'compare-exchange', memory, accumulator: ax(width), register: source }];
}

function push(s: Subject): readonly Effect[] | undefined {
  const from = operandAt(s, 0, 8);
  return from === undefined ? undefined : [{ do: 'push', from }];
}

function pop(s: Subject): readonly Effect[] | undefined {
  const to = operandAt(s, 0, 8);
  return isRegisterOrMemory(to) ? [{ do: 'pop', to }] : undefined;
}

/** setcc and cmovcc, which iced tells apart by their condition code and operands. */
function conditional(s: Subject): readonly Effect[] | undefined {
  const { i } = s;
  if (i.conditionCode === ConditionCode.None) return undefined;
  if (i.isJccShortOrNear) return [];
  const condition = conditionOf(i);
  const width = widthOf(s, 0);
  const to = operandAt(s, 0, width);
  if (!isRegisterOrMemory(to) || !usable(width)) return undefined;
  if (i.opCount === 1) return width === 1 ? [{ do: 'set-if', to, condition }] : undefined;
  const from = operandAt(s, 1, width);
  return to.kind === 'register' && from !== undefined ? [{ do: 'assign-if', to, from, condition }] : undefined;
}

/** Lifts x86-64. One per analysis: it holds memory of iced's. */
export function createLifter(): Lifter {
  const factory = new InstructionInfoFactory();
  const instruction = new Instruction();
  const lift = (bytes: Uint8Array, _offset: SectionOffset): Lifted | undefined => {
    const decoder = new Decoder(64, bytes, DecoderOptions.None);
    try {
      decoder.decodeOut(instruction);
      if (instruction.isInvalid) return undefined;
      const constants = decoder.getConstantOffsets(instruction);
      const subject: Subject = { i: instruction, constants, bytes };
      const effects = knownEffects(subject) ?? unknownEffects(subject, factory);
      constants.free();
      const jump = instruction.isJccShortOrNear;
      return jump ? { effects, condition: conditionOf(instruction) } : { effects };
    } finally {
      decoder.free();
    }
  };
  const skim = (bytes: Uint8Array): Skimmed => {
    const decoder = new Decoder(64, bytes, DecoderOptions.None);
    const targets: number[] = [];
    let setsInterrupts = false;
    try {
      while (decoder.canDecode) {
        decoder.decodeOut(instruction);
        if (instruction.isInvalid) break;
        if (instruction.flowControl === FlowControl.Next) {
          const { mnemonic } = instruction;
          setsInterrupts ||= mnemonic === Mnemonic.Sti || mnemonic === Mnemonic.Cli;
        } else if (instruction.op0Kind === OpKind.NearBranch64) {
          targets.push(Number(BigInt.asIntN(64, instruction.nearBranchTarget)));
        }
      }
      return { setsInterrupts, targets };
    } finally {
      decoder.free();
    }
  };
  return { registers: registerModel, lift, skim };
}

/** The operands of an x86-64 instruction as `effect.ts` writes them: registers, constants from the bytes, addresses. */
import { type ConstantOffsets, type Instruction, MemorySize, OpKind, Register } from 'iced-x86';
import type { MemoryOperand, Operand } from '../effect.ts';
import { generalRegister } from './registers.ts';

/** One instruction under the knife. */
export interface Subject {
  readonly i: Instruction;
  readonly constants: ConstantOffsets;
  readonly bytes: Uint8Array;
}

function immediateBytes(kind: number): number {
  switch (kind) {
    case OpKind.Immediate8:
    case OpKind.Immediate8_2nd:
    case OpKind.Immediate8to16:
    case OpKind.Immediate8to32:
    case OpKind.Immediate8to64:
      return 1;
    case OpKind.Immediate16:
      return 2;
    case OpKind.Immediate32:
    case OpKind.Immediate32to64:
      return 4;
    case OpKind.Immediate64:
      return 8;
    default:
      return 0;
  }
}

/** Little endian, sign extended to 64 bits. */
function signedAt(bytes: Uint8Array, at: number, size: number): { low: number; high: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 8) return { low: view.getInt32(at, true), high: view.getInt32(at + 4, true) };
  const low = size === 1 ? view.getInt8(at) : size === 2 ? view.getInt16(at, true) : view.getInt32(at, true);
  return { low, high: low < 0 ? -1 : 0 };
}

/** Cuts a sign-extended constant to the width of the operation. */
export function toWidth(value: { low: number; high: number }, width: number): { low: number; high: number } {
  if (width === 8) return value;
  if (width === 4) return { low: value.low, high: 0 };
  return { low: value.low & (width === 2 ? 0xffff : 0xff), high: 0 };
}

/** The instruction's memory operand; there is at most one in the instructions that are spelled out. */
export function memoryOperand(s: Subject, width: number): MemoryOperand | undefined {
  const { i, constants, bytes } = s;
  const base =
    i.memoryBase === Register.None || i.memoryBase === Register.RIP ? undefined : generalRegister(i.memoryBase);
  const index = i.memoryIndex === Register.None ? undefined : generalRegister(i.memoryIndex);
  const size = constants.displacementSize;
  const pcRelative = i.memoryBase === Register.RIP;
  // iced adds the instruction's own end to a displacement that counts from there; the bytes hold what was encoded.
  const displacement = size > 0 ? signedAt(bytes, constants.displacementOffset, size).low : 0;
  return {
    kind: 'memory',
    width,
    perCpu: i.memorySegment === Register.GS,
    ...(base === undefined ? {} : { base: base.register }),
    ...(index === undefined ? {} : { index: index.register }),
    scale: i.memoryIndexScale,
    displacement,
    ...(size >= 4 ? { field: { offset: constants.displacementOffset, size } } : {}),
    pcRelative,
  };
}

/** Operand `n`; `width` is the operation's, for constants and for memory. `undefined` where it is of another kind. */
export function operandAt(s: Subject, n: number, width: number): Operand | undefined {
  const kind = s.i.opKind(n);
  if (kind === OpKind.Register) return generalRegister(s.i.opRegister(n));
  if (kind === OpKind.Memory) return memoryOperand(s, width);
  const size = immediateBytes(kind);
  if (size === 0) return undefined;
  const at = s.constants.immediateOffset;
  const value = toWidth(signedAt(s.bytes, at, size), width);
  return { kind: 'constant', ...value, width, ...(size >= 4 ? { field: { offset: at, size } } : {}) };
}

/** Bytes of the memory operand, where it is of a general instruction (1 to 8); else 64, the most that one store writes. */
export function memoryBytes(i: Instruction): number {
  return MEMORY_BYTES.get(i.memorySize) ?? 64;
}

const MEMORY_BYTES: ReadonlyMap<number, number> = new Map([
  [MemorySize.UInt8, 1],
  [MemorySize.Int8, 1],
  [MemorySize.UInt16, 2],
  [MemorySize.Int16, 2],
  [MemorySize.UInt32, 4],
  [MemorySize.Int32, 4],
  [MemorySize.DwordOffset, 4],
  [MemorySize.UInt64, 8],
  [MemorySize.Int64, 8],
  [MemorySize.QwordOffset, 8],
]);

/** The width of a two-operand instruction: the register's, or the memory's. */
export function widthOf(s: Subject, n: number): number {
  const kind = s.i.opKind(n);
  if (kind === OpKind.Register) return generalRegister(s.i.opRegister(n))?.width ?? 0;
  if (kind === OpKind.Memory) return memoryBytes(s.i);
  return 0;
}

/** The effects of instructions that nobody has spelled out: what iced says they write is unknown afterwards. */
import { type InstructionInfoFactory, OpAccess, Register } from 'iced-x86';
import type { Effect } from '../effect.ts';
import { memoryBytes, memoryOperand, type Subject } from './operands.ts';
import { generalRegister, RSP } from './registers.ts';

/** These registers, a bit each, are anything. */
export const clobber = (registers: number): Effect => ({
  do: 'clobber',
  registers,
  reads: 0,
  flags: false,
  runs: false,
});

const WRITES: ReadonlySet<number> = new Set([
  OpAccess.Write,
  OpAccess.CondWrite,
  OpAccess.ReadWrite,
  OpAccess.ReadCondWrite,
]);
const READS: ReadonlySet<number> = new Set([
  OpAccess.Read,
  OpAccess.CondRead,
  OpAccess.ReadWrite,
  OpAccess.ReadCondWrite,
]);

/** Clobbers what iced says is written. Never wrong, only blind. */
export function unknownEffects(s: Subject, factory: InstructionInfoFactory): readonly Effect[] {
  const info = factory.info(s.i);
  let registers = 0;
  let reads = 0;
  for (const used of info.usedRegisters()) {
    const general = generalRegister(used.register);
    if (general !== undefined) {
      if (WRITES.has(used.access)) registers |= 1 << general.register;
      // A part that is written leaves the rest as it was: the whole is read too.
      if (READS.has(used.access) || general.width < 4) reads |= 1 << general.register;
    }
    used.free();
  }
  let written = false;
  for (const used of info.usedMemory()) {
    if (WRITES.has(used.access)) written = true;
    used.free();
  }
  info.free();
  const plain = s.i.memoryBase !== Register.None || s.constants.displacementSize > 0;
  const memory = written && plain ? memoryOperand(s, memoryBytes(s.i)) : undefined;
  return [
    {
      do: 'clobber',
      registers: registers & ~(1 << RSP),
      reads,
      flags: s.i.rflagsModified !== 0,
      ...(memory === undefined ? {} : { memory }),
      runs: written && !plain,
    },
    // An unknown change of the stack pointer must not pass for none.
    ...((registers & (1 << RSP)) !== 0 ? [clobber(1 << RSP)] : []),
  ];
}

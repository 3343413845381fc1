/** x86-64 instructions as the analyses see them. iced-x86 decodes; nothing outside of this folder knows it. */
import {
  Decoder,
  DecoderOptions,
  FlowControl,
  Formatter,
  FormatterSyntax,
  Instruction,
  Mnemonic,
  OpKind,
} from 'iced-x86';
import { type SectionOffset, sectionOffset } from '../../base/brand.ts';
import type { Instruction as Decoded, Field, Flow } from '../instruction.ts';
import type { Isa } from '../isa.ts';
import { CONDITION_NAMES } from './condition-names.ts';
import { generalRegister, registerModel } from './registers.ts';

const NEXT: Flow = { kind: 'next' };
const RETURN: Flow = { kind: 'return' };
const LEAVE: Flow = { kind: 'leave' };
const TRAP: Flow = { kind: 'trap' };
const BREAKPOINT: Flow = { kind: 'breakpoint' };

/** Instructions that leave for another context and never go on behind themselves. */
const LEAVES: ReadonlySet<number> = new Set([
  Mnemonic.Iret,
  Mnemonic.Iretd,
  Mnemonic.Iretq,
  Mnemonic.Sysret,
  Mnemonic.Sysretq,
  Mnemonic.Sysexit,
  Mnemonic.Sysexitq,
  Mnemonic.Retf,
  Mnemonic.Eretu,
  Mnemonic.Erets,
  Mnemonic.Uiret,
  Mnemonic.Rsm,
]);

/** Loads no more: iced's memory is part of it. One per check. */
export function createIsa(): Isa {
  const instruction = new Instruction();

  const decoders = new Decoders();

  const decode = (bytes: Uint8Array, at: number, offset: SectionOffset): Decoded | undefined => {
    const decoder = decoders.of(bytes);
    decoder.position = at;
    decoder.decodeOut(instruction);
    const { length } = instruction;
    if (at + length > bytes.length || instruction.isInvalid) return undefined;
    const flow = flowOf(instruction, offset);
    if ('target' in flow) return { offset, length, flow, displacement: branchField(bytes, at, length) };
    return new Plain(offset, length, flow, bytes, at);
  };

  const text = (bytes: Uint8Array, offset: SectionOffset): string => {
    const decoder = new Decoder(64, bytes, DecoderOptions.None);
    const formatter = new Formatter(FormatterSyntax.Gas);
    try {
      decoder.ip = BigInt(offset);
      decoder.decodeOut(instruction);
      formatter.hexPrefix = '0x';
      formatter.hexSuffix = '';
      formatter.spaceAfterOperandSeparator = true;
      formatter.branchLeadingZeros = false;
      return instruction.isInvalid ? '(bad)' : formatter.format(instruction);
    } finally {
      formatter.free();
      decoder.free();
    }
  };

  return { machine: 'x86-64', decode, text };
}

/** Decoders that are kept, each with a copy of its bytes. */
const MOST_DECODERS = 64;

/** A decoder for each stretch of bytes that was asked for lately. The bytes must not change meanwhile. */
class Decoders {
  readonly #known = new Map<Uint8Array, Decoder>();
  #latest: Uint8Array | undefined;
  #latestDecoder: Decoder | undefined;

  of(bytes: Uint8Array): Decoder {
    if (this.#latestDecoder !== undefined && this.#latest === bytes) return this.#latestDecoder;
    let decoder = this.#known.get(bytes);
    if (decoder === undefined) {
      if (this.#known.size >= MOST_DECODERS) this.#freeOldest();
      decoder = new Decoder(64, bytes, DecoderOptions.None);
      this.#known.set(bytes, decoder);
    }
    this.#latest = bytes;
    this.#latestDecoder = decoder;
    return decoder;
  }

  #freeOldest(): void {
    for (const [bytes, decoder] of this.#known) {
      decoder.free();
      this.#known.delete(bytes);
      return;
    }
  }
}

/** What is no direct branch: few ask for its fields, and finding them costs as much as decoding it. */
class Plain implements Decoded {
  readonly offset: SectionOffset;
  readonly length: number;
  readonly flow: Flow;
  readonly #bytes: Uint8Array;
  readonly #at: number;
  #fields: Fields | undefined;

  constructor(offset: SectionOffset, length: number, flow: Flow, bytes: Uint8Array, at: number) {
    this.offset = offset;
    this.length = length;
    this.flow = flow;
    this.#bytes = bytes;
    this.#at = at;
  }

  get displacement(): Field | undefined {
    this.#fields ??= fieldsOf(this.#bytes.subarray(this.#at, this.#at + this.length));
    return this.#fields.displacement;
  }

  get immediate(): Field | undefined {
    this.#fields ??= fieldsOf(this.#bytes.subarray(this.#at, this.#at + this.length));
    return this.#fields.immediate;
  }
}

/** `offset` is the instruction's own; a branch without a relocation counts from its end. */
function flowOf(i: Instruction, offset: SectionOffset): Flow {
  switch (i.flowControl) {
    case FlowControl.Next:
      return NEXT;
    case FlowControl.UnconditionalBranch:
      return isNear(i) ? { kind: 'jump', target: targetOf(i, offset) } : LEAVE;
    case FlowControl.ConditionalBranch:
      return {
        kind: 'conditional-jump',
        target: targetOf(i, offset),
        condition: CONDITION_NAMES.get(i.conditionCode) ?? SPECIAL_CONDITIONS.get(i.mnemonic) ?? 'unknown',
      };
    case FlowControl.Call:
      // For iced syscall, vmcall, vmlaunch and their kind are calls; control comes back behind them by itself.
      return isNear(i) ? { kind: 'call', target: targetOf(i, offset) } : NEXT;
    case FlowControl.IndirectBranch:
      return i.isJmpFarIndirect ? LEAVE : { kind: 'indirect-jump', ...registerOf(i) };
    case FlowControl.IndirectCall:
      return i.isCallFarIndirect ? NEXT : { kind: 'indirect-call', ...registerOf(i) };
    case FlowControl.Return:
      return LEAVES.has(i.mnemonic) ? LEAVE : RETURN;
    case FlowControl.Interrupt:
      return i.mnemonic === Mnemonic.Int3 ? BREAKPOINT : NEXT;
    case FlowControl.Exception:
      return TRAP;
    default:
      // xbegin and xabort: what a transaction undoes is nothing to the contract.
      return NEXT;
  }
}

/** Jumps that ask a register and not the flags. */
const SPECIAL_CONDITIONS: ReadonlyMap<number, string> = new Map([
  [Mnemonic.Jcxz, 'cxz'],
  [Mnemonic.Jecxz, 'ecxz'],
  [Mnemonic.Jrcxz, 'rcxz'],
  [Mnemonic.Loop, 'loop'],
  [Mnemonic.Loope, 'loope'],
  [Mnemonic.Loopne, 'loopne'],
]);

const isNear = (i: Instruction): boolean => {
  const kind = i.op0Kind;
  return kind === OpKind.NearBranch64 || kind === OpKind.NearBranch32 || kind === OpKind.NearBranch16;
};

/** The decoder counts from where its bytes begin, so only the distance from the instruction means something. */
const targetOf = (i: Instruction, offset: SectionOffset): SectionOffset =>
  sectionOffset(offset + Number(BigInt.asIntN(64, i.nearBranchTarget - i.ip)));

function registerOf(i: Instruction): { readonly register?: string } {
  if (i.op0Kind !== OpKind.Register) return {};
  const general = generalRegister(i.op0Register);
  const name = general === undefined ? undefined : registerModel.names[general.register];
  return name === undefined ? {} : { register: name };
}

/** Short branches have one byte for their target, all others four; the field is the last of the instruction. */
function branchField(bytes: Uint8Array, at: number, length: number): Field {
  const size = isShortBranch(bytes, at, length) ? 1 : 4;
  return { offset: length - size, size };
}

/** By the opcode before the last byte: jmp rel8, jcc rel8, loop and jrcxz (Intel SDM volume 2, appendix A). */
function isShortBranch(bytes: Uint8Array, at: number, length: number): boolean {
  if (length >= 5) return false;
  const opcode = bytes[at + length - 2] ?? 0;
  return opcode === 0xeb || (opcode >= 0x70 && opcode <= 0x7f) || (opcode >= 0xe0 && opcode <= 0xe3);
}

interface Fields {
  readonly displacement?: Field;
  readonly immediate?: Field;
}

/** Of the one instruction that the bytes are. */
function fieldsOf(bytes: Uint8Array): Fields {
  const decoder = new Decoder(64, bytes, DecoderOptions.None);
  const instruction = decoder.decode();
  const c = decoder.getConstantOffsets(instruction);
  try {
    return {
      ...(c.hasDisplacement && { displacement: { offset: c.displacementOffset, size: c.displacementSize } }),
      ...(c.hasImmediate && { immediate: { offset: c.immediateOffset, size: c.immediateSize } }),
    };
  } finally {
    c.free();
    instruction.free();
    decoder.free();
  }
}

/** Instructions by place, read a stretch of a section at a time. */
import type { SectionIndex } from '../base/brand.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import type { Flow, Instruction } from '../isa/instruction.ts';
import type { Isa } from '../isa/isa.ts';
import type { Place } from './code.ts';
import { placeAt } from './references.ts';

/** Bytes that are read at once. */
const STRETCH = 4096;

/** No architecture has longer instructions, in bytes. */
const LONGEST = 16;

/** Bytes before the displacement of a call or jump that make it one. Other instructions do not end in such bytes there. */
const LONGEST_OPCODE = 2;

/** The executable bytes of an object. */
export class CodeBytes {
  readonly #object: ElfObject;
  readonly #isa: Isa;
  /** For each section the stretches that were read, by their number; each overlaps the next by one instruction. */
  readonly #stretches: Map<number, Uint8Array>[] = [];
  #decoded = 0;

  constructor(object: ElfObject, isa: Isa) {
    this.#object = object;
    this.#isa = isa;
  }

  /** How many instructions were decoded. */
  get decoded(): number {
    return this.#decoded;
  }

  /** The instruction at a place; `undefined` where the bytes are none, or no code. */
  instructionAt({ section, offset }: Place): Instruction | undefined {
    const { executable, size } = this.#object.sections[section] ?? { executable: false, size: 0 };
    if (!executable || !(offset >= 0 && offset < size)) return undefined;
    const number = Math.floor(offset / STRETCH);
    const bytes = this.#stretch(section, number, size);
    this.#decoded += 1;
    return this.#isa.decode(bytes, offset - number * STRETCH, offset);
  }

  /** Whether the bytes before a field are an indirect call that has it, without a look at where instructions begin. */
  isCallThrough(section: SectionIndex, field: number): boolean {
    return this.#hasField(section, field, (kind) => kind === 'indirect-call');
  }

  /** Whether they are a direct call or jump that has it. */
  isBranchField(section: SectionIndex, field: number): boolean {
    return this.#hasField(section, field, (kind) => kind === 'call' || kind === 'jump' || kind === 'conditional-jump');
  }

  #hasField(section: SectionIndex, field: number, wanted: (kind: Flow['kind']) => boolean): boolean {
    for (let before = 1; before <= LONGEST_OPCODE && before <= field; before += 1) {
      const instruction = this.instructionAt(placeAt(section, field - before));
      if (instruction !== undefined && wanted(instruction.flow.kind) && instruction.displacement?.offset === before) {
        return true;
      }
    }
    return false;
  }

  #stretch(section: SectionIndex, number: number, size: number): Uint8Array {
    let stretches = this.#stretches[section];
    if (stretches === undefined) {
      stretches = new Map();
      this.#stretches[section] = stretches;
    }
    let bytes = stretches.get(number);
    if (bytes === undefined) {
      const from = number * STRETCH;
      bytes = this.#object.contents(section, from, Math.min(STRETCH + LONGEST, size - from));
      stretches.set(number, bytes);
    }
    return bytes;
  }
}

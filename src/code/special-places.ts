/**
 * Where a section's code is more than its bytes say: three of four instructions simply go on, and need no look at any table.
 */
import type { SectionIndex } from '../base/brand.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import type { Alternatives } from './alternatives.ts';
import type { Annotations } from './annotations.ts';
import type { Place } from './code.ts';
import type { ExceptionTable } from './exception-table.ts';
import type { JumpLabels } from './jump-labels.ts';

/** Of all sections together. What goes beyond gets no marks, and each of its places counts as special: so much is more likely a lie than code. */
const MOST_BYTES = 1 << 28;

/** The tables that make places special. */
export interface SpecialSources {
  readonly alternatives: Alternatives;
  readonly annotations: Annotations;
  readonly exceptions: ExceptionTable;
  readonly jumpLabels: JumpLabels;
}

/** A section's places, a bit for each byte: .text has millions. */
interface Marks {
  /** A table has something to say of the instruction there. */
  readonly special: Uint8Array;
  /** Control never comes there from the instruction before. */
  readonly behindDeadEnd: Uint8Array;
  readonly size: number;
}

const isMarked = (bits: Uint8Array, offset: number): boolean => (((bits[offset >> 3] ?? 0) >> (offset & 7)) & 1) === 1;

/** Marks of the sections of one object, each made when first asked for. */
export class SpecialPlaces {
  readonly #object: ElfObject;
  readonly #sources: SpecialSources;
  readonly #marks: (Marks | null)[] = [];
  #bytesLeft = MOST_BYTES;

  constructor(object: ElfObject, sources: SpecialSources) {
    this.#object = object;
    this.#sources = sources;
  }

  /** Whether an instruction that goes on, with `length` bytes, simply goes on there. */
  isPlain({ section, offset }: Place, length: number): boolean {
    const known = this.#marks[section];
    const marks = known === undefined ? this.#mark(section) : known;
    if (marks === null || isMarked(marks.special, offset)) return false;
    const end = offset + length;
    return end < marks.size && !isMarked(marks.behindDeadEnd, end);
  }

  #mark(section: SectionIndex): Marks | null {
    const marks = this.#make(section);
    this.#marks[section] = marks;
    return marks;
  }

  #make(section: SectionIndex): Marks | null {
    const { alternatives, annotations, exceptions, jumpLabels } = this.#sources;
    const size = this.#object.sections[section]?.size ?? 0;
    if (size > this.#bytesLeft || alternatives.hasReplacements(section)) return null;
    this.#bytesLeft -= size;
    const special = new Uint8Array(Math.ceil(size / 8));
    const behindDeadEnd = new Uint8Array(special.length);
    const markIn =
      (bits: Uint8Array) =>
      (offset: number): void => {
        bits[offset >> 3] = (bits[offset >> 3] ?? 0) | (1 << (offset & 7));
      };
    const mark = markIn(special);
    const markBehind = markIn(behindDeadEnd);
    alternatives.eachIn(section, mark);
    annotations.eachMarkerIn(section, mark);
    exceptions.eachIn(section, mark);
    jumpLabels.eachIn(section, mark);
    annotations.eachDeadEndIn(section, (offset) => {
      mark(offset);
      markBehind(offset);
    });
    return { special, behindDeadEnd, size };
  }
}

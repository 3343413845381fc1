/** From a field that a relocation fills back to the instruction that has it: code is decoded from where its piece begins. */
import type { SectionIndex } from '../base/brand.ts';
import type { Instruction } from '../isa/instruction.ts';
import type { Place } from './code.ts';
import type { CodeBytes } from './code-bytes.ts';
import { firstAtLeast } from './place-table.ts';
import { placeAt, placeKey } from './references.ts';

/** Bytes of one piece that are decoded, at most. */
const LONGEST_PIECE = 1 << 20;

/** Finds owners of fields; each piece of code is decoded once, as far as it is asked for. */
export class FieldOwners {
  readonly #bytes: CodeBytes;
  readonly #pieceAt: (place: Place) => Place | undefined;
  /** For each piece where its instructions begin; the last is the end of what was decoded. */
  readonly #starts = new Map<number, number[]>();

  /** `pieceAt`: where the function or other piece of code begins that holds a place. */
  constructor(bytes: CodeBytes, pieceAt: (place: Place) => Place | undefined) {
    this.#bytes = bytes;
    this.#pieceAt = pieceAt;
  }

  /** The instruction whose displacement or immediate begins at `field`; `undefined` where none does. */
  of(section: SectionIndex, field: number): Instruction | undefined {
    const piece = this.#pieceAt(placeAt(section, field));
    if (piece === undefined || field - piece.offset > LONGEST_PIECE) return undefined;
    const starts = this.#decodeTo(piece, field);
    const start = starts[firstAtLeast(starts, field + 1) - 1];
    if (start === undefined) return undefined;
    const instruction = this.#bytes.instructionAt(placeAt(section, start));
    const at = field - start;
    return instruction?.displacement?.offset === at || instruction?.immediate?.offset === at ? instruction : undefined;
  }

  #decodeTo(piece: Place, until: number): readonly number[] {
    const key = placeKey(piece);
    let starts = this.#starts.get(key);
    if (starts === undefined) {
      starts = [piece.offset];
      this.#starts.set(key, starts);
    }
    for (let last = starts[starts.length - 1] ?? 0; last <= until; last = starts[starts.length - 1] ?? until + 1) {
      // Where no instruction is, the next one may begin a byte further on.
      starts.push(last + (this.#bytes.instructionAt(placeAt(piece.section, last))?.length ?? 1));
    }
    return starts;
  }
}

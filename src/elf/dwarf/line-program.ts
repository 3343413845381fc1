/** .debug_line: the line programs themselves, run into rows. */
import type { SectionIndex } from '../../base/brand.ts';
import type { Cursor } from './cursor.ts';
import { type LineHeader, readOldFile } from './line-table.ts';
import { lastNotAfter } from './range-index.ts';

/** DW_LNS_* */
const LNS = {
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  negateStmt: 6,
  setBasicBlock: 7,
  constAddPc: 8,
  fixedAdvancePc: 9,
  setPrologueEnd: 10,
  setEpilogueBegin: 11,
  setIsa: 12,
} as const;

/** DW_LNE_* */
const LNE = { endSequence: 1, setAddress: 2, defineFile: 3 } as const;

/** Consecutive code of one section: row `i` holds from `addresses[i]` to the next, the last to `high`. */
interface Sequence {
  readonly section: SectionIndex;
  /** Never falling. */
  readonly addresses: number[];
  /** Indices in the table of files. */
  readonly files: number[];
  readonly lines: number[];
  /** Behind the last instruction. */
  high: number;
}

/** A line as the program numbers its file. */
export interface Row {
  readonly file: number;
  readonly line: number;
}

/** The rows of one program. */
export class LineRows {
  readonly #sections = new Map<SectionIndex, Sequence[]>();

  /** Runs the program that the cursor stands before; each opcode takes a byte and makes at most one row. */
  constructor(cursor: Cursor, header: LineHeader) {
    this.#run(cursor, header);
    for (const sequences of this.#sections.values()) sequences.sort((a, b) => start(a) - start(b));
  }

  /** The row that covers a place: the last of those with the same address, as in addr2line. */
  at(section: SectionIndex, offset: number): Row | undefined {
    const sequences = this.#sections.get(section) ?? [];
    const sequence = sequences[lastNotAfter(sequences.length, (i) => start(sequences[i]), offset)];
    if (sequence === undefined || offset >= sequence.high) return undefined;
    const { addresses, files, lines } = sequence;
    const row = lastNotAfter(addresses.length, (i) => addresses[i] ?? 0, offset);
    const file = files[row];
    const line = lines[row];
    return file === undefined || line === undefined ? undefined : { file, line };
  }

  #run(cursor: Cursor, header: LineHeader): void {
    const { minimumLength, operations, lineBase, lineRange, opcodeBase } = header;
    let address = 0;
    let operation = 0;
    let section: SectionIndex | undefined;
    let file = 1;
    let line = 1;
    let sequence: Sequence | undefined;

    const advance = (count: number): void => {
      address += minimumLength * Math.floor((operation + count) / operations);
      operation = (operation + count) % operations;
    };
    const close = (): void => {
      if (sequence !== undefined) this.#keep(sequence, address);
      sequence = undefined;
    };
    const row = (): void => {
      // Rows that are nowhere say nothing, and rows that go back begin something new.
      if (sequence !== undefined && (sequence.section !== section || address < last(sequence.addresses))) {
        this.#keep(sequence, last(sequence.addresses));
        sequence = undefined;
      }
      if (section === undefined) return;
      sequence ??= { section, addresses: [], files: [], lines: [], high: 0 };
      sequence.addresses.push(address);
      sequence.files.push(file);
      sequence.lines.push(line);
    };

    while (cursor.at < header.end) {
      const opcode = cursor.u8();
      if (opcode >= opcodeBase) {
        const adjusted = opcode - opcodeBase;
        advance(Math.floor(adjusted / lineRange));
        line += lineBase + (adjusted % lineRange);
        row();
        continue;
      }
      switch (opcode) {
        case 0: {
          const length = cursor.uleb();
          const next = cursor.at + length;
          const extended = length === 0 ? 0 : cursor.u8();
          if (extended === LNE.endSequence) {
            close();
            address = 0;
            operation = 0;
            section = undefined;
            file = 1;
            line = 1;
          } else if (extended === LNE.setAddress && (length === 9 || length === 5)) {
            const to = cursor.located(length - 1);
            address = to.value;
            section = to.section;
            operation = 0;
          } else if (extended === LNE.defineFile && header.version < 5) {
            header.files.push(readOldFile(cursor, cursor.text()));
          }
          cursor.seek(next);
          break;
        }
        case LNS.copy:
          row();
          break;
        case LNS.advancePc:
          advance(cursor.uleb());
          break;
        case LNS.advanceLine:
          line += cursor.sleb();
          break;
        case LNS.setFile:
          file = cursor.uleb();
          break;
        case LNS.negateStmt:
        case LNS.setBasicBlock:
        case LNS.setPrologueEnd:
        case LNS.setEpilogueBegin:
          break;
        case LNS.setColumn:
        case LNS.setIsa:
          cursor.uleb();
          break;
        case LNS.constAddPc:
          advance(Math.floor((255 - opcodeBase) / lineRange));
          break;
        case LNS.fixedAdvancePc:
          address += cursor.unsigned(2);
          operation = 0;
          break;
        default:
          for (let left = header.operands[opcode - 1] ?? 0; left > 0; left -= 1) cursor.uleb();
      }
    }
    // A program without an end covers nothing behind its last row.
    if (sequence !== undefined) this.#keep(sequence, last(sequence.addresses));
  }

  #keep(sequence: Sequence, high: number): void {
    sequence.high = high;
    if (high <= start(sequence)) return;
    const list = this.#sections.get(sequence.section);
    if (list === undefined) this.#sections.set(sequence.section, [sequence]);
    else list.push(sequence);
  }
}

const start = (sequence: Sequence | undefined): number => sequence?.addresses[0] ?? 0;

const last = (numbers: readonly number[]): number => numbers[numbers.length - 1] ?? 0;

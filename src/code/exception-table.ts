/** __ex_table: where control goes when an instruction faults (arch/x86/include/asm/extable.h, struct exception_table_entry). */
import type { Place } from './code.ts';
import { PlaceTable } from './place-table.ts';
import { type Records, readRecords } from './records.ts';
import type { References } from './references.ts';

/** The instruction, the fixup, and what else to do. */
const SHAPE = { size: 12, pointers: [0, 4] } as const;

/** The fixups of one object. */
export interface ExceptionTable {
  /** Where control may go from a fault of the instruction at a place. */
  readonly at: (place: Place) => readonly Place[];
}

const NONE: readonly Place[] = [];

/** Opens the table; it is read when first asked for. Throws `BadInput` where it is broken. */
export function openExceptionTable(references: References): ExceptionTable {
  const fixups: { readonly records: Records<typeof SHAPE>; readonly index: number }[] = [];
  let places: PlaceTable | undefined;
  const read = (): PlaceTable => {
    const table = new PlaceTable();
    for (const section of references.object.sectionsNamed('__ex_table')) {
      const records = readRecords(references, section, [SHAPE]);
      for (let index = 0; index < records.count; index += 1) {
        if (records.relocation(index, 0) === undefined) continue;
        table.add(records.code(index, 0), fixups.length);
        fixups.push({ records, index });
      }
    }
    return table;
  };
  return {
    at: ({ section, offset }) => {
      places ??= read();
      const found = places.at(section, offset);
      if (found.length === 0) return NONE;
      return found.flatMap((i) => {
        const fixup = fixups[i];
        return fixup === undefined ? [] : [fixup.records.code(fixup.index, 4)];
      });
    },
  };
}

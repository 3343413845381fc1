/** __ex_table: where control goes when an instruction faults (arch/x86/include/asm/extable.h, struct exception_table_entry). */
import type { Place } from './code.ts';
import type { PlaceTable } from './place-table.ts';
import { placesOf, type Records, readRecords, recordOf } from './records.ts';
import type { References } from './references.ts';

/** The instruction, the fixup, and what else to do. */
const SHAPE = { size: 12, pointers: [0, 4] } as const;

/** The fixups of one object. */
export interface ExceptionTable {
  /** Where control may go from a fault of the instruction at a place. */
  readonly at: (place: Place) => readonly Place[];
  /** Tells every place of a section with an entry. */
  readonly eachIn: (section: number, visit: (offset: number) => void) => void;
}

const NONE: readonly Place[] = [];

/** Opens the table; it is read when first asked for. Throws `BadInput` where it is broken. */
export function openExceptionTable(references: References): ExceptionTable {
  let tables: readonly Records<typeof SHAPE>[] = [];
  let places: PlaceTable | undefined;
  const ready = (): PlaceTable => {
    if (places === undefined) {
      tables = references.object.sectionsNamed('__ex_table').map((home) => readRecords(references, home, [SHAPE]));
      places = placesOf(tables, 0);
    }
    return places;
  };
  return {
    eachIn: (section, visit) => ready().eachIn(section, visit),
    at: ({ section, offset }) => {
      const found = ready().at(section, offset);
      if (found.length === 0) return NONE;
      return found.flatMap((number) => {
        const fixup = recordOf(tables, number);
        return fixup === undefined ? [] : [fixup.records.code(fixup.index, 4)];
      });
    },
  };
}

/** __bug_table: which traps are a WARN() and come back (arch/x86/include/asm/bug.h, include/linux/bug.h: BUGFLAG_WARNING). */
import type { Place } from './code.ts';
import { PlaceTable } from './place-table.ts';
import { readRecords } from './records.ts';
import type { References } from './references.ts';

const BUGFLAG_WARNING = 1;

/**
 * struct bug_entry: address, with CONFIG_DEBUG_BUGVERBOSE the file, and a line of two bytes; the flags are the last two.
 * Newer kernels have a pointer to a format between address and file.
 */
const SHAPES = [
  { size: 12, pointers: [0, 4] },
  { size: 6, pointers: [0] },
  { size: 16, pointers: [0, 4, 8] },
] as const;

/** The traps of one object. */
export interface BugTable {
  /** Whether the trap at that place is a warning. */
  readonly isWarning: (place: Place) => boolean;
}

/** Opens the table; it is read when first asked for. Throws `BadInput` where it is broken. */
export function openBugTable(references: References): BugTable {
  let warnings: PlaceTable | undefined;
  const read = (): PlaceTable => {
    const table = new PlaceTable();
    for (const section of references.object.sectionsNamed('__bug_table')) {
      const records = readRecords(references, section, SHAPES);
      const { count, shape, view } = records;
      for (let i = 0; i < count; i += 1) {
        const at = records.referent(i, 0);
        const flags = view.getUint16((i + 1) * shape.size - 2, true);
        if (at?.kind === 'place' && (flags & BUGFLAG_WARNING) !== 0) table.add(at.place.section, at.place.offset, 1);
      }
    }
    return table;
  };
  return {
    isWarning: ({ section, offset }) => {
      warnings ??= read();
      return warnings.has(section, offset);
    },
  };
}

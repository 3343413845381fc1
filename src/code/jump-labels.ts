/**
 * Static branches: a nop or a jmp that the kernel exchanges when a key changes (include/linux/jump_label.h,
 * arch/x86/include/asm/jump_label.h). Both ways are code, whichever the object holds at the moment: a build may leave a
 * jmp that objtool has not made a nop yet (bit 1 of the key).
 */
import type { Place } from './code.ts';
import type { PlaceTable } from './place-table.ts';
import { placesOf, type Records, readRecords, recordOf } from './records.ts';
import { placeAt, type References } from './references.ts';

/** struct jump_entry, CONFIG_HAVE_ARCH_JUMP_LABEL_RELATIVE: code, target, key. */
const SHAPE = { size: 16, pointers: [0, 4, 8] } as const;

/** A key's address has these bits free: bit 0 says which way is the exception, bit 1 that the site is to be patched. */
const KEY_BITS = 3;

/** One site. */
export interface StaticBranch {
  readonly target: Place;
  /** The key's symbol, and the way from it where it is part of something larger. */
  readonly key: string;
  /** The state of the key in which control goes to `target`: jump_label_type() has `enabled ^ branch`. */
  readonly jumpsIfEnabled: boolean;
}

/** The static branches of one object. */
export interface JumpLabels {
  readonly at: (place: Place) => StaticBranch | undefined;
}

/** Opens __jump_table; it is read when first asked for. Throws `BadInput` where it is broken. */
export function openJumpLabels(references: References): JumpLabels {
  let tables: readonly Records<typeof SHAPE>[] = [];
  const keys = new Map<number, string>();
  let places: PlaceTable | undefined;
  return {
    at: ({ section, offset }) => {
      if (places === undefined) {
        tables = references.object.sectionsNamed('__jump_table').map((home) => readRecords(references, home, [SHAPE]));
        places = placesOf(tables, 0);
      }
      const [first] = places.at(section, offset);
      const found = first === undefined ? undefined : recordOf(tables, first);
      return found === undefined ? undefined : branchOf(references, found.records, found.index, keys);
    },
  };
}

function branchOf(
  references: References,
  records: Records<typeof SHAPE>,
  index: number,
  names: Map<number, string>,
): StaticBranch {
  const target = records.code(index, 4);
  const pointer = records.pointer(index, 8);
  if (pointer === undefined) {
    throw references.bad(records.section.index, index * SHAPE.size + 8, 'has no key');
  }
  const symbol = references.object.symbol(pointer.symbol);
  const { place } = symbol;
  const value = (place.kind === 'defined' ? place.offset : 0) + pointer.addend;
  const bits = value & KEY_BITS;
  let key: string;
  if (place.kind === 'defined') {
    const at = placeAt(place.section, value - bits);
    const id = at.section * 0x1_0000_0000 + at.offset;
    key = names.get(id) ?? keyName(references, at);
    names.set(id, key);
  } else {
    const behind = pointer.addend - bits;
    key = behind === 0 ? symbol.name : `${symbol.name}+0x${behind.toString(16)}`;
  }
  return { target, key, jumpsIfEnabled: (bits & 1) === 0 };
}

/** The key's name; several static keys of one name are told apart by their section and offset. */
function keyName(references: References, at: Place): string {
  const { object } = references;
  const name = references.nameOf(at);
  const symbol = name.replace(/[+-]0x[0-9a-f]+$/, '');
  if (object.symbolsNamed(symbol).length <= 1) return name;
  return `${name} (${object.sections[at.section]?.name}+0x${at.offset.toString(16)})`;
}

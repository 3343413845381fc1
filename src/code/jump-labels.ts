/**
 * Static branches: a nop or a jmp that the kernel exchanges when a key changes (include/linux/jump_label.h,
 * arch/x86/include/asm/jump_label.h). Both ways are code, whichever the object holds at the moment: a build may leave a
 * jmp that objtool has not made a nop yet (bit 1 of the key).
 */
import type { Place } from './code.ts';
import { PlaceTable } from './place-table.ts';
import { type Records, readRecords } from './records.ts';
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
  const tables: Records<typeof SHAPE>[] = [];
  const keys = new Map<number, string>();
  let places: PlaceTable | undefined;
  const read = (): PlaceTable => {
    const table = new PlaceTable();
    let base = 0;
    for (const section of references.object.sectionsNamed('__jump_table')) {
      const records = readRecords(references, section, [SHAPE]);
      tables.push(records);
      for (let i = 0; i < records.count; i += 1) {
        if (records.relocation(i, 0) !== undefined) table.add(records.code(i, 0), base + i);
      }
      base += records.count;
    }
    return table;
  };

  const entry = (number: number): StaticBranch => {
    let index = number;
    for (const records of tables) {
      if (index < records.count) return branchOf(references, records, index, keys);
      index -= records.count;
    }
    throw new Error(`kentry is wrong here: there is no jump label ${number}`);
  };
  return {
    at: ({ section, offset }) => {
      places ??= read();
      const [first] = places.at(section, offset);
      return first === undefined ? undefined : entry(first);
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
  const relocation = records.relocation(index, 8);
  if (relocation === undefined) {
    throw references.bad(records.section.index, index * SHAPE.size + 8, 'has no key');
  }
  const symbol = references.object.symbol(relocation.symbol);
  const { place } = symbol;
  const value = (place.kind === 'defined' ? place.offset : 0) + relocation.addend;
  const bits = value & KEY_BITS;
  let key: string;
  if (place.kind === 'defined') {
    const at = placeAt(place.section, value - bits);
    const id = at.section * 0x1_0000_0000 + at.offset;
    key = names.get(id) ?? keyName(references, at);
    names.set(id, key);
  } else {
    const behind = relocation.addend - bits;
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

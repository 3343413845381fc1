/**
 * Static branches: a nop or a jmp that the kernel exchanges when a key changes (include/linux/jump_label.h,
 * arch/x86/include/asm/jump_label.h). Both ways are code, whichever the object holds at the moment: a build may leave a
 * jmp that objtool has not made a nop yet (bit 1 of the key).
 */
import type { Place } from './code.ts';
import type { PlaceTable } from './place-table.ts';
import { placesOf, type Records, readRecords, recordOf } from './records.ts';
import { placeAt, placeKey, type References } from './references.ts';

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
  /** Tells every place of a section with an entry. */
  readonly eachIn: (section: number, visit: (offset: number) => void) => void;
}

/** Opens __jump_table; it is read when first asked for. Throws `BadInput` where it is broken. */
export function openJumpLabels(references: References): JumpLabels {
  let tables: readonly Records<typeof SHAPE>[] = [];
  const names = new KeyNames(references);
  let places: PlaceTable | undefined;
  const ready = (): PlaceTable => {
    if (places === undefined) {
      tables = references.object.sectionsNamed('__jump_table').map((home) => readRecords(references, home, [SHAPE]));
      places = placesOf(tables, 0);
    }
    return places;
  };
  return {
    eachIn: (section, visit) => ready().eachIn(section, visit),
    at: ({ section, offset }) => {
      const [first] = ready().at(section, offset);
      const found = first === undefined ? undefined : recordOf(tables, first);
      return found === undefined ? undefined : branchOf(references, found.records, found.index, names);
    },
  };
}

function branchOf(
  references: References,
  records: Records<typeof SHAPE>,
  index: number,
  names: KeyNames,
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
    key = names.of(placeAt(place.section, value - bits));
  } else {
    const behind = pointer.addend - bits;
    key = behind === 0 ? symbol.name : `${symbol.name}+0x${behind.toString(16)}`;
  }
  return { target, key, jumpsIfEnabled: (bits & 1) === 0 };
}

/** The names of keys. Static keys of several files may have the same name: all but the first that is met get their place as well. */
class KeyNames {
  readonly #references: References;
  readonly #names = new Map<number, string>();
  readonly #taken = new Set<string>();

  constructor(references: References) {
    this.#references = references;
  }

  of(at: Place): string {
    const id = placeKey(at);
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const name = this.#references.nameOf(at);
    const section = this.#references.object.sections[at.section]?.name;
    const own = this.#taken.has(name) ? `${name} (${section}+0x${at.offset.toString(16)})` : name;
    this.#taken.add(name);
    this.#names.set(id, own);
    return own;
  }
}

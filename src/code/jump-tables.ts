/**
 * Jump tables: an indirect jump through an array of places of its own function, as compilers make of `switch`.
 *
 * As tools/objtool/check.c, find_jump_table(), and arch/x86/special.c, arch_find_switch_table(), do it: the table is in
 * read-only data that an instruction before the jump names, nearest first. It ends where an entry is none, and where
 * another table of the function begins.
 */
import type { ElfObject, Relocation, Section } from '../elf/elf-object.ts';
import type { Instruction } from '../isa/instruction.ts';
import type { Func, Place } from './code.ts';
import type { FieldOwners } from './field-owners.ts';
import { firstAtLeast } from './place-table.ts';
import { placeKey, type References } from './references.ts';

/** Sections that hold jump tables: .rodata and its parts, and the computed gotos of the BPF interpreter. */
const TABLES = /^\.(rodata|data\.rel\.ro)(\.|$)/;

/** Strings are in such sections too. */
const STRINGS = /\.str\d/;

/** References before a jump that are tried as its table, and as many behind it. */
const MOST_CANDIDATES = 64;

/** Looks for the jump tables of one object. */
export class JumpTables {
  readonly #references: References;
  readonly #owners: FieldOwners;
  readonly #functionAt: (place: Place) => Func | undefined;
  /** Where each function names read-only data, by its start. */
  readonly #named = new Map<number, NamedData>();

  constructor(references: References, owners: FieldOwners, functionAt: (place: Place) => Func | undefined) {
    this.#references = references;
    this.#owners = owners;
    this.#functionAt = functionAt;
  }

  /** The targets of the indirect jump at a place, in the table's order; empty where it has no table. */
  targets(place: Place, jump: Instruction): readonly Place[] {
    const func = this.#functionAt(place);
    if (func === undefined || func.start.section !== place.section) return [];
    const named = this.#namedBy(func);
    const behind = firstAtLeast(named.at, jump.offset + jump.length);
    const nearest = named.tables.slice(Math.max(0, behind - MOST_CANDIDATES), behind).reverse();
    for (const table of [...nearest, ...named.tables.slice(behind, behind + MOST_CANDIDATES)]) {
      const key = placeKey(table);
      let targets = named.targets.get(key);
      if (targets === undefined) {
        const next = named.starts[firstAtLeast(named.starts, key + 1)] ?? Number.MAX_SAFE_INTEGER;
        targets = this.#entries(table, func, table.offset + (next - key));
        named.targets.set(key, targets);
      }
      if (targets.length > 0) return targets;
    }
    return [];
  }

  /** Where the function's instructions name read-only data. */
  #namedBy(func: Func): NamedData {
    const key = placeKey(func.start);
    const known = this.#named.get(key);
    if (known !== undefined) return known;
    const { section, offset } = func.start;
    const { object } = this.#references;
    const at: number[] = [];
    const tables: Place[] = [];
    for (const relocation of object.relocations(section).between(offset, offset + func.size)) {
      const table = this.#tableOf(relocation, func);
      if (table === undefined) continue;
      at.push(relocation.offset);
      tables.push(table);
    }
    const starts = tables.map(placeKey).sort((a, b) => a - b);
    const found: NamedData = { at, tables, starts, targets: new Map() };
    this.#named.set(key, found);
    return found;
  }

  /** The read-only data that a relocation of code names; `undefined` where it names something else. */
  #tableOf(relocation: Relocation, func: Func): Place | undefined {
    const { object, layout } = this.#references;
    const symbol = object.symbol(relocation.symbol);
    if (symbol.place.kind !== 'defined' || !isTableSection(object, symbol.place.section)) return undefined;
    let behind = 0;
    if (layout.relocations.relative.has(relocation.type)) {
      const { section } = func.start;
      const owner = this.#owners.of(section, relocation.offset);
      if (owner === undefined) return undefined;
      behind = owner.offset + owner.length - relocation.offset;
    } else if (!layout.relocations.absolute.has(relocation.type)) return undefined;
    const referent = this.#references.referent(relocation, behind);
    return referent.kind === 'place' ? referent.place : undefined;
  }

  /** The entries from `table` to `end`: pointers, or distances of four bytes from the table's start. */
  #entries(table: Place, func: Func, end: number): readonly Place[] {
    const { object, layout } = this.#references;
    const { section, offset } = table;
    const [first] = object.relocations(section).between(offset, offset + 1);
    if (first === undefined || first.offset !== offset) return [];
    const distances = layout.relocations.relative.has(first.type);
    const width = distances ? 4 : layout.pointerSize;
    const targets: Place[] = [];
    const limit = Math.min(end, offset + func.size * layout.pointerSize);
    let expected: number = offset;
    for (const relocation of object.relocations(section).between(offset, limit)) {
      if (relocation.offset !== expected || relocation.type !== first.type) break;
      // S + A - P is the distance from the entry; the code adds the table's own place.
      const referent = this.#references.referent(relocation, distances ? offset - relocation.offset : 0);
      if (referent.kind !== 'place') break;
      const home = this.#functionAt(referent.place);
      if (home === undefined || placeKey(home.start) !== placeKey(func.start)) break;
      targets.push(referent.place);
      expected += width;
    }
    return targets;
  }
}

/** The read-only data that one function names: `tables[i]` at offset `at[i]` of the code, in the order of the code. */
interface NamedData {
  readonly at: readonly number[];
  readonly tables: readonly Place[];
  /** Keys of the tables in order, so that a table ends where the next begins. */
  readonly starts: readonly number[];
  /** What each was found to hold. */
  readonly targets: Map<number, readonly Place[]>;
}

function isTableSection(object: ElfObject, index: number): boolean {
  const section: Section | undefined = object.sections[index];
  return section !== undefined && !section.executable && TABLES.test(section.name) && !STRINGS.test(section.name);
}

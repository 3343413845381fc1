/**
 * Where members of structures lie, from an object's debugging information (DWARF 2 to 5): of one unit, which is the one
 * that describes the code at a place. Broken or absent information is no error: what it does not tell is not in the answer.
 */
import type { SectionIndex, SectionOffset } from '../base/brand.ts';
import { AT, TAG } from './dwarf/constants.ts';
import { DebugSections } from './dwarf/debug-section.ts';
import { readUnitHeader, Unit, type Values } from './dwarf/unit.ts';
import { ifSound, UnitIndex } from './dwarf/unit-index.ts';
import type { ElfObject } from './elf-object.ts';

/** Members that have no name of their own are looked into: a structure in a union in a structure is usual. */
const DEEPEST = 6;

/** Bytes from a structure's start on, by `structure.member`. */
export type MemberOffsets = ReadonlyMap<string, number>;

/** The members of the `wanted` structures, as the unit that covers the place defines them. */
export function structMembers(
  object: ElfObject,
  place: { readonly section: SectionIndex; readonly offset: SectionOffset },
  wanted: ReadonlySet<string>,
): MemberOffsets {
  const offsets = new Map<string, number>();
  ifSound(() => {
    const sections = new DebugSections(object);
    const start = new UnitIndex(sections).covering(place.section, place.offset);
    if (start === undefined) return;
    const unit = new Unit(sections, readUnitHeader(sections, start));
    new Structures(unit, offsets).read(wanted);
  });
  return offsets;
}

/** Reads structures of one unit. */
class Structures {
  readonly #unit: Unit;
  readonly #offsets: Map<string, number>;

  constructor(unit: Unit, offsets: Map<string, number>) {
    this.#unit = unit;
    this.#offsets = offsets;
  }

  /** Looks at the unit's own entries, and at what is inside of the structures that are wanted. */
  read(wanted: ReadonlySet<string>): void {
    const unit = this.#unit;
    const cursor = unit.cursorAt(unit.header.entries);
    const top = unit.shapeAt(cursor);
    if (top === undefined || !top.hasChildren) return;
    unit.valuesOf(cursor, top);
    const left = new Set(wanted);
    let depth = 1;
    while (cursor.at < unit.header.end && depth > 0 && left.size > 0) {
      const entry = cursor.at;
      const shape = unit.shapeAt(cursor);
      if (shape === undefined) {
        depth--;
        continue;
      }
      const values = unit.valuesOf(cursor, shape);
      if (!shape.hasChildren) continue;
      if (depth === 1 && shape.tag === TAG.structureType) {
        const name = unit.text(values, AT.name);
        // A declaration has no children, and was passed by.
        if (name !== undefined && left.delete(name)) this.#members(entry, name, 0, DEEPEST);
      }
      const sibling = unit.reference(values, AT.sibling);
      if (sibling !== undefined && sibling > cursor.at && sibling <= unit.header.end) cursor.seek(sibling);
      else depth++;
    }
  }

  /** The members of the structure or union at an entry, which lies `base` bytes behind the start of `name`. */
  #members(entry: number, name: string, base: number, deepest: number): void {
    const unit = this.#unit;
    const cursor = unit.cursorAt(entry);
    const shape = unit.shapeAt(cursor);
    if (shape === undefined || !shape.hasChildren) return;
    unit.valuesOf(cursor, shape);
    let depth = 1;
    while (cursor.at < unit.header.end && depth > 0) {
      const inner = unit.shapeAt(cursor);
      if (inner === undefined) {
        depth--;
        continue;
      }
      const values = unit.valuesOf(cursor, inner);
      if (depth === 1 && inner.tag === TAG.member) this.#member(values, name, base, deepest);
      if (inner.hasChildren) depth++;
    }
  }

  #member(values: Values, structure: string, base: number, deepest: number): void {
    const unit = this.#unit;
    // A member of a union lies at its start and says nothing of it.
    const offset = base + (unit.constant(values, AT.dataMemberLocation) ?? 0);
    const name = unit.text(values, AT.name);
    if (name !== undefined) {
      this.#offsets.set(`${structure}.${name}`, offset);
      return;
    }
    const type = unit.reference(values, AT.type);
    if (type !== undefined && deepest > 0 && type >= unit.header.entries && type < unit.header.end)
      this.#members(type, structure, offset, deepest - 1);
  }
}

/** Sections that are arrays of records of one size, whose pointers are relocations: .altinstructions, __jump_table and others. */
import type { Relocation, Section } from '../elf/elf-object.ts';
import type { Place } from './code.ts';
import type { References, Referent } from './references.ts';

/** Where a record has its pointers, in bytes. */
export interface RecordShape {
  readonly size: number;
  readonly pointers: readonly number[];
}

/** The records of one section. */
export interface Records<Shape extends RecordShape> {
  readonly section: Section;
  readonly shape: Shape;
  readonly count: number;
  /** The bytes of all records. */
  readonly view: DataView;
  /** The pointer of a record, by its offset in it; `undefined` where no relocation fills it. */
  readonly pointer: (record: number, at: number) => Referent | undefined;
  /** The relocation of that pointer. */
  readonly relocation: (record: number, at: number) => Relocation | undefined;
  /** The code that a pointer names. Throws `BadInput` where it names no byte of an executable section. */
  readonly code: (record: number, at: number) => Place;
}

/**
 * Reads a section as records of the first shape that fits: its size is a multiple, and relocations are only where
 * the shape has pointers. Throws `BadInput` where none fits.
 */
export function readRecords<Shape extends RecordShape>(
  references: References,
  section: Section,
  shapes: readonly Shape[],
): Records<Shape> {
  const { object, layout } = references;
  const bytes = object.contents(section.index, 0, section.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const relocations = object
    .relocations(section.index)
    .between(0, section.size)
    .filter(({ type }) => !layout.relocations.none.has(type));
  const shape = shapes.find((candidate) => fits(candidate, section.size, relocations));
  if (shape === undefined) {
    const sizes = shapes.map(({ size }) => size).join(' or ');
    const stray = relocations.find(({ offset }) => shapes.every((s) => !s.pointers.includes(offset % s.size)));
    throw references.bad(section.index, stray?.offset ?? 0, `is no table of records of ${sizes} bytes`);
  }
  const count = section.size / shape.size;
  const { length: width } = shape.pointers;
  const slots = new Int32Array(count * width).fill(-1);
  relocations.forEach(({ offset }, i) => {
    slots[Math.floor(offset / shape.size) * width + shape.pointers.indexOf(offset % shape.size)] = i;
  });
  const relocation = (record: number, at: number): Relocation | undefined =>
    relocations[slots[record * width + shape.pointers.indexOf(at)] ?? -1];
  const pointer = (record: number, at: number): Referent | undefined => {
    const found = relocation(record, at);
    return found === undefined ? undefined : references.referent(found, 0);
  };
  const code = (record: number, at: number): Place => {
    const found = pointer(record, at);
    const target = found?.kind === 'place' ? object.sections[found.place.section] : undefined;
    if (found?.kind === 'place' && target?.executable === true && found.place.offset < target.size) return found.place;
    const why = found?.kind === 'nowhere' ? `: ${found.why}` : '';
    throw references.bad(section.index, record * shape.size + at, `points to no code${why}`);
  };
  return { section, shape, count, view, pointer, relocation, code };
}

function fits(shape: RecordShape, size: number, relocations: readonly Relocation[]): boolean {
  return size % shape.size === 0 && relocations.every(({ offset }) => shape.pointers.includes(offset % shape.size));
}

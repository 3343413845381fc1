/**
 * What the build says of single instructions, in either encoding: sections of places up to 6.13
 * (include/linux/instrumentation.h, include/linux/objtool.h), one section of places and kinds after that
 * (include/linux/annotate.h, include/linux/objtool_types.h).
 */
import type { Section } from '../elf/elf-object.ts';
import type { Place } from './code.ts';
import { PlaceTable } from './place-table.ts';
import { readRecords } from './records.ts';
import { placeAt, type References } from './references.ts';

/** ANNOTYPE_* of include/linux/objtool_types.h; others say nothing about control flow or windows. */
const INSTR_BEGIN = 3;
const INSTR_END = 4;
const INTRA_FUNCTION_CALL = 7;
const REACHABLE = 8;

/** All annotations of one object that matter here. */
export interface Annotations {
  /** Whether there is any window marker. */
  readonly hasMarkers: boolean;
  /** Sum of the markers at a place: instrumentation_begin() counts 1, instrumentation_end() -1. */
  readonly marker: (place: Place) => number;
  /** Whether control comes back behind the trap that stands at `place` and ends at `end`; `undefined` where the build does not say such things. */
  readonly comesBack: (place: Place, end: number) => boolean | undefined;
  /** Whether control never comes to the place behind an instruction that ends there (6.1, annotate_unreachable()). */
  readonly neverBehind: (section: number, end: number) => boolean;
  /** A call that only pushes the place behind it, and goes on within its function. */
  readonly isIntraFunctionCall: (place: Place) => boolean;
}

/** Opens the annotations; each kind is read when first asked for. Throws `BadInput` where a section of them is broken. */
export function openAnnotations(references: References): Annotations {
  const { object } = references;
  const named = (...names: readonly string[]): readonly Section[] =>
    names.flatMap((name) => object.sectionsNamed(name)).filter(({ size }) => size > 0);
  const pairs = named('.discard.annotate_insn');

  const kinds = lazily(() => kindsOf(references, pairs));
  const begin = named('.discard.instr_begin');
  const end = named('.discard.instr_end');
  const markers = lazily(() => {
    const table = new PlaceTable();
    for (const section of begin) eachPlace(references, section, (place) => table.add(place, 1));
    for (const section of end) eachPlace(references, section, (place) => table.add(place, -1));
    for (const { place, kind } of kinds()) {
      if (kind === INSTR_BEGIN) table.add(place, 1);
      if (kind === INSTR_END) table.add(place, -1);
    }
    return table;
  });
  const behind = named('.discard.reachable');
  const reachable = lazily(() => {
    const table = new PlaceTable();
    // Up to 6.13 the label stands behind the trap (tools/objtool/check.c, add_dead_ends()).
    for (const section of behind) eachPlace(references, section, (place) => table.add(place, 1));
    return table;
  });
  const reachableAt = lazily(() => {
    const table = new PlaceTable();
    for (const { place, kind } of kinds()) if (kind === REACHABLE) table.add(place, 1);
    return table;
  });
  const dead = named('.discard.unreachable');
  const unreachable = lazily(() => {
    const table = new PlaceTable();
    for (const section of dead) eachPlace(references, section, (place) => table.add(place, 1));
    return table;
  });
  const intra = lazily(() => {
    const table = new PlaceTable();
    for (const section of named('.discard.intra_function_calls')) {
      eachPlace(references, section, (place) => table.add(place, 1));
    }
    for (const { place, kind } of kinds()) if (kind === INTRA_FUNCTION_CALL) table.add(place, 1);
    return table;
  });
  const says = lazily(() => behind.length > 0 || kinds().some(({ kind }) => kind === REACHABLE));
  return {
    hasMarkers:
      begin.length > 0 || end.length > 0 || kinds().some(({ kind }) => kind === INSTR_BEGIN || kind === INSTR_END),
    marker: ({ section, offset }) => markers().sum(section, offset),
    comesBack: ({ section, offset }, endOffset) => {
      if (!says()) return undefined;
      return reachable().has(section, endOffset) || reachableAt().has(section, offset);
    },
    neverBehind: (section, endOffset) =>
      dead.length > 0 && unreachable().has(section, endOffset) && !reachable().has(section, endOffset),
    isIntraFunctionCall: ({ section, offset }) => intra().has(section, offset),
  };
}

/** The places that a section of pointers names, however wide each is. One that is nowhere is the section's fault. */
function eachPlace(references: References, section: Section, visit: (place: Place) => void): void {
  const { object, layout } = references;
  for (const relocation of object.relocations(section.index).between(0, section.size)) {
    if (layout.relocations.none.has(relocation.type)) continue;
    const referent = references.referent(relocation, 0);
    if (referent.kind !== 'place') {
      const why = referent.kind === 'nowhere' ? referent.why : `${referent.symbol.name} is undefined`;
      throw references.bad(section.index, relocation.offset, `points to no code: ${why}`);
    }
    visit(referent.place);
  }
}

interface Annotation {
  readonly place: Place;
  readonly kind: number;
}

function kindsOf(references: References, sections: readonly Section[]): readonly Annotation[] {
  return sections.flatMap((section) => {
    const records = readRecords(references, section, [{ size: 8, pointers: [0] }]);
    const found: Annotation[] = [];
    for (let i = 0; i < records.count; i += 1) {
      const at = records.pointer(i, 0);
      if (at?.kind === 'nowhere') throw references.bad(section.index, i * 8, `points to no code: ${at.why}`);
      if (at?.kind !== 'place') continue;
      const place = placeAt(at.place.section, at.place.offset);
      found.push({ place, kind: records.view.getUint32(i * 8 + 4, true) });
    }
    return found;
  });
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

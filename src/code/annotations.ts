/**
 * What the build says of single instructions, in either encoding: sections of places up to 6.13
 * (include/linux/instrumentation.h, include/linux/objtool.h), one section of places and kinds after that
 * (include/linux/annotate.h, include/linux/objtool_types.h).
 */
import type { SectionIndex } from '../base/brand.ts';
import type { Section } from '../elf/elf-object.ts';
import type { Place } from './code.ts';
import { PlaceTable } from './place-table.ts';
import type { References } from './references.ts';

/** ANNOTYPE_* of include/linux/objtool_types.h; others say nothing about control flow or windows. */
const INSTR_BEGIN = 3;
const INSTR_END = 4;
const INTRA_FUNCTION_CALL = 7;
const REACHABLE = 8;

/** Bytes of a place and a kind. */
const PAIR = 8;

/** All annotations of one object that matter here. */
export interface Annotations {
  /** Whether there is any window marker. */
  readonly hasMarkers: boolean;
  /** Sum of the markers at a place: instrumentation_begin() counts 1, instrumentation_end() -1. */
  readonly marker: (place: Place) => number;
  /** Tells every place of a section with a marker. */
  readonly eachMarkerIn: (section: number, visit: (offset: number) => void) => void;
  /** Whether control comes back behind the trap that stands at `place` and ends at `end`; `undefined` where the build does not say such things. */
  readonly comesBack: (place: Place, end: number) => boolean | undefined;
  /** Whether control never comes to the place behind an instruction that ends there (6.1, annotate_unreachable()). */
  readonly neverBehind: (section: number, end: number) => boolean;
  /** Tells every such place of a section. */
  readonly eachDeadEndIn: (section: number, visit: (end: number) => void) => void;
  /** A call that only pushes the place behind it, and goes on within its function. */
  readonly isIntraFunctionCall: (place: Place) => boolean;
}

/** Opens the annotations; each kind is read when first asked for. Throws `BadInput` where a section of them is broken. */
export function openAnnotations(references: References): Annotations {
  const { object } = references;
  const named = (...names: readonly string[]): readonly Section[] =>
    names.flatMap((name) => object.sectionsNamed(name)).filter(({ size }) => size > 0);
  const pairs = named('.discard.annotate_insn');
  /** A table of what the sections name, and what the pairs of these kinds do, each place counting what stands beside it. */
  const table = (sections: readonly (readonly [Section, number])[], kinds: readonly (readonly [number, number])[]) =>
    lazily(() => {
      const places = new PlaceTable();
      for (const [section, value] of sections) {
        references.eachPointer(section, (home, offset) => places.add(home, offset, value));
      }
      const notes = kinds.map(([kind, value]) => {
        const note: Note = (home, offset) => places.add(home, offset, value);
        return [kind, note] as const;
      });
      addPairs(references, pairs, new Map(notes));
      return places;
    });
  const counting = (value: number, sections: readonly Section[]) =>
    sections.map((section) => [section, value] as const);
  const begin = named('.discard.instr_begin');
  const end = named('.discard.instr_end');
  const behind = named('.discard.reachable');
  const dead = named('.discard.unreachable');
  // Two tables, since each is in the order of the code, and both together are not.
  const begins = table(counting(1, begin), [[INSTR_BEGIN, 1]]);
  const ends = table(counting(-1, end), [[INSTR_END, -1]]);
  // Up to 6.13 the label stands behind the trap (tools/objtool/check.c, add_dead_ends()).
  const reachable = table(counting(1, behind), []);
  const reachableAt = table([], [[REACHABLE, 1]]);
  const unreachable = table(counting(1, dead), []);
  const intra = table(counting(1, named('.discard.intra_function_calls')), [[INTRA_FUNCTION_CALL, 1]]);
  return {
    hasMarkers: begin.length > 0 || end.length > 0 || (pairs.length > 0 && !(begins().isEmpty && ends().isEmpty)),
    eachMarkerIn: (section, visit) => {
      begins().eachIn(section, visit);
      ends().eachIn(section, visit);
    },
    marker: ({ section, offset }) => begins().sum(section, offset) + ends().sum(section, offset),
    comesBack: ({ section, offset }, endOffset) => {
      if (behind.length === 0 && reachableAt().isEmpty) return undefined;
      return reachable().has(section, endOffset) || reachableAt().has(section, offset);
    },
    neverBehind: (section, endOffset) =>
      dead.length > 0 && unreachable().has(section, endOffset) && !reachable().has(section, endOffset),
    eachDeadEndIn: (section, visit) => unreachable().eachIn(section, visit),
    isIntraFunctionCall: ({ section, offset }) => intra().has(section, offset),
  };
}

/** The pairs of place and kind, for those kinds that matter. */
function addPairs(references: References, sections: readonly Section[], tables: ReadonlyMap<number, Note>): void {
  for (const section of sections) {
    if (section.size % PAIR !== 0) throw references.bad(section.index, 0, `is no table of records of ${PAIR} bytes`);
    const bytes = references.object.contents(section.index, 0, section.size);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    references.eachPointer(section, (home, offset, at) => {
      if (at % PAIR !== 0) throw references.bad(section.index, at, 'has a pointer where its kind is');
      tables.get(view.getUint32(at + 4, true))?.(home, offset);
    });
  }
}

type Note = (section: SectionIndex, offset: number) => void;

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

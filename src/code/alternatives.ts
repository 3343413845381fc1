/**
 * Alternatives: code that the kernel overwrites at boot by what the CPU can do (arch/x86/include/asm/alternative.h,
 * arch/x86/kernel/alternative.c, apply_alternatives()). Both sides are code.
 */
import type { Place } from './code.ts';
import type { AlternativeShape } from './kernel-layout.ts';
import { PlaceTable } from './place-table.ts';
import { readRecords } from './records.ts';
import type { References, Referent } from './references.ts';

/** One entry. */
export interface Alternative {
  readonly site: Place;
  /** Offset of the first byte behind the original, padding included. */
  readonly siteEnd: number;
  /** The feature's number, without flags. */
  readonly feature: number;
  /** It is in place where the CPU lacks the feature. */
  readonly inverted: boolean;
  /** What comes instead, and how many bytes of it; with none, the original becomes nops. */
  readonly replacement?: { readonly place: Place; readonly length: number };
  /** The original is an indirect call that becomes a direct one of the same target; the replacement is only a pattern. */
  readonly directCall: boolean;
}

/** The alternatives of one object. */
export interface Alternatives {
  /** Those whose original begins at a place, in the order in which they are patched: the last that applies wins. */
  readonly at: (place: Place) => readonly Alternative[];
  /** The one whose replacement holds a place. */
  readonly holding: (place: Place) => Alternative | undefined;
  /** Tells every place of a section where an original begins. */
  readonly eachIn: (section: number, visit: (offset: number) => void) => void;
  /** Whether a section has replacement code. */
  readonly hasReplacements: (section: number) => boolean;
}

const NONE: readonly Alternative[] = [];

/** Replacements inside of replacements, at most. */
const DEEPEST = 4;

/** Opens .altinstructions; it is read when first asked for. Throws `BadInput` where it is broken. */
export function openAlternatives(references: References): Alternatives {
  let read: Alternatives | undefined;
  const ready = (): Alternatives => {
    read ??= readAlternatives(references);
    return read;
  };
  return {
    at: (place) => ready().at(place),
    holding: (place) => ready().holding(place),
    eachIn: (section, visit) => ready().eachIn(section, visit),
    hasReplacements: (section) => ready().hasReplacements(section),
  };
}

function readAlternatives(references: References): Alternatives {
  const entries: Alternative[] = [];
  const bySite = new PlaceTable();
  const byReplacement = new PlaceTable();
  const shapes = references.layout.alternatives.map((shape) => ({
    ...shape,
    pointers: [shape.original, shape.replacement],
  }));
  for (const section of references.object.sectionsNamed('.altinstructions')) {
    if (section.size === 0 || shapes.length === 0) continue;
    const records = readRecords(references, section, shapes);
    const { shape, view } = records;
    for (let i = 0; i < records.count; i += 1) {
      // An entry without a place is of code that the linker has thrown away.
      if (records.pointer(i, shape.original) === undefined) continue;
      const at = i * shape.size;
      const site = records.code(i, shape.original);
      const length = view.getUint8(at + shape.replacementLength);
      const replaced = length === 0 ? undefined : records.referent(i, shape.replacement);
      if (length > 0 && !isCode(references, replaced, length)) {
        throw references.bad(section.index, at + shape.replacement, `has no replacement of ${length} bytes`);
      }
      const number = featureOf(view, at, shape);
      const index = entries.length;
      entries.push({
        site,
        siteEnd: site.offset + view.getUint8(at + shape.originalLength),
        feature: number & shape.featureMask,
        inverted: (number & shape.inverted) !== 0,
        ...(replaced?.kind === 'place' && { replacement: { place: replaced.place, length } }),
        directCall: (number & shape.directCall) !== 0,
      });
      bySite.add(site.section, site.offset, index);
      if (replaced?.kind === 'place') byReplacement.add(replaced.place.section, replaced.place.offset, index);
    }
  }
  return {
    at: ({ section, offset }) => {
      const indices = bySite.at(section, offset);
      return indices.length === 0 ? NONE : indices.flatMap((i) => entries[i] ?? []);
    },
    holding: ({ section, offset }) => {
      const found = byReplacement.before(section, offset);
      const entry = found === undefined ? undefined : entries[found.value];
      return found !== undefined && offset < found.offset + (entry?.replacement?.length ?? 0) ? entry : undefined;
    },
    eachIn: (section, visit) => bySite.eachIn(section, visit),
    hasReplacements: (section) => byReplacement.hasSection(section),
  };
}

function featureOf(view: DataView, at: number, shape: AlternativeShape): number {
  return shape.featureBytes === 4 ? view.getUint32(at + shape.feature, true) : view.getUint16(at + shape.feature, true);
}

function isCode({ object }: References, referent: Referent | undefined, length: number): boolean {
  if (referent?.kind !== 'place') return false;
  const section = object.sections[referent.place.section];
  return section?.executable === true && referent.place.offset + length <= section.size;
}

/** The place that replacement code is patched into, through replacements of replacements; a place elsewhere is its own. */
export function patchedInto(alternatives: Alternatives, place: Place): Place {
  let home = place;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const entry = alternatives.holding(home);
    if (entry === undefined) return home;
    home = entry.site;
  }
  return home;
}

/** How a place in code is called in a report: function and offset, as the kernel's own messages do. */
import type { Code, Place } from '../code/code.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import type { SourceLines } from '../elf/source-lines.ts';
import type { FindingPlace, Hex, SourceLine } from '../report/report.ts';

/** A place by name. */
export interface NamedPlace {
  readonly function: string;
  readonly offset: Hex;
  readonly section: string;
  /** Where the instruction really stands, if it is patched into the function. */
  readonly note?: string;
}

/** What names places. */
export interface PlaceSources {
  readonly code: Code;
  readonly object: ElfObject;
  /** The source line of a place; asked for findings only. */
  readonly lineOf: (place: Place) => SourceLine | undefined;
}

/** The source line of a place in code, by what debugging information says of lines. */
export const lineIn =
  (code: Code, lines: Pick<SourceLines, 'lineOf'>) =>
  (place: Place): SourceLine | undefined => {
    // Assemblers give no lines to replacement code that a macro puts aside: then the place that it is patched into tells.
    const home = code.patchedInto(place);
    return lines.lineOf(place.section, place.offset) ?? lines.lineOf(home.section, home.offset);
  };

/** A number as reports write it. */
export const hex = (value: number): Hex => `0x${value.toString(16)}`;

/** More places of one finding, as its report lists them; nothing where there is none. */
export function alsoAt(
  places: readonly Place[],
  { code, object, lineOf }: PlaceSources,
): { readonly also?: readonly FindingPlace[] } {
  if (places.length === 0) return {};
  const also = places.map((place): FindingPlace => {
    const { function: name, offset } = nameOf(place, code, object);
    const source = lineOf(place);
    return { function: name, offset, ...(source !== undefined && { source }) };
  });
  return { also };
}

/** Names the place: by the function that holds it, else by any symbol before it, else by its section. */
export function nameOf(place: Place, code: Code, object: ElfObject): NamedPlace {
  const home = code.patchedInto(place);
  const section = object.sections[home.section]?.name ?? '';
  const patched = home.section !== place.section || home.offset !== place.offset;
  const note = patched
    ? { note: `in replacement code, ${object.sections[place.section]?.name}+${hex(place.offset)}` }
    : undefined;
  const func = code.functionAt(home);
  const inside = func !== undefined && func.start.section === home.section && func.start.offset <= home.offset;
  if (inside && home.offset < func.start.offset + Math.max(func.size, 1)) {
    return { function: func.name, offset: hex(home.offset - func.start.offset), section, ...note };
  }
  // A cold part has its function's name only with its suffix: offsets count from the part's own start.
  let nearest: { readonly name: string; readonly offset: number } | undefined;
  for (const { name, type, place: at } of object.symbolsIn(home.section)) {
    if (at.kind !== 'defined' || at.offset > home.offset || type === 'section' || type === 'file') continue;
    if (nearest === undefined || at.offset >= nearest.offset) nearest = { name, offset: at.offset };
  }
  if (nearest === undefined) return { function: section, offset: hex(home.offset), section, ...note };
  return { function: nearest.name, offset: hex(home.offset - nearest.offset), section, ...note };
}

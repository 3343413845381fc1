/**
 * Where a section's code is more than its bytes say: three of four instructions simply go on, and need no look at any table.
 */
import type { SectionIndex } from '../base/brand.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import type { Alternatives } from './alternatives.ts';
import type { Annotations } from './annotations.ts';
import type { Place } from './code.ts';
import type { ExceptionTable } from './exception-table.ts';
import type { JumpLabels } from './jump-labels.ts';

/** Sections up to so many bytes get a map, a byte for each; of larger ones every place counts as special. */
const MOST_BYTES = 1 << 17;

/** The tables that make places special. */
export interface SpecialSources {
  readonly alternatives: Alternatives;
  readonly annotations: Annotations;
  readonly exceptions: ExceptionTable;
  readonly jumpLabels: JumpLabels;
}

/** Maps of the sections of one object, each made when first asked for. */
export class SpecialPlaces {
  readonly #object: ElfObject;
  readonly #sources: SpecialSources;
  readonly #maps: (Uint8Array | null)[] = [];

  constructor(object: ElfObject, sources: SpecialSources) {
    this.#object = object;
    this.#sources = sources;
  }

  /** Whether an instruction that goes on, with `length` bytes, simply goes on there. */
  isPlain({ section, offset }: Place, length: number): boolean {
    const known = this.#maps[section];
    const map = known === undefined ? this.#map(section) : known;
    return (
      map !== null && map[offset] === 0 && offset + length < map.length && map[offset + length] !== BEHIND_DEAD_END
    );
  }

  #map(section: SectionIndex): Uint8Array | null {
    const map = this.#make(section);
    this.#maps[section] = map;
    return map;
  }

  #make(section: SectionIndex): Uint8Array | null {
    const { alternatives, annotations, exceptions, jumpLabels } = this.#sources;
    const size = this.#object.sections[section]?.size ?? 0;
    if (size > MOST_BYTES || alternatives.hasReplacements(section)) return null;
    const map = new Uint8Array(size);
    const mark = (offset: number): void => {
      map[offset] = SPECIAL;
    };
    alternatives.eachIn(section, mark);
    annotations.eachMarkerIn(section, mark);
    exceptions.eachIn(section, mark);
    jumpLabels.eachIn(section, mark);
    annotations.eachDeadEndIn(section, (offset) => {
      map[offset] = BEHIND_DEAD_END;
    });
    return map;
  }
}

/** A table has something to say of the instruction here. */
const SPECIAL = 1;

/** Control never comes here from the instruction before; the tables are asked here as well. */
const BEHIND_DEAD_END = 2;

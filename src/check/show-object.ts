/** The events of each path of one entry of an object, in a report's words: what `kentry show` prints. */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset } from '../base/brand.ts';
import type { ByteSource } from '../base/byte-source.ts';
import { loadCode } from '../code/load-code.ts';
import { openElf } from '../elf/open-elf.ts';
import { type SourceLines, sourceLines } from '../elf/source-lines.ts';
import { loadIsa, loadLifter } from '../isa/load-isa.ts';
import { showPaths } from '../paths/show-paths.ts';
import type { PathStep } from '../report/report.ts';
import { Fingerprints } from './fingerprint.ts';
import { pathSteps } from './paths-findings.ts';

/** One sequence of events. */
export interface ShownSequence {
  readonly root: string;
  /** The starts from which some path has it. */
  readonly origins: readonly string[];
  readonly path: readonly PathStep[];
}

/** What came of it. */
export interface ShownObject {
  readonly sequences: readonly ShownSequence[];
  /** Whether there is anything of that name. */
  readonly isKnown: boolean;
  /** Every name that could have been asked for. */
  readonly names: readonly string[];
}

/** Walks what `name` names: a function that hardware or code enters, or a vector. Throws `BadInput`. */
export async function showObject(source: ByteSource, name: string): Promise<ShownObject> {
  const object = openElf(source);
  const isa = await loadIsa(object.machine);
  const lifter = await loadLifter(object.machine);
  if (isa === undefined || lifter === undefined) {
    const why = `is for ${object.machine}, whose instructions kentry cannot decode yet`;
    throw new BadInput(source.name, fileOffset(18), why);
  }
  const code = loadCode(object, isa, {});
  const { roots, paths, names } = showPaths(code, object, lifter, name);
  let lines: SourceLines | undefined;
  const sources = {
    code,
    object,
    fingerprints: new Fingerprints(),
    lineOf: (place: {
      section: Parameters<SourceLines['lineOf']>[0];
      offset: Parameters<SourceLines['lineOf']>[1];
    }) => {
      lines ??= sourceLines(object);
      return lines.lineOf(place.section, place.offset);
    },
  };
  return {
    sequences: paths.map(({ root, origins, path }) => ({ root, origins, path: pathSteps(path, undefined, sources) })),
    isKnown: roots.length > 0,
    names,
  };
}

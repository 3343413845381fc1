/** The events of each path of one entry of an object, in a report's words: what `kentry show` prints. */
import type { ByteSource } from '../base/byte-source.ts';
import { showPaths } from '../paths/show-paths.ts';
import type { PathStep } from '../report/report.ts';
import { openObject } from './opened-object.ts';
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
  const opened = await openObject(source);
  const { roots, paths, names } = showPaths(opened.code, opened.object, opened.lifter, name);
  return {
    sequences: paths.map(({ root, origins, path }) => ({ root, origins, path: pathSteps(path, undefined, opened) })),
    isKnown: roots.length > 0,
    names,
  };
}

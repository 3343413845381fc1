/** What the paths of one root do, for people who want to look: each different sequence of events once. */
import type { Code } from '../code/code.ts';
import { VECTORS } from '../contract/vectors.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import type { Lifter } from '../isa/effect.ts';
import { Walk } from './walk.ts';
import type { TraceStep } from './walk-types.ts';
import { openWorkshop } from './workshop.ts';

/** One sequence. */
export interface ShownPath {
  readonly root: string;
  /** All origins from which some path has this sequence. */
  readonly origins: readonly string[];
  /** A shortest path of it. */
  readonly path: readonly TraceStep[];
}

/** What was asked for. */
export interface Shown {
  /** The roots of that name, or of the vector of that name; empty where there is none. */
  readonly roots: readonly string[];
  readonly paths: readonly ShownPath[];
  /** Every name that could have been asked for. */
  readonly names: readonly string[];
}

/**
 * The paths of the root `name`, or of every root of the vector `name` ("nmi", "page-fault"). What a walk keeps is one path
 * to each state: of two paths that meet in one, only the first is told to its end.
 */
export function showPaths(code: Code, object: ElfObject, lifter: Lifter, name: string): Shown {
  const { tools, roots, judgeOf } = openWorkshop(code, object, lifter);
  const isVector = VECTORS.some(({ kind }) => kind === name);
  const wanted = roots.filter((root) => (isVector ? root.source === `vector ${name}` : root.name === name));
  const bySequence = new Map<string, ShownPath>();
  for (const root of wanted) {
    for (const origin of root.origins) {
      const walk = new Walk(tools, judgeOf(origin.monitor), root, origin);
      walk.run();
      for (const end of walk.ends) {
        const path = walk.retell({ end });
        const key = `${root.name}: ${path.flatMap((step) => (step.kind === 'event' ? [step.event] : [])).join(' ')}`;
        const old = bySequence.get(key);
        const origins = [...(old?.origins ?? []), origin.name];
        if (old === undefined || path.length < old.path.length) bySequence.set(key, { root: root.name, origins, path });
        else bySequence.set(key, { ...old, origins });
      }
    }
  }
  const names = [...new Set([...roots.map((root) => root.name), ...VECTORS.map(({ kind }) => kind)])];
  return {
    roots: wanted.map((root) => root.name),
    paths: [...bySequence.values()].map((shown) => ({ ...shown, origins: [...new Set(shown.origins)] })),
    names,
  };
}

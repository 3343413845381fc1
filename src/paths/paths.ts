/** The whole contract on every path of an object: the one entry of this folder. */
import type { Code } from '../code/code.ts';
import type { Monitor } from '../contract/monitor.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import type { Lifter } from '../isa/effect.ts';
import { Collected, keyOf } from './collect.ts';
import { nestedRoots, type Reached } from './nesting.ts';
import { signatureOf } from './twins.ts';
import { Walk } from './walk.ts';
import {
  DEFAULT_BOUNDS,
  type Origin,
  type PathFinding,
  type PathGap,
  type Root,
  type RootStatistics,
  type WalkBounds,
} from './walk-types.ts';
import { openWorkshop } from './workshop.ts';

/** What is checked. */
export interface PathsInput {
  readonly code: Code;
  readonly object: ElfObject;
  readonly lifter: Lifter;
  readonly bounds?: WalkBounds;
  /** Only roots of these names. */
  readonly only?: ReadonlySet<string>;
  /** Called after every walk, with how many states all of them have so far. */
  readonly tick?: (states: number) => void;
}

/** What came out. */
export interface PathsResult {
  readonly findings: readonly PathFinding[];
  readonly gaps: readonly PathGap[];
  readonly statistics: readonly RootStatistics[];
  readonly roots: readonly string[];
  /** What the contract needs and the object does not show, as sentences: gaps of the object as a whole. */
  readonly missing: readonly string[];
}

/** Walks every root from every origin. */
export function checkPaths(input: PathsInput): PathsResult {
  const { bounds = DEFAULT_BOUNDS } = input;
  const workshop = openWorkshop(input.code, input.object, input.lifter);
  const { tools, trackings, judgeOf } = workshop;
  const { program } = tools;
  const collected = new Collected();
  const roots = workshop.roots.filter((r) => input.only?.has(r.name) ?? true);
  const reached = new Map<Monitor, Map<number, Reached>>();
  const walkFrom = (root: Root, origin: Origin): void => {
    const judge = judgeOf(origin.monitor);
    const walk = new Walk(tools, judge, root, origin, bounds);
    const start = performance.now();
    walk.run();
    const milliseconds = performance.now() - start;
    const seen = reached.get(origin.monitor) ?? new Map<number, Reached>();
    reached.set(origin.monitor, seen);
    for (const [state, insn] of walk.reached)
      if (!seen.has(state)) seen.set(state, { words: judge.words(state), insn });
    let exact: Walk | undefined;
    input.tick?.(collected.states);
    collected.take(walk, root, origin.name, milliseconds, (key) => {
      // A path that was widened may contradict itself although another one leads there.
      if (exact === undefined) {
        exact = new Walk(tools, judge, root, origin, { ...bounds, variants: Number.POSITIVE_INFINITY });
        exact.run();
      }
      const same = exact.violations.find((violation) => keyOf(violation) === key);
      if (same !== undefined) return exact.retell(same);
      return exact.finished ? 'refuted' : 'undecided';
    });
  };
  const clean = new Set<string>();
  for (const root of roots) {
    const signature = signatureOf(program, root);
    if (signature !== undefined && clean.has(signature)) continue;
    const before = collected.count;
    for (const origin of root.origins) walkFrom(root, origin);
    if (signature !== undefined && collected.count === before) clean.add(signature);
  }
  if (input.only === undefined) {
    const states = new Map([...reached].map(([monitor, seen]) => [monitor, [...seen.values()]] as const));
    for (const root of nestedRoots(program, trackings, states)) {
      for (const origin of root.origins) walkFrom(root, origin);
    }
  }
  return { ...collected.result(), roots: roots.map((r) => r.name), missing: workshop.missing };
}

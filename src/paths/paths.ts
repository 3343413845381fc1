/** The whole contract on every path of an object: the one entry of this folder. */
import type { Code } from '../code/code.ts';
import type { Monitor } from '../contract/monitor.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import type { Lifter } from '../isa/effect.ts';
import { Collected, keyOf } from './collect.ts';
import { Entrances } from './entrances.ts';
import { nestedRoots, type Reached } from './nesting.ts';
import { signatureOf } from './twins.ts';
import { Walk } from './walk.ts';
import {
  type CauseFinding,
  DEFAULT_BOUNDS,
  type Origin,
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

/** A root, and what it was. */
export interface WalkedRoot {
  readonly name: string;
  readonly source: string;
  /** A root whose code is the same and that was clean: this one was not walked. */
  readonly like?: string;
}

/** What came out. */
export interface PathsResult {
  readonly findings: readonly CauseFinding[];
  readonly gaps: readonly PathGap[];
  /** Of every walk; walks that looked again for a path are not among them. */
  readonly statistics: readonly RootStatistics[];
  readonly roots: readonly WalkedRoot[];
  /** What the contract needs and the object does not show, as sentences: gaps of the object as a whole. */
  readonly missing: readonly string[];
}

/** Walks every root from every origin. */
export function checkPaths(input: PathsInput): PathsResult {
  const { bounds = DEFAULT_BOUNDS } = input;
  const workshop = openWorkshop(input.code, input.object, input.lifter);
  const { tools, trackings, judgeOf } = workshop;
  const { program } = tools;
  const collected = new Collected(program);
  const roots = workshop.roots.filter((r) => input.only?.has(r.name) ?? true);
  const reached = new Map<Monitor, Map<number, Reached>>();
  const entrances = new Map<Monitor, Entrances>();
  /** Of handlers only: where a root that code calls ends, and what a root in assembly looks for, depends on the origin. */
  const entrancesOf = ({ monitor, enter, asm }: Origin): Entrances | undefined => {
    if (enter === undefined || asm !== undefined) return undefined;
    const known = entrances.get(monitor) ?? new Entrances();
    entrances.set(monitor, known);
    known.begin();
    return known;
  };
  /** States of every walk, those that look again included. */
  let spent = 0;
  const walkFrom = (root: Root, origin: Origin, twin?: string): void => {
    const left = bounds.total - spent;
    if (left <= 0) {
      collected.gap(notWalked(root, bounds));
      return;
    }
    const judge = judgeOf(origin.monitor);
    const limits = { ...bounds, states: Math.min(bounds.states, left) };
    const walk = new Walk(tools, judge, root, origin, limits);
    const start = performance.now();
    walk.run(undefined, entrancesOf(origin));
    spent += walk.states;
    const milliseconds = performance.now() - start;
    const seen = reached.get(origin.monitor) ?? new Map<number, Reached>();
    reached.set(origin.monitor, seen);
    for (const [state, insn] of walk.reached)
      if (!seen.has(state)) seen.set(state, { words: judge.words(state), insn });
    let exact: Walk | undefined;
    if (origin.asm !== undefined && walk.calls.handled === 0 && walk.violations.length === 0)
      collected.gap(noHandler(root, origin));
    input.tick?.(spent);
    collected.take(walk, root, origin.name, milliseconds, twin, (key) => {
      // A path that was widened may contradict itself although another one leads there.
      if (exact === undefined) {
        exact = new Walk(tools, judge, root, origin, { ...limits, variants: Number.POSITIVE_INFINITY });
        exact.run();
        spent += exact.states;
      }
      const same = exact.violations.find((violation) => keyOf(violation) === key);
      if (same !== undefined) return exact.retell({ violation: same });
      return exact.finished ? 'refuted' : 'undecided';
    });
  };
  /** The first root of each code that is others' too, and whether it was clean. */
  const firsts = new Map<string, { readonly name: string; readonly isClean: boolean }>();
  const walked = roots.map(({ name, source, origins, entry }): WalkedRoot => {
    const root = { name, source, origins, entry };
    const signature = signatureOf(program, tools.territory, root);
    const first = signature === undefined ? undefined : firsts.get(signature);
    if (first?.isClean === true) return { name, source, like: first.name };
    const before = collected.count;
    const twin = signature === undefined ? undefined : (first?.name ?? name);
    for (const origin of origins) walkFrom(root, origin, twin);
    if (signature !== undefined && first === undefined)
      firsts.set(signature, { name, isClean: collected.count === before });
    return { name, source };
  });
  if (input.only === undefined) {
    const states = new Map([...reached].map(([monitor, seen]) => [monitor, [...seen.values()]] as const));
    for (const root of nestedRoots(program, trackings, states, roots)) {
      walked.push({ name: root.name, source: root.source });
      for (const origin of root.origins) walkFrom(root, origin);
    }
  }
  return { ...collected.result(), roots: walked, missing: workshop.missing };
}

const noHandler = ({ name, entry }: Root, origin: Origin): PathGap => ({
  place: entry.step.place,
  why: `no path from ${name} comes to a handler, from ${origin.name}`,
});

/** One gap for each root, however many of its origins were left out. */
const notWalked = ({ name, entry }: Root, { total }: WalkBounds): PathGap => ({
  place: entry.step.place,
  why: `not every path from ${name} was walked: all walks together have more than ${total} states`,
});

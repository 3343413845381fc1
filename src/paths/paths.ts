/** The whole contract on every path of an object: the one entry of this folder. */
import { invariant } from '../base/invariant.ts';
import type { Code } from '../code/code.ts';
import type { Monitor } from '../contract/monitor.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import type { Lifter } from '../isa/effect.ts';
import { kernelVersion } from '../noinstr/kernel-version.ts';
import { sectionRoles } from '../noinstr/sections.ts';
import { Analysis } from './analysis.ts';
import { Cells } from './cells.ts';
import { codeRootsOf } from './code-roots.ts';
import { Executor } from './execute.ts';
import { FlagTable } from './flags.ts';
import { Judge } from './judge.ts';
import { ALSO_ENTERED } from './known-calls.ts';
import { Memory } from './memory.ts';
import { Names } from './names.ts';
import { nestedRoots, type Reached } from './nesting.ts';
import { Packer } from './pack.ts';
import { Program } from './program.ts';
import { rootsOf, trackingsOf, unnamedEntries } from './roots.ts';
import { Territory } from './territory.ts';
import { Values } from './value.ts';
import { Walk } from './walk.ts';
import {
  DEFAULT_BOUNDS,
  type Origin,
  type PathFinding,
  type PathGap,
  type Root,
  type RootStatistics,
  type Violation,
  type WalkBounds,
} from './walk-types.ts';

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
  const { code, object, lifter, bounds = DEFAULT_BOUNDS } = input;
  const values = new Values();
  const universe = { values, names: new Names(), cells: new Cells(), flags: new FlagTable(values) };
  const program = new Program(code, object, lifter, universe);
  const version = kernelVersion(object);
  const trackings = trackingsOf(program, version);
  const territory = new Territory(program, sectionRoles(object, version), ALSO_ENTERED);
  const analysis = new Analysis(program, (callee) => {
    const meanings = territory.meanings(callee, undefined);
    return meanings.flatMap((m) => (m.kind === 'enter' ? [m.entry] : []));
  });
  const model = lifter.registers;
  const [result] = model.resultRegisters;
  invariant(result !== undefined, 'a calling convention has a result register');
  const packer = new Packer(model.count, model.stackPointer, result);
  const tools = { program, analysis, territory, executor: new Executor(model), packer, memory: new Memory(program) };
  const judges = new Map<Monitor, Judge>();
  const collected = new Collected();
  const unknown = unnamedEntries(program).unknown.map(
    (s) => `no vector is known for ${s.name}, which the entry code calls`,
  );
  const all = [...rootsOf(program, trackings), ...codeRootsOf(program, trackings)];
  // Without the variables there is nothing to follow: a driver, or a single file of a kernel.
  const isKernel = tools.memory.variables.length > 0;
  const roots = isKernel ? all.filter((r) => input.only === undefined || input.only.has(r.name)) : [];
  const reached = new Map<Monitor, Map<number, Reached>>();
  const walkFrom = (root: Root, origin: Origin): void => {
    const judge = judges.get(origin.monitor) ?? new Judge(origin.monitor);
    judges.set(origin.monitor, judge);
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
  for (const root of roots) for (const origin of root.origins) walkFrom(root, origin);
  if (input.only === undefined) {
    const states = new Map([...reached].map(([monitor, seen]) => [monitor, [...seen.values()]] as const));
    for (const root of nestedRoots(program, trackings, states)) {
      for (const origin of root.origins) walkFrom(root, origin);
    }
  }
  const missing = isKernel ? [...tools.memory.missing, ...unknown] : [];
  return { ...collected.result(), roots: roots.map((r) => r.name), missing };
}

type Path = PathFinding['path'];

/** What makes two violations one finding. */
const keyOf = ({ judged, place }: Violation): string =>
  `${judged.rule.id} ${judged.condition.name} ${place.section}:${place.offset}`;

/** Findings and gaps of all walks; one cause is one finding. */
class Collected {
  readonly #findings = new Map<string, PathFinding>();
  readonly #gaps = new Map<string, PathGap>();
  /** Violations for which no path was confirmed before the bound was reached. */
  readonly #undecided = new Map<string, PathGap>();
  readonly #statistics: RootStatistics[] = [];

  get states(): number {
    return this.#statistics.reduce((sum, { states }) => sum + states, 0);
  }

  /** `again` looks for the violation of that key without giving up any detail, and tells its path. */
  take(
    walk: Walk,
    root: Root,
    origin: string,
    milliseconds: number,
    again: (key: string) => Path | 'refuted' | 'undecided',
  ): void {
    for (const gap of walk.gaps) this.#gaps.set(`${gap.place.section}:${gap.place.offset} ${gap.why}`, gap);
    for (const violation of walk.violations) {
      const { judged, event, callee, place } = violation;
      const key = keyOf(violation);
      const old = this.#findings.get(key);
      if (old !== undefined) {
        this.#findings.set(key, { ...old, count: old.count + 1 });
        continue;
      }
      const path = walk.confirm(violation) ? walk.retell(violation) : again(key);
      if (path === 'refuted') continue;
      if (path === 'undecided') {
        this.#undecided.set(key, {
          place,
          why: `may break ${judged.rule.id}, but every path seen to it contradicts itself`,
        });
        continue;
      }
      const finding = { judged, place, root: root.name, origin, event, path, count: 1 };
      this.#findings.set(key, callee === undefined ? finding : { ...finding, callee });
    }
    const { states, steps, widened } = walk;
    this.#statistics.push({ root: root.name, origin, states, steps, widened, milliseconds });
  }

  result() {
    return {
      findings: [...this.#findings.values()],
      gaps: [
        ...this.#gaps.values(),
        ...[...this.#undecided].flatMap(([key, gap]) => (this.#findings.has(key) ? [] : [gap])),
      ],
      statistics: this.#statistics,
    };
  }
}

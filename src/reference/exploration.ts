/** The exploration of one scenario, driven in pieces, and what it found as plain data: `kentry explore` and the page show it. */
import type { Judged } from '../contract/monitor.ts';
import type { Incomplete, Path, Progress, SearchResult, Violation } from '../explore/result.ts';
import { Search } from '../explore/search.ts';
import type { Code, CodeLabel } from './instruction.ts';
import { PROGRAMS } from './library.ts';
import type { Library } from './program.ts';
import { type ScenarioModel, type ScenarioOptions, scenarioModel } from './scenario-model.ts';
import { type Trace, tellPath } from './trace.ts';

/** What is explored, and how far. */
export interface ExplorationOptions extends ScenarioOptions {
  /** Bytes in the arrays of the search and of the model; absent: what the machine gives. */
  readonly maxBytes?: number;
  readonly maxStates?: number;
  /** Goes on after the first violation, and finds for each broken condition a shortest counterexample. */
  readonly keepGoing?: boolean;
}

/** Why a condition is one: from the contract, or one of the machine's and the search's own. */
export interface Broken {
  /** The rule's id, or the name of the machine's property. */
  readonly rule: string;
  /** The condition's name within its rule. */
  readonly condition?: string;
  /** What was done wrong, as a sentence without its full stop. */
  readonly says: string;
  readonly why?: string;
  readonly fix?: string;
}

/** One thing that does not hold, with a shortest way there. */
export interface Counterexample {
  readonly broken: Broken;
  readonly trace: Trace;
}

/** What was found out about one scenario. */
export interface ExplorationReport {
  readonly scenario: string;
  readonly title: string;
  readonly configuration: string;
  /** How many contexts could be interrupted at once. */
  readonly deepest: number;
  readonly verdict: SearchResult['verdict'];
  /** Why not everything was seen, where it was not. */
  readonly incomplete?: Incomplete;
  readonly states: number;
  readonly transitions: number;
  /** States that were reached, but whose successors were not looked at. */
  readonly queue: number;
  /** Steps to the farthest state. */
  readonly farthest: number;
  /** Moves that the depth of nesting left out. */
  readonly cuts: number;
  /** Events that the contract's state could not hold: a gap that no depth closes. */
  readonly bounds: readonly string[];
  readonly bytes: number;
  /** Shortest first. */
  readonly counterexamples: readonly Counterexample[];
  /** Steps of programs and options of choices that were reached. */
  readonly reached: readonly CodeLabel[];
  /**
   * Steps and options that were never reached, of those that this kernel has: what its configuration compiles to nothing is not
   * among them. Meaningful where the verdict is `holds`.
   */
  readonly unreached: readonly CodeLabel[];
  /** Handlers that never came. */
  readonly idleHandlers: readonly string[];
}

/**
 * ```ts
 * const exploration = new Exploration({ scenario, configuration });
 * while (exploration.advance(50_000)) show(exploration.progress());
 * show(exploration.report());
 * ```
 */
export class Exploration {
  readonly library: Library;
  readonly #options: ExplorationOptions;
  readonly #model: ScenarioModel;
  readonly #search: Search;
  #outOfMemory = false;

  constructor(options: ExplorationOptions) {
    this.#options = options;
    this.library = options.library ?? PROGRAMS;
    this.#model = scenarioModel(options);
    this.#search = new Search(this.#model, {
      ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
      ...(options.maxStates !== undefined && { maxStates: options.maxStates }),
      untilViolation: options.keepGoing !== true,
    });
  }

  /** Looks at up to `states` more states; returns whether there is more to do. */
  advance(states: number): boolean {
    if (this.#outOfMemory || !this.#search.advance(states)) return false;
    this.#outOfMemory = this.progress().bytes > (this.#options.maxBytes ?? Number.POSITIVE_INFINITY);
    return !this.#outOfMemory;
  }

  /** How far it is; `bytes` are the search's and the model's. */
  progress(): Progress {
    const progress = this.#search.progress();
    return { ...progress, bytes: progress.bytes + this.#model.bytes() };
  }

  /** What is known by now. */
  report(): ExplorationReport {
    const result = this.#search.result();
    const { scenario, configuration } = this.#options;
    const { extent } = result;
    const labels = this.#model.execution.code.labels;
    const incomplete = incompleteOf(result);
    const compiled = compiledLabels(this.#model.execution.code);
    const missing = extent.taken.flatMap((count, label) =>
      count === 0 && (label >= labels.length || compiled.has(label)) ? [label] : [],
    );
    return {
      scenario: scenario.name,
      title: scenario.title,
      configuration: configuration.name,
      deepest: this.#model.execution.monitor.deepest,
      verdict: result.verdict,
      ...(incomplete !== undefined && { incomplete: this.#outOfMemory ? 'memory' : incomplete }),
      states: extent.states,
      transitions: extent.transitions,
      queue: extent.states - extent.expanded,
      farthest: extent.depth,
      cuts: extent.cuts,
      bounds: this.#model.bounds(),
      bytes: this.progress().bytes,
      counterexamples: result.verdict === 'violated' ? this.#counterexamples(result.violations) : [],
      reached: labels.filter(({ path }, label) => path !== '' && (extent.taken[label] ?? 0) > 0),
      unreached: missing.flatMap((label) => labels[label] ?? []).filter(({ path }) => path !== ''),
      idleHandlers: missing.filter((label) => label >= labels.length).map((label) => this.#model.labelName(label)),
    };
  }

  /** A shortest path to the state that the search came to last: an example of what can happen. */
  example(): Trace {
    return tellPath(this.#model, this.#search.pathTo(this.#search.progress().states - 1));
  }

  #counterexamples(violations: readonly Violation<Int32Array>[]): readonly Counterexample[] {
    return violations
      .flatMap((violation) =>
        violation.kind === 'sometimes' ? [] : [{ broken: this.#broken(violation), path: violation.path }],
      )
      .toSorted((a, b) => a.path.steps.length - b.path.steps.length)
      .map(({ broken, path }: { broken: Broken; path: Path<Int32Array> }) => ({
        broken,
        trace: tellPath(this.#model, path),
      }));
  }

  #broken(violation: Violation<Int32Array>): Broken {
    switch (violation.kind) {
      case 'deadlock':
        return { rule: 'DEADLOCK', says: 'nothing can happen any more' };
      case 'alwaysPossible':
        return {
          rule: 'LEFT',
          says: 'from here there is no way back to where it began: what was entered cannot be left',
        };
      default: {
        const place = (this.#model.always ?? []).findIndex(({ name }) => name === violation.property);
        return brokenOf(this.#model.properties[place] ?? violation.property);
      }
    }
  }
}

/** The labels of all instructions: a call of what the kernel does not have, or a branch that it never takes, has none. */
const compiledLabels = ({ instructions }: Code): ReadonlySet<number> =>
  new Set(
    instructions.flatMap((instruction) => [
      instruction.step,
      ...(instruction.op === 'choose' ? instruction.options.map(({ label }) => label) : []),
    ]),
  );

/** A condition of the contract, or a property of the machine: `NAME: what must hold`. */
export function brokenOf(property: Judged | string): Broken {
  if (typeof property === 'string') {
    const [rule = property, says = property] = property.split(': ');
    return { rule, says: `this does not hold: ${says}` };
  }
  const { rule, condition } = property;
  return {
    rule: rule.id,
    condition: condition.name,
    says: condition.says,
    why: rule.why,
    ...(condition.fix !== undefined && { fix: condition.fix }),
  };
}

function incompleteOf(result: SearchResult): Incomplete | undefined {
  if (result.verdict === 'incomplete') return result.why;
  return result.verdict === 'violated' ? result.incomplete : undefined;
}

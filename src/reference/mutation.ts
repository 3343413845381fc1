/**
 * Mutation testing of the contract: each mistake is explored where its step is executed, in the smallest scenario first, until a
 * rule is broken. What no rule minds is a survivor: harmless, or a rule is missing.
 */
import { CONFIGURATIONS, type Configuration } from '../contract/configuration.ts';
import { editLibrary } from './edit.ts';
import { Exploration, type ExplorationOptions, type ExplorationReport } from './exploration.ts';
import type { CodeLabel } from './instruction.ts';
import { PROGRAMS } from './library.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { Observations } from './observations.ts';
import type { Library } from './program.ts';
import { existsIn, type Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

/** What became of a mutant. */
export type MutantResult =
  /** A rule was broken: the exploration's report has the shortest counterexample. */
  | {
      readonly outcome: 'caught';
      readonly mutant: Mutant;
      readonly report: ExplorationReport;
      readonly lost?: undefined;
    }
  /** No rule is broken, but a step of another program, or a handler, is never reached any more in that scenario. */
  | { readonly outcome: 'caught'; readonly mutant: Mutant; readonly report: ExplorationReport; readonly lost: string }
  | { readonly outcome: 'survived'; readonly mutant: Mutant; readonly explored: number }
  /** No rule can catch it: one context deep it does nothing in any state that the reference of some kernel does not do there. */
  | { readonly outcome: 'same'; readonly mutant: Mutant }
  /** It is no program: a variable that nothing sets, a function that calls itself. A compiler refuses it too. */
  | { readonly outcome: 'refused'; readonly mutant: Mutant; readonly why: string }
  /** No scenario executes the step, one context deep or, in the first kernel, two. */
  | { readonly outcome: 'unreached'; readonly mutant: Mutant };

/** Where a step is executed: a scenario in a configuration, with what it costs to explore it. */
interface Place {
  readonly scenario: Scenario;
  readonly configuration: Configuration;
  /** How many contexts deep it is executed. */
  readonly deepest: 1 | 2;
  readonly states: number;
  /** What is reached there, as `lostIn` names it. */
  readonly reached: ReadonlySet<string>;
}

/** An exploration of the reference. */
interface Run {
  readonly scenario: Scenario;
  readonly configuration: Configuration;
  readonly report: ExplorationReport;
}

/** No mutant is followed further: a scenario one context deep has some thousands. */
const MOST_STATES = 200_000;
/** Scenarios that are explored two contexts deep for what survived. */
const DEEPER_PLACES = 2;
/** Scenarios that are explored in each of the other configurations for what survived. */
const OTHER_PLACES = 3;

/** Mutants and where they can be seen; made once, since it explores every scenario in every configuration. */
export class MutationCampaign {
  readonly mutants: readonly Mutant[];
  readonly #library: Library;
  /** By `program path`, and by `program` alone; the smallest first. */
  readonly #places = new Map<string, Place[]>();
  /** What the reference does, in all scenarios and configurations. */
  readonly #done = new Observations();

  /** `scenarios` are those in which mutants may be seen. `onPlace` is called after each of the first explorations. */
  constructor(scenarios: readonly Scenario[] = SCENARIOS, library: Library = PROGRAMS, onPlace: () => void = () => {}) {
    this.#library = library;
    const runs = CONFIGURATIONS.flatMap((configuration) =>
      scenarios
        .filter((scenario) => existsIn(scenario, configuration))
        .map((scenario) => ({ scenario, configuration })),
    );
    const [usual] = CONFIGURATIONS;
    const reports = runs.map((run) => {
      const report = explored({ ...run, library, deepest: 1, maxStates: MOST_STATES, observer: this.#done });
      onPlace();
      return { ...run, report };
    });
    for (const run of reports.toSorted((a, b) => a.report.states - b.report.states)) this.#note(run, 1);
    // What nothing executes one context deep may be executed two deep.
    for (const run of reports) {
      const missing = run.report.unreached.filter(({ program, path }) => !this.#places.has(`${program} ${path}`));
      if (run.configuration !== usual || missing.length === 0) continue;
      const { scenario, configuration } = run;
      this.#note({ scenario, configuration, report: explored({ scenario, configuration, library, deepest: 2 }) }, 2);
      onPlace();
    }
    const executed = new Set(this.#places.keys());
    this.mutants = mutantsOf(library, scenarios).filter(
      ({ program }) => scenarios === SCENARIOS || executed.has(program),
    );
  }

  /** Notes where steps are executed; of what is executed two contexts deep only that which is not so one deep. */
  #note({ report, scenario, configuration }: Run, deepest: Place['deepest']): void {
    const reached = new Set(report.reached.map(nameOf));
    const place: Place = { scenario, configuration, deepest, states: report.states, reached };
    const keys = new Set(report.reached.flatMap(({ program, path }) => [program, `${program} ${path}`]));
    for (const key of keys) {
      const places = this.#places.get(key);
      if (places === undefined) this.#places.set(key, [place]);
      else if (places.at(-1)?.deepest === deepest) places.push(place);
    }
  }

  /** Explores one mutant. */
  test(mutant: Mutant): MutantResult {
    const places = this.#placesOf(mutant);
    if (places.length === 0) return { outcome: 'unreached', mutant };
    const why = uncompiled(mutant, this.#library);
    if (why !== undefined) return { outcome: 'refused', mutant, why };
    let library: Library;
    try {
      library = editLibrary(this.#library, mutant.edits);
    } catch (error) {
      return refused(mutant, error);
    }
    const [usual] = CONFIGURATIONS;
    const first = places.filter(({ configuration }) => configuration === usual);
    const others = CONFIGURATIONS.slice(1).flatMap((configuration) =>
      places.filter((place) => place.configuration === configuration).slice(0, OTHER_PLACES),
    );
    const rounds = [
      ...first.map((place) => ({ place, deepest: place.deepest })),
      ...others.map((place) => ({ place, deepest: place.deepest })),
      ...(first.length > 0 ? first : others).slice(0, DEEPER_PLACES).map((place) => ({ place, deepest: 2 })),
    ];
    let same = true;
    let lost: MutantResult | undefined;
    for (const { place, deepest } of rounds) {
      const { scenario, configuration } = place;
      const observer = new Observations();
      let exploration: Exploration;
      try {
        exploration = new Exploration({
          scenario: mutant.scenario ?? scenario,
          configuration,
          library,
          deepest,
          maxStates: MOST_STATES,
          ...(same && deepest === 1 && { observer }),
        });
      } catch (error) {
        return refused(mutant, error);
      }
      exploration.advance(Number.POSITIVE_INFINITY);
      const report = exploration.report();
      if (report.verdict === 'violated') return { outcome: 'caught', mutant, report };
      same &&= place.deepest === 1 && (deepest > 1 || (report.verdict === 'holds' && observer.isWithin(this.#done)));
      if (lost === undefined && deepest === place.deepest) lost = lostIn(mutant, report, place);
    }
    if (lost !== undefined) return lost;
    return same ? { outcome: 'same', mutant } : { outcome: 'survived', mutant, explored: rounds.length };
  }

  #placesOf({ program, paths, scenario }: Mutant): readonly Place[] {
    const keys = paths.length === 0 ? [program] : paths.map((path) => `${program} ${path}`);
    const places = new Set(keys.flatMap((key) => this.#places.get(key) ?? []));
    return [...places]
      .filter((place) => scenario === undefined || place.scenario.name === scenario.name)
      .toSorted((a, b) => a.states - b.states);
  }
}

function explored(options: ExplorationOptions): ExplorationReport {
  const exploration = new Exploration(options);
  exploration.advance(Number.POSITIVE_INFINITY);
  return exploration.report();
}

const nameOf = ({ program, path, option }: CodeLabel): string =>
  `${program}:${path}${option === undefined ? '' : `?${option}`}`;

/** A step that is in the mutant too, and never reached, though the reference reaches it there. Of the program itself paths differ. */
function lostIn(mutant: Mutant, report: ExplorationReport, place: Place): MutantResult | undefined {
  const edited = new Set(mutant.edits.map(({ program }) => program));
  const label = report.unreached.find((one) => !edited.has(one.program) && place.reached.has(nameOf(one)));
  if (report.verdict !== 'holds' || label === undefined) return undefined;
  return { outcome: 'caught', mutant, report, lost: nameOf(label) };
}

/** What a compiler refuses (-Werror=return-type): a function that returns a value no longer does at its end. */
function uncompiled({ kind, program, paths }: Mutant, library: Library): string | undefined {
  const [path = ''] = paths;
  const steps = library.get(program)?.steps ?? [];
  const last = steps.at(-1);
  if (kind !== 'delete' || path !== String(steps.length - 1) || last?.op !== 'return' || last.value === undefined)
    return;
  return `${program} ends without the value that it returns`;
}

function refused(mutant: Mutant, error: unknown): MutantResult {
  if (!(error instanceof Error)) throw error;
  return { outcome: 'refused', mutant, why: error.message };
}

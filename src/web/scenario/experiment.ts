/** What the page runs: a scenario in a kernel, with edits, other handlers, and turns that the run takes. Its address is all of it. */
import { CONFIGURATIONS, type Configuration, configurationNamed } from '../../contract/configuration.ts';
import { type Edit, editLibrary } from '../../reference/edit.ts';
import { formatEdits, parseEdits } from '../../reference/edit-text.ts';
import { injectable } from '../../reference/injection.ts';
import { PROGRAMS } from '../../reference/library.ts';
import type { Library } from '../../reference/program.ts';
import { type Run, runScenario } from '../../reference/run.ts';
import { existsIn, type Handler, type Root, type Scenario } from '../../reference/scenario.ts';
import { SCENARIOS, scenarioNamed } from '../../reference/scenarios.ts';
import { formatTurns, parseTurns, type Turn } from '../../reference/turn.ts';

/** How many contexts may be interrupted at once where nothing else is asked. */
export const USUAL_DEPTH = 2;
const MOST_DEPTH = 4;

/** Another program for a handler of the scenario. */
export interface OtherHandler {
  /** The handler's place in the scenario's list. */
  readonly index: number;
  readonly program: string;
}

/** Everything that decides what is run. */
export interface Experiment {
  readonly scenario: Scenario;
  readonly configuration: Configuration;
  /** The root's name; absent: the first. */
  readonly root?: string;
  readonly deepest: number;
  readonly edits: readonly Edit[];
  readonly handlers: readonly OtherHandler[];
  /** A hardware breakpoint is armed from the beginning, so that a debug exception may come. */
  readonly armed: boolean;
  /** In the order of their steps. */
  readonly turns: readonly Turn[];
}

/** Reads an address; whatever does not fit is left out. */
export function parseExperiment(name: string | undefined, query: Readonly<Record<string, string>>): Experiment {
  const scenario = scenarioNamed(name ?? '') ?? SCENARIOS[0];
  const { a, c = '', r, d, e = '', h = '', t = '' } = query;
  const asked = configurationNamed(c);
  const fitting = CONFIGURATIONS.find((configuration) => existsIn(scenario, configuration));
  const configuration = asked !== undefined && existsIn(scenario, asked) ? asked : (fitting ?? CONFIGURATIONS[0]);
  const deepest = Number(d);
  return {
    scenario,
    configuration,
    ...(r !== undefined && scenario.roots.some((root) => root.name === r) && { root: r }),
    deepest: Number.isInteger(deepest) && deepest >= 1 && deepest <= MOST_DEPTH ? deepest : USUAL_DEPTH,
    edits: parseEdits(e),
    handlers: h.split('!').flatMap((text) => {
      const [place = '', program = ''] = text.split('*');
      const index = Number(place);
      const known = /^\d{1,2}$/.test(place) && index < scenario.handlers.length && PROGRAMS.has(program);
      return known ? [{ index, program }] : [];
    }),
    armed: a === '1',
    turns: parseTurns(t),
  };
}

/** The query of an experiment's address; `parseExperiment` reads it back. */
export function experimentQuery(experiment: Experiment): Readonly<Record<string, string | undefined>> {
  const { configuration, root, deepest, edits, handlers, armed, turns } = experiment;
  return {
    c: configuration === CONFIGURATIONS[0] ? undefined : configuration.name,
    r: root,
    d: deepest === USUAL_DEPTH ? undefined : String(deepest),
    e: formatEdits(edits),
    h: handlers.map(({ index, program }) => `${index}*${program}`).join('!'),
    a: armed ? '1' : undefined,
    t: formatTurns(turns),
  };
}

/** The programs with their edits. Throws where an edit does not fit them. */
export const libraryOf = ({ edits }: Experiment): Library => editLibrary(PROGRAMS, edits);

/** The scenario as it is explored: with the handlers that were chosen. */
export function exploredScenario({ scenario, handlers, armed }: Experiment): Scenario {
  const chosen = (handler: Handler, place: number): Handler => {
    const program = handlers.find(({ index }) => index === place)?.program;
    if (program === undefined) return handler;
    return {
      kind: handler.kind,
      ...(handler.fromUser !== undefined && { fromUser: program }),
      ...(handler.fromKernel !== undefined && { fromKernel: program }),
    };
  };
  const arm = (root: Root): Root =>
    armed ? { ...root, from: { ...root.from, but: { ...root.from.but, armed: 1 } } } : root;
  const [first, ...more] = scenario.roots;
  return { ...scenario, handlers: scenario.handlers.map(chosen), roots: [arm(first), ...more.map(arm)] };
}

/** The scenario as a run shows it: whatever hardware can bring may be injected, be it explored or not. */
export const shownScenario = (experiment: Experiment): Scenario => injectable(exploredScenario(experiment));

/** Runs the experiment. Throws where an edit does not fit, or the edited programs cannot be compiled. */
export function runOf(experiment: Experiment): Run {
  const { configuration, deepest, root, turns } = experiment;
  const scenario = shownScenario(experiment);
  const library = libraryOf(experiment);
  return runScenario({ scenario, configuration, deepest, library, turns, ...(root !== undefined && { root }) });
}

/** What the page runs: a scenario in a kernel, with edits, other handlers, and turns that the run takes. Its address is all of it. */
import { CONFIGURATIONS, type Configuration, configurationNamed } from '../../contract/configuration.ts';
import type { Vector } from '../../contract/vectors.ts';
import { type Edit, editLibrary } from '../../reference/edit.ts';
import { PROGRAMS } from '../../reference/library.ts';
import type { Library } from '../../reference/program.ts';
import { existsIn, type Handler, type Scenario } from '../../reference/scenario.ts';
import { SCENARIOS, scenarioNamed } from '../../reference/scenarios.ts';
import { formatEdits, parseEdits } from './edit-text.ts';
import { formatTurns, parseTurns, type Turn } from './turn.ts';

/** How many contexts may be interrupted at once where nothing else is asked. */
export const USUAL_DEPTH = 2;
const MOST_DEPTH = 4;

/** Another program for a handler of the scenario. */
export interface OtherHandler {
  readonly kind: Vector['kind'];
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
  /** In the order of their steps. */
  readonly turns: readonly Turn[];
}

/** Reads an address; whatever does not fit is left out. */
export function parseExperiment(name: string | undefined, query: Readonly<Record<string, string>>): Experiment {
  const scenario = scenarioNamed(name ?? '') ?? SCENARIOS[0];
  if (scenario === undefined) throw new Error('kentry is wrong here: there is no scenario');
  const { c = '', r, d, e = '', h = '', t = '' } = query;
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
    handlers: h.split(' ').flatMap((text) => {
      const [kind, program = ''] = text.split('*');
      const known = scenario.handlers.find((handler) => handler.kind === kind);
      return known === undefined || !PROGRAMS.has(program) ? [] : [{ kind: known.kind, program }];
    }),
    turns: parseTurns(t),
  };
}

/** The query of an experiment's address; `parseExperiment` reads it back. */
export function experimentQuery(experiment: Experiment): Readonly<Record<string, string | undefined>> {
  const { configuration, root, deepest, edits, handlers, turns } = experiment;
  return {
    c: configuration === CONFIGURATIONS[0] ? undefined : configuration.name,
    r: root,
    d: deepest === USUAL_DEPTH ? undefined : String(deepest),
    e: formatEdits(edits),
    h: handlers.map(({ kind, program }) => `${kind}*${program}`).join(' '),
    t: formatTurns(turns),
  };
}

/** The programs with their edits. Throws where an edit does not fit them. */
export const libraryOf = ({ edits }: Experiment): Library => editLibrary(PROGRAMS, edits);

/** The scenario with the handlers that were chosen. */
export function scenarioOf({ scenario, handlers }: Experiment): Scenario {
  if (handlers.length === 0) return scenario;
  const chosen = (handler: Handler): Handler => {
    const program = handlers.find(({ kind }) => kind === handler.kind)?.program;
    if (program === undefined) return handler;
    return {
      kind: handler.kind,
      ...(handler.fromUser !== undefined && { fromUser: program }),
      ...(handler.fromKernel !== undefined && { fromKernel: program }),
    };
  };
  return { ...scenario, handlers: scenario.handlers.map(chosen) };
}

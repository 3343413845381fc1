/** A path that the search found, as the turns of a run that takes the same steps. */
import { present } from '../../base/invariant.ts';
import type { Path } from '../../explore/result.ts';
import { placeOf } from '../../reference/execution.ts';
import { Machine, type MachineMove } from '../../reference/machine.ts';
import { turnOf, usualMove } from '../../reference/run.ts';
import type { Scenario } from '../../reference/scenario.ts';
import type { ScenarioModel } from '../../reference/scenario-model.ts';
import { tellPath } from '../../reference/trace.ts';
import type { Turn } from '../../reference/turn.ts';
import { type Experiment, libraryOf, shownScenario } from './experiment.ts';
import type { PathStep } from './explore-message.ts';

/** What a worker sends of a path. */
export interface Counterexample {
  /** The root that it begins with. */
  readonly root: string;
  readonly steps: readonly PathStep[];
}

/** A path of the search, as what a worker can send. */
export function counterexampleOf(model: ScenarioModel, path: Path<Int32Array>): Counterexample {
  const { execution } = model;
  const { handlers, roots } = execution.scenario;
  const first = present(model.contexts(path.initial)[0], 'something runs at the beginning');
  const root = roots[execution.initial().map(placeOf).indexOf(placeOf(first))];
  const steps = tellPath(model, path).steps.map(
    ({ kind, handler, place, events }): PathStep => ({
      kind,
      events,
      ...(handler !== undefined && { handler: handlers.indexOf(handler) }),
      ...(kind === 'choice' && place?.option !== undefined && { option: place.option }),
    }),
  );
  return { root: present(root, 'a path begins with a root').name, steps };
}

/** The experiment with the root and the turns by which its run is that path. Throws where no run is. */
export function experimentOfPath(experiment: Experiment, { root, steps }: Counterexample): Experiment {
  const { configuration, deepest } = experiment;
  // The handlers of the explored scenario come first in the shown one.
  const scenario = shownScenario(experiment);
  const library = libraryOf(experiment);
  const machine = new Machine({ scenario, configuration, deepest, library, root });
  const turns: Turn[] = [];
  for (const [at, step] of steps.entries()) {
    const move = machine.moves.find((candidate) => isStep(candidate, step, scenario));
    if (move === undefined) throw new Error(`kentry is wrong here: step ${at} of the counterexample cannot be taken`);
    const turn = move === usualMove(machine, at) ? undefined : turnOf(at, move, scenario);
    if (turn !== undefined) turns.push(turn);
    machine.take(move);
  }
  return { ...experiment, root, turns };
}

function isStep({ step }: MachineMove, wanted: PathStep, { handlers }: Scenario): boolean {
  const handler = step.handler === undefined ? undefined : handlers.indexOf(step.handler);
  if (step.kind !== wanted.kind || handler !== wanted.handler) return false;
  return step.kind !== 'choice' || step.place?.option === wanted.option;
}

/** A path that the search found, as the turns of a run that takes the same steps. */
import { Machine, type MachineMove } from '../../reference/machine.ts';
import { type Experiment, libraryOf, scenarioOf } from './experiment.ts';
import type { ExploreNews } from './explore-message.ts';
import { turnOf, usualMove } from './run.ts';
import type { Turn } from './turn.ts';

/** The experiment with the root and the turns by which its run is that path. Throws where no run is. */
export function experimentOfPath(
  experiment: Experiment,
  { root, steps }: Pick<ExploreNews & { readonly kind: 'broken' }, 'root' | 'steps'>,
): Experiment {
  const { configuration, deepest } = experiment;
  const machine = new Machine({
    scenario: scenarioOf(experiment),
    configuration,
    deepest,
    library: libraryOf(experiment),
    root,
  });
  const turns: Turn[] = [];
  for (const [at, step] of steps.entries()) {
    const move = machine.moves.find((candidate) => isStep(candidate, step));
    if (move === undefined) throw new Error(`kentry is wrong here: step ${at} of the counterexample cannot be taken`);
    const turn = move === usualMove(machine, at) ? undefined : turnOf(at, move);
    if (turn !== undefined) turns.push(turn);
    machine.take(move);
  }
  return { ...experiment, root, turns };
}

const isStep = (
  { step }: MachineMove,
  wanted: {
    readonly kind: string;
    readonly handler?: { readonly kind: string };
    readonly place?: { readonly option?: number };
  },
): boolean =>
  step.kind === wanted.kind &&
  step.handler?.kind === wanted.handler?.kind &&
  (step.kind !== 'choice' || step.place?.option === wanted.place?.option);

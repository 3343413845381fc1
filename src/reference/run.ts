/** A run of a scenario: every step from its beginning to its end, with all that is true and possible at each. */
import type { Monitor } from '../contract/monitor.ts';
import type { CodeLabel } from './instruction.ts';
import { Machine, type MachineMove, type MachineOptions } from './machine.ts';
import type { Handler, Scenario } from './scenario.ts';
import { packContexts, stateOf, type Trace, type TraceStep } from './trace.ts';
import type { Turn } from './turn.ts';

/** A run is cut there: a loop that an edit made must not run for ever. */
const MOST_STEPS = 20_000;

/** The CPU between two steps. */
export interface Moment {
  /** Records of the contexts, the running one first. */
  readonly contexts: readonly Int32Array[];
  /** What led here; absent at the beginning. */
  readonly step?: TraceStep;
  /** All that can happen next. */
  readonly moves: readonly MachineMove[];
  /** What the running program does next; absent in user mode and at an end. */
  readonly next?: TraceStep;
}

/** A whole run. */
export interface Run {
  readonly monitor: Monitor;
  /** What was run. */
  readonly scenario: Scenario;
  /** One more than there are steps; the first is the beginning. */
  readonly moments: readonly [Moment, ...Moment[]];
  /** A turn that could not be taken, where the run then ended. */
  readonly refused?: Turn;
  /** It was cut at the most steps that are shown. */
  readonly cut: boolean;
}

/** What is run, and where it does not go on by itself. */
export interface RunOptions extends MachineOptions {
  /** In the order of their steps. */
  readonly turns: readonly Turn[];
}

/** Runs a scenario until its root begins anew. Throws where the programs cannot be compiled. */
export function runScenario({ turns, ...options }: RunOptions): Run {
  const { scenario } = options;
  const machine = new Machine(options);
  const { monitor } = machine.execution;
  const [base] = machine.contexts;
  const first = momentOf(machine, undefined);
  const moments: [Moment, ...Moment[]] = [first];
  const left = [...turns];
  for (let at = 0; at < MOST_STEPS; at++) {
    const turn = left[0]?.at === at ? left.shift() : undefined;
    // Where the root begins anew everything has been shown, unless something is still to happen.
    const around = at > 0 && left.length === 0 && turn === undefined && machine.depth === 0;
    if (around && machine.contexts[0]?.every((word, index) => word === base?.[index]))
      return { monitor, scenario, moments, cut: false };
    const move = turn === undefined ? usualMove(machine, at) : turnMove(machine, turn);
    if (move === undefined || move.ends === 'bound') {
      return { monitor, scenario, moments, cut: false, ...(turn !== undefined && { refused: turn }) };
    }
    moments.push(momentOf(machine, machine.take(move)));
    if (machine.ended) return { monitor, scenario, moments, cut: false };
  }
  return { monitor, scenario, moments, cut: true };
}

function momentOf(machine: Machine, step: TraceStep | undefined): Moment {
  const next = machine.nextStep?.step;
  return {
    contexts: machine.contexts,
    moves: machine.moves,
    ...(step !== undefined && { step }),
    ...(next !== undefined && { next }),
  };
}

/** The next step of the program; user mode does nothing by itself, so that at the beginning hardware does. */
export function usualMove(machine: Machine, at: number): MachineMove | undefined {
  const { nextStep } = machine;
  if (nextStep !== undefined || at > 0) return nextStep;
  return machine.moves.find(({ ends }) => ends !== 'bound');
}

function turnMove({ moves, execution }: Machine, turn: Turn): MachineMove | undefined {
  if (turn.kind === 'choose') {
    return moves.find(({ step }) => step.kind === 'choice' && step.place?.option === turn.option);
  }
  const wanted = execution.scenario.handlers.filter(({ kind }) => kind === turn.vector)[turn.nth];
  return moves.find(({ step }) => step.handler !== undefined && step.handler === wanted);
}

/** The turn that a move of that scenario is, where it is not the usual one. */
export function turnOf(
  at: number,
  { step: { kind, handler, place } }: MachineMove,
  scenario: Scenario,
): Turn | undefined {
  if (handler !== undefined) return { at, kind: 'inject', vector: handler.kind, nth: nthOf(handler, scenario) };
  const option = place?.option;
  return kind === 'choice' && option !== undefined ? { at, kind: 'choose', option } : undefined;
}

/** Which of the handlers of its kind it is, from 0. */
export const nthOf = (handler: Handler, { handlers }: Scenario): number =>
  handlers.filter(({ kind }) => kind === handler.kind).indexOf(handler);

/** The packed state of the contract, with room for as many contexts as the monitor judges. */
export const wordsOf = ({ contexts }: Moment, monitor: Monitor): Int32Array => packContexts(contexts, monitor.words);

/** The run's steps, as a path of the search has them. */
export const traceOf = ({ moments: [first, ...more] }: Run): Trace => ({
  initial: stateOf(first.contexts),
  steps: more.flatMap(({ step }) => (step === undefined ? [] : [step])),
});

/** A choice of the environment that a run came to. */
export interface Choice {
  /** The steps that were taken before it. */
  readonly at: number;
  /** Its options, and which of them was taken. */
  readonly options: readonly CodeLabel[];
  readonly taken: number;
}

/** Every choice that the run came to. */
export function choicesOf({ moments }: Run): readonly Choice[] {
  return moments.flatMap(({ moves }, at) => {
    const options = moves.flatMap(({ step }) =>
      step.kind === 'choice' && step.place !== undefined ? [step.place] : [],
    );
    const taken = moments[at + 1]?.step;
    if (options.length < 2 || taken?.kind !== 'choice') return [];
    return [{ at, options, taken: options.findIndex(({ option }) => option === taken.place?.option) }];
  });
}

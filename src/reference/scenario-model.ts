/** A scenario as a model of `explore/`; `moves.ts` has its states. */
import { present } from '../base/invariant.ts';
import { EVENT_NAMES, type EventName } from '../contract/alphabet.ts';
import type { Configuration } from '../contract/configuration.ts';
import { createMonitor, type Judged, type Monitor } from '../contract/monitor.ts';
import type { Rule } from '../contract/rule.ts';
import type { PackedModel } from '../explore/packed-model.ts';
import { compileCode } from './compile.ts';
import { Execution } from './execution.ts';
import { PROGRAMS } from './library.ts';
import type { Passing } from './move.ts';
import { Moves, STATE_WORDS } from './moves.ts';
import type { Observer } from './observations.ts';
import { OWN_PROPERTIES } from './own-properties.ts';
import type { Library } from './program.ts';
import { existsIn, handlerPrograms, type Scenario, vectorOf } from './scenario.ts';
import { REFERENCE_RULES } from './stricter-rules.ts';

/** How a scenario is explored. */
export interface ScenarioOptions {
  readonly scenario: Scenario;
  readonly configuration: Configuration;
  /** How many contexts may be interrupted at once, 1 to 7; 3 where absent. */
  readonly deepest?: number;
  /** The programs; the reference as it is where absent. A mutant gives its own. */
  readonly library?: Library;
  /** The rules to judge by; absent: the contract's, with the stricter conditions that programs are held to. */
  readonly rules?: readonly Rule[];
  /** `event` makes each event a step of its own; `merged`, where absent, joins what no interrupt can tell apart. */
  readonly granularity?: 'merged' | 'event';
  /** Sees each event that is judged. */
  readonly observer?: Observer;
  /** Sees each step that is taken; the end of each function is one then. */
  readonly passing?: Passing;
}

/** A scenario made ready: the semantics that the machine and the search share. */
export function prepare(options: ScenarioOptions): Execution {
  const {
    scenario,
    configuration,
    library = PROGRAMS,
    deepest = 3,
    granularity = 'merged',
    rules = REFERENCE_RULES,
    observer,
    passing,
  } = options;
  if (!existsIn(scenario, configuration)) {
    throw new Error(`the scenario ${scenario.name} does not exist in the configuration ${configuration.name}`);
  }
  const code = compileCode({
    library,
    configuration,
    roots: scenario.roots,
    handlers: handlerPrograms(scenario),
    granularity,
    faults: scenario.handlers.some(({ kind }) => vectorOf(kind).where === 'in instrumentable code'),
    ends: passing !== undefined,
  });
  const monitor = createMonitor(configuration, { deepest, rules });
  return new Execution(scenario, code, observer === undefined ? monitor : observed(monitor, observer), passing);
}

const observed = (monitor: Monitor, observer: Observer): Monitor => ({
  ...monitor,
  step: (words, at, event) => {
    observer.before(words, event);
    const result = monitor.step(words, at, event);
    observer.after(words);
    return result;
  },
});

/** A scenario as a packed model, and the way back from its states. */
export interface ScenarioModel extends PackedModel {
  readonly execution: Execution;
  /** What the model's `always` stand for, in their order: the contract's conditions, then the own properties. */
  readonly properties: readonly (Judged | string)[];
  /** The records of a state's contexts, the running one first. */
  readonly contexts: (state: Int32Array, at?: number) => readonly Int32Array[];
  /** Events that the contract's state could not hold, so that steps were left out: a gap that the depth does not explain. */
  readonly bounds: () => readonly EventName[];
  /** Bytes beside the search: records and remembered moves. */
  readonly bytes: () => number;
  /** The programs that can be the handler of a pushed label. */
  readonly labelName: (label: number) => string;
}

/** Makes the model. Its states are numbers that it gives out itself: states of two models must not be compared. */
export function scenarioModel(options: ScenarioOptions): ScenarioModel {
  const execution = prepare(options);
  const { code, monitor, scenario } = execution;
  const moves = new Moves(execution);
  const bases = new Set(execution.initial().map((record) => moves.base(record)));
  const stops = new Set(code.instructions.flatMap((instruction, place) => (instruction.op === 'stop' ? [place] : [])));
  const stopped = (state: Int32Array, at: number) => stops.has(moves.placeOf(state[at] ?? 0));
  const names = [
    ...code.labels.map(
      ({ program, path, option }) => `${program}${path && `:${path}`}${option === undefined ? '' : `?${option}`}`,
    ),
    ...scenario.handlers.map(({ kind, fromUser, fromKernel }) => `${kind}! ${fromUser ?? fromKernel ?? ''}`),
  ];
  const properties: readonly (Judged | string)[] = [...monitor.conditions, ...OWN_PROPERTIES];
  return {
    name: `${scenario.name}, ${options.configuration.name}, ${monitor.deepest} deep`,
    words: STATE_WORDS,
    labels: names,
    initial: (out) => {
      for (const base of bases) {
        const to = out.push(0);
        out.words[to] = base;
        out.words[to + 1] = 0;
      }
    },
    successors: (state, at, out) => moves.push(state, at, out),
    always: properties.map((property) => ({
      name: typeof property === 'string' ? property : `${property.rule.id} ${property.condition.name}`,
    })),
    alwaysPossible: [
      {
        name: 'everything that was entered is left',
        // A machine that has stopped for good has no way back, on purpose.
        reached: (state, at) => (bases.has(state[at] ?? 0) && state[at + 1] === 0) || stopped(state, at),
      },
    ],
    mayEnd: stopped,
    execution,
    properties,
    contexts: (state, at = 0) => moves.contexts(state[at] ?? 0, state[at + 1] ?? 0),
    bounds: () => [...moves.bounds].map((event) => present(EVENT_NAMES[event], 'events have names')),
    bytes: () => moves.bytes,
    labelName: (label) => present(names[label], 'a label of the model has a name'),
  };
}

/**
 * A scenario as a model of `explore/`. A state is a number for each context, the running one first, 0 for none:
 *
 *     running | interrupted by it | interrupted by that | ...
 *
 * What can happen depends on the first two alone, so it is worked out once for each pair and remembered.
 */
import { present } from '../base/invariant.ts';
import { EVENT_NAMES, type EventName } from '../contract/alphabet.ts';
import type { Configuration } from '../contract/configuration.ts';
import { createMonitor, type Judged, type Monitor } from '../contract/monitor.ts';
import type { Rule } from '../contract/rule.ts';
import type { PackedModel } from '../explore/packed-model.ts';
import type { Successors } from '../explore/successors.ts';
import { compileCode } from './compile.ts';
import { type Change, Execution, type Move, placeOf } from './execution.ts';
import { PROGRAMS } from './library.ts';
import type { Observer } from './observations.ts';
import { OWN_PROPERTIES } from './own-properties.ts';
import { Pairs } from './pairs.ts';
import type { Library } from './program.ts';
import { Records } from './records.ts';
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
  });
  const monitor = createMonitor(configuration, { deepest, rules });
  return new Execution(scenario, code, observer === undefined ? monitor : observed(monitor, observer));
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

/** Where the moves of a pair stand in the pool: how many and whether the depth left some out, then each of them. */
const MOVE_WORDS = 5;
const CHANGES: readonly Change[] = ['stay', 'push', 'pop'];

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
  const memory = new Moves(execution);
  const words = monitor.deepest + 1;
  const bases = new Set(execution.initial().map((record) => memory.records.numberOf(record)));
  const stops = new Set(code.instructions.flatMap((instruction, place) => (instruction.op === 'stop' ? [place] : [])));
  const stopped = (state: Int32Array, at: number) => stops.has(placeOf(memory.records.record(state[at] ?? 0)));
  const names = [
    ...code.labels.map(
      ({ program, path, option }) => `${program}${path && `:${path}`}${option === undefined ? '' : `?${option}`}`,
    ),
    ...scenario.handlers.map(({ kind, fromUser, fromKernel }) => `${kind}! ${fromUser ?? fromKernel ?? ''}`),
  ];
  const properties: readonly (Judged | string)[] = [...monitor.conditions, ...OWN_PROPERTIES];
  return {
    name: `${scenario.name}, ${options.configuration.name}, ${monitor.deepest} deep`,
    words,
    labels: names,
    initial: (out) => {
      for (const base of bases) {
        const to = out.push(0);
        out.words.fill(0, to, to + words);
        out.words[to] = base;
      }
    },
    successors: (state, at, out) => memory.push(state, at, words, out),
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
    contexts: (state, at = 0) =>
      Array.from(state.subarray(at, at + words))
        .filter((number) => number !== 0)
        .map((number) => memory.records.record(number).slice()),
    bounds: () => [...memory.bounds].map((event) => present(EVENT_NAMES[event], 'events have names')),
    bytes: () => memory.bytes,
    labelName: (label) => present(names[label], 'a label of the model has a name'),
  };
}

/** The moves of every pair of contexts that was met, in one growing array. */
class Moves {
  readonly records = new Records();
  readonly bounds = new Set<number>();
  readonly #execution: Execution;
  readonly #places = new Pairs();
  #pool = new Int32Array(1 << 16);
  #end = 0;

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  get bytes(): number {
    return this.records.bytes + 4 * this.#pool.length + this.#places.bytes;
  }

  /** Pushes the successors of a state. */
  push(state: Int32Array, at: number, words: number, out: Successors): void {
    const now = state[at] ?? 0;
    const outer = state[at + 1] ?? 0;
    let from = this.#places.find(now, outer);
    if (from < 0) from = this.#work(now, outer, out);
    const pool = this.#pool;
    const count = pool[from] ?? 0;
    for (let cuts = pool[from + 1] ?? 0; cuts > 0; cuts--) out.cut();
    from += 2;
    for (let move = 0; move < count; move++) {
      const change = pool[from + 1] ?? 0;
      const to = out.push(pool[from] ?? 0);
      const target = out.words;
      target[to] = pool[from + 2] ?? 0;
      if (change === 0) for (let word = 1; word < words; word++) target[to + word] = state[at + word] ?? 0;
      else if (change === 1) {
        target[to + 1] = pool[from + 3] ?? 0;
        for (let word = 2; word < words; word++) target[to + word] = state[at + word - 1] ?? 0;
      } else {
        for (let word = 1; word < words - 1; word++) target[to + word] = state[at + word + 1] ?? 0;
        target[to + words - 1] = 0;
      }
      const broken = pool[from + 4] ?? 0;
      if (broken !== 0) out.breaks(broken - 1);
      from += MOVE_WORDS;
    }
  }

  /** What is passed on the way is told once, when the pair is new. */
  #work(now: number, outer: number, out: Successors): number {
    const begin = this.#end;
    this.#write(0);
    this.#write(0);
    let count = 0;
    let cuts = 0;
    const records = this.records;
    // Copies, since records move when a new one needs room.
    const running = records.record(now).slice();
    const interrupted = outer === 0 ? undefined : records.record(outer).slice();
    const keep = (move: Move): void => {
      if (move.bound >= 0) {
        this.bounds.add(move.bound);
        cuts += 1;
        return;
      }
      count += 1;
      this.#write(move.label);
      this.#write(CHANGES.indexOf(move.change));
      this.#write(move.broken >= 0 ? now : records.numberOf(move.now));
      this.#write(move.change === 'push' ? records.numberOf(move.outer) : 0);
      this.#write(move.broken + 1);
      for (const label of move.passed) if (label !== move.label) out.cover(label);
    };
    if (this.#execution.moves(running, interrupted, keep)) cuts += 1;
    this.#pool[begin] = count;
    this.#pool[begin + 1] = cuts;
    this.#places.add(now, outer, begin);
    return begin;
  }

  #write(value: number): void {
    if (this.#end === this.#pool.length) {
      const larger = new Int32Array(2 * this.#pool.length);
      larger.set(this.#pool);
      this.#pool = larger;
    }
    this.#pool[this.#end++] = value;
  }
}

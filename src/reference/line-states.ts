/** What is true at a line of entry code: the states in which each step of a function begins, in everything that can happen. */
import type { Configuration } from '../contract/configuration.ts';
import { LEVEL_WORDS, read } from '../contract/layout.ts';
import { createMonitor, type Monitor } from '../contract/monitor.ts';
import { Search } from '../explore/search.ts';
import { calleesOf } from './compile.ts';
import { PROGRAMS } from './library.ts';
import type { StepPath } from './paths.ts';
import { existsIn, handlerPrograms, type Scenario } from './scenario.ts';
import { scenarioModel } from './scenario-model.ts';
import { SCENARIOS } from './scenarios.ts';

/** One function with the states of its lines. */
export interface LineStates {
  /** To judge in them. */
  readonly monitor: Monitor;
  /** The scenarios that execute the function. */
  readonly scenarios: readonly Scenario[];
  /** For each step that is executed, and `END`, all states in which it begins; each once. */
  readonly states: ReadonlyMap<StepPath, readonly Int32Array[]>;
}

/** Explores every scenario that calls the function, `deepest` contexts deep, and notes the states on the way. */
export function lineStates(name: string, configuration: Configuration, deepest: number): LineStates {
  const states = new Map<StepPath, Map<string, Int32Array>>();
  const scenarios = SCENARIOS.filter((scenario) => existsIn(scenario, configuration) && calls(scenario, name)).filter(
    (scenario) => {
      let executed = false;
      const model = scenarioModel({
        scenario,
        configuration,
        deepest,
        passing: ({ program, path, option }, words) => {
          if (program !== name || path === '' || option !== undefined) return;
          executed = true;
          const known = states.get(path) ?? new Map<string, Int32Array>();
          const state = lastTwo(words);
          states.set(path, known.set(state.join(), state));
        },
      });
      new Search(model).advance(Number.POSITIVE_INFINITY);
      return executed;
    },
  );
  return {
    monitor: createMonitor(configuration, { deepest }),
    scenarios,
    states: new Map([...states].map(([path, known]) => [path, [...known.values()]])),
  };
}

/** A copy without the contexts further down, of which no rule asks. */
function lastTwo(words: Int32Array): Int32Array {
  const copy = words.slice();
  const depth = read(words, 0, 'depth');
  copy.fill(0, LEVEL_WORDS, Math.max(1, depth) * LEVEL_WORDS);
  copy.fill(0, (depth + 1) * LEVEL_WORDS);
  return copy;
}

/** Whether the function is called, or called for, by what the scenario runs. */
function calls(scenario: Scenario, name: string): boolean {
  const found = new Set([...handlerPrograms(scenario), ...scenario.roots.flatMap(({ program }) => program ?? [])]);
  // A set goes on to what is added to it on the way.
  for (const caller of found) for (const callee of calleesOf(PROGRAMS.get(caller) ?? NOTHING)) found.add(callee);
  return found.has(name);
}

const NOTHING = { name: '', class: 'inline', source: [], steps: [] } as const;

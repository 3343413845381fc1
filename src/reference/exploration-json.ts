/** kentry.exploration/1: what leaves the program of an exploration, as plain data. Members may be added, none may change. */
import type { State } from '../contract/state.ts';
import type { Broken, ExplorationReport } from './exploration.ts';
import type { CodeLabel } from './instruction.ts';
import type { Library } from './program.ts';
import { type ToldStep, tellSteps } from './tell-step.ts';

/** A counterexample: where it begins, its steps, and what the last of them broke. */
export interface ToldCounterexample {
  readonly broken: Broken;
  readonly initial: State;
  readonly steps: readonly ToldStep[];
}

/** One exploration. */
export interface ToldExploration {
  readonly scenario: string;
  readonly title: string;
  readonly configuration: string;
  readonly depth: number;
  readonly verdict: ExplorationReport['verdict'];
  readonly incomplete?: ExplorationReport['incomplete'];
  readonly states: number;
  readonly transitions: number;
  readonly queue: number;
  readonly farthest: number;
  readonly cuts: number;
  readonly bounds: readonly string[];
  readonly bytes: number;
  readonly counterexamples: readonly ToldCounterexample[];
  readonly reached: number;
  readonly unreached: readonly CodeLabel[];
  readonly handlersThatNeverCame: readonly string[];
}

/** The whole document. */
export interface ExplorationDocument {
  readonly schema: 'kentry.exploration/1';
  readonly version: string;
  readonly explorations: readonly ToldExploration[];
}

/** Makes it of reports; `library` is the one that was explored, `version` is kentry's. */
export const explorationDocument = (
  reports: readonly ExplorationReport[],
  library: Library,
  version: string,
): ExplorationDocument => ({
  schema: 'kentry.exploration/1',
  version,
  explorations: reports.map((report) => ({
    scenario: report.scenario,
    title: report.title,
    configuration: report.configuration,
    depth: report.deepest,
    verdict: report.verdict,
    ...(report.incomplete !== undefined && { incomplete: report.incomplete }),
    states: report.states,
    transitions: report.transitions,
    queue: report.queue,
    farthest: report.farthest,
    cuts: report.cuts,
    bounds: report.bounds,
    bytes: report.bytes,
    counterexamples: report.counterexamples.map(({ broken, trace }) => ({
      broken,
      initial: trace.initial,
      steps: tellSteps(trace, library),
    })),
    reached: report.reached.length,
    unreached: report.unreached,
    handlersThatNeverCame: report.idleHandlers,
  })),
});

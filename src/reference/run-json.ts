/** kentry.run/1: what leaves the program of one run, as plain data. Members may be added, none may change. */
import type { Configuration } from '../contract/configuration.ts';
import type { State } from '../contract/state.ts';
import type { Library } from './program.ts';
import { choicesOf, type Run, traceOf } from './run.ts';
import { type ToldStep, tellSteps, textOfLabel } from './tell-step.ts';
import type { Turn } from './turn.ts';

/** The whole document. */
export interface RunDocument {
  readonly schema: 'kentry.run/1';
  readonly version: string;
  readonly scenario: string;
  readonly title: string;
  readonly configuration: string;
  /** Where the CPU began. */
  readonly root: string;
  readonly initial: State;
  readonly steps: readonly ToldStep[];
  /** Where the environment could have answered something else. */
  readonly choices: readonly {
    /** The number of the step. */
    readonly step: number;
    readonly options: readonly string[];
    /** The place of the answer that was given, from 0. */
    readonly taken: number;
  }[];
  /** What could not come where it was to come; the run ends there. */
  readonly refused?: Turn;
  /** It goes on: only its beginning is here. */
  readonly cut: boolean;
}

/** Makes it of a run. */
export const runDocument = (
  run: Run,
  about: {
    readonly configuration: Configuration;
    readonly root: string;
    readonly library: Library;
    readonly version: string;
  },
): RunDocument => {
  const { initial } = traceOf(run);
  return {
    schema: 'kentry.run/1',
    version: about.version,
    scenario: run.scenario.name,
    title: run.scenario.title,
    configuration: about.configuration.name,
    root: about.root,
    initial,
    steps: tellSteps(traceOf(run), about.library),
    choices: choicesOf(run).map(({ at, options, taken }) => ({
      step: at + 1,
      options: options.map((option) => textOfLabel(option, about.library)),
      taken,
    })),
    ...(run.refused !== undefined && { refused: run.refused }),
    cut: run.cut,
  };
};

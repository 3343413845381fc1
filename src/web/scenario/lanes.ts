/** A run as a timeline; the last step is marked where it broke a rule. */
import type { Configuration } from '../../contract/configuration.ts';
import { type Run, wordsOf } from '../../reference/run.ts';
import { stateLanes } from '../../report/state-lanes.ts';
import type { Timeline } from '../timeline.ts';

/** One column for each moment. */
export function timelineOf({ moments, monitor }: Run, configuration: Configuration): Timeline {
  return {
    length: moments.length,
    lanes: stateLanes(
      moments.map((moment) => wordsOf(moment, monitor)),
      configuration,
    ),
    marks: moments.flatMap(({ step }, index) => (step?.broken === undefined ? [] : [index])),
  };
}

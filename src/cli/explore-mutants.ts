/** `kentry explore --mutants`: drives the campaign. */

import { PROGRAMS } from '../reference/library.ts';
import { type MutantResult, MutationCampaign } from '../reference/mutation.ts';
import type { Scenario } from '../reference/scenario.ts';
import { SCENARIOS } from '../reference/scenarios.ts';
import { jsonText } from '../report/escape-json.ts';
import type { Paint } from '../report/paint.ts';
import { mutantsDocument, mutantsText, scoreOf } from './mutants-text.ts';
import { complain, type Session } from './session.ts';
import { VERSION } from './version.ts';

/** Between two lines of progress, in milliseconds. */
const PAUSE = 200;

/** What was asked for. */
export interface MutantsOptions {
  /** Absent: all. */
  readonly scenarios: readonly Scenario[] | undefined;
  readonly json: boolean;
  readonly paint: Paint;
  readonly width: number;
  readonly write: (text: string) => void;
}

/** Returns the exit status: 0 every survivor is explained, 1 one is not, 2 it was stopped. */
export async function exploreMutants(options: MutantsOptions, session: Session): Promise<number> {
  const { scenarios = SCENARIOS, json, paint, width, write } = options;
  let stopped = false;
  const forget = session.onInterrupt?.(() => {
    stopped = true;
  });
  const { err, now } = session;
  let next = now() + PAUSE;
  const show = (text: string): void => {
    if (err.columns === undefined || now() < next) return;
    next = now() + PAUSE;
    err.write(`\r${text.slice(0, err.columns - 1)}\u001b[K`);
  };
  const results: MutantResult[] = [];
  let places = 0;
  const campaign = new MutationCampaign(scenarios, PROGRAMS, () => {
    places += 1;
    show(`looking where each step is executed: ${places} scenarios`);
  });
  try {
    for (const mutant of campaign.mutants) {
      results.push(campaign.test(mutant));
      const { caught, all } = scoreOf(results);
      show(`${results.length} of ${campaign.mutants.length} mutants, ${caught} of ${all} caught: ${mutant.id}`);
      // Signals are delivered only where the loop gives way.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (stopped) break;
    }
  } finally {
    forget?.();
  }
  if (err.columns !== undefined) err.write('\r\u001b[K');
  write(json ? jsonText(mutantsDocument(results, PROGRAMS, VERSION)) : mutantsText(results, paint, width));
  if (stopped) {
    complain(session, `stopped: ${campaign.mutants.length - results.length} mutants not explored`);
    return 2;
  }
  return scoreOf(results).unexplained > 0 ? 1 : 0;
}

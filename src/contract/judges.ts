/** Which conditions look at an event: the rules turned around. */
import { EVENT_NAMES, type EventName } from './alphabet.ts';
import type { Judged } from './monitor.ts';
import { RULES } from './rules.ts';

const JUDGES = new Map<EventName, Judged[]>(EVENT_NAMES.map((event) => [event, []]));
for (const rule of RULES) {
  for (const condition of rule.conditions) {
    for (const event of condition.on) JUDGES.get(event)?.push({ rule, condition });
  }
}

/** The conditions that look at this event, in the order of the rules. */
export const judgesOf = (event: EventName): readonly Judged[] => JUDGES.get(event) ?? [];

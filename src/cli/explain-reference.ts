/** What `kentry explain` says of events and functions, and of names that are neither. */

import { EVENT_NAMES, eventSpec, isEventName } from '../contract/alphabet.ts';
import { RULES } from '../contract/rules.ts';
import { cite } from '../contract/source.ts';
import { PROGRAMS } from '../reference/library.ts';
import { DEPTHS } from './explain-command.ts';
import { eventLines } from './explain-event.ts';
import { functionLines } from './explain-function.ts';
import { type ExplainStyle, listLines } from './explain-style.ts';
import { configurationOf, numberOf } from './explore-options.ts';
import { suggestion } from './nearest.ts';
import type { Arguments } from './options.ts';
import { UsageError } from './usage-error.ts';

/** All events. */
export const eventList = (style: ExplainStyle): readonly string[] =>
  listLines(
    EVENT_NAMES.map((name) => [name, eventSpec(name).says]),
    style,
  );

/** All functions of the reference. */
export const functionList = (style: ExplainStyle): readonly string[] =>
  listLines(
    [...PROGRAMS.values()].map(({ name, source }) => [name, source.map(cite).join('; ')]),
    style,
  );

/** What a name means that is no rule's. Throws `UsageError` where it means nothing. */
export function explainOther(typed: string, args: Arguments, style: ExplainStyle): readonly string[] {
  if (isEventName(typed)) return eventLines(typed, style);
  const program = PROGRAMS.get(typed.replace(/\(\)$/, ''));
  if (program === undefined) {
    const names = [...RULES.map(({ id }) => id), ...EVENT_NAMES, ...PROGRAMS.keys()];
    throw new UsageError(`no rule, event or function ${typed}${suggestion(typed, names)}`, 'explain');
  }
  const configuration = configurationOf(args, 'explain');
  const deepest = numberOf(args, 'depth', DEPTHS.most, 'explain') ?? DEPTHS.usual;
  return functionLines(program, configuration, deepest, style);
}

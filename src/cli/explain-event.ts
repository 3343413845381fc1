/** `kentry explain EVENT`: what an event is, what it changes, and which rules look at it. */
import { type EventName, eventSpec } from '../contract/alphabet.ts';
import { judgesOf } from '../contract/judges.ts';
import { cite } from '../contract/source.ts';
import { wordsOfEffect } from '../contract/wording.ts';
import { PROGRAMS } from '../reference/library.ts';
import { stepsOf } from '../reference/paths.ts';
import { counted } from '../report/columns.ts';
import { type ExplainStyle, part } from './explain-style.ts';

/** The lines. */
export function eventLines(name: EventName, style: ExplainStyle): readonly string[] {
  const { says, kernel, effects, needs = [] } = eventSpec(name);
  const judges = judgesOf(name);
  const rules = [...new Set(judges.map(({ rule }) => rule))].map(({ id }) => {
    const own = judges.filter(({ rule }) => rule.id === id);
    return [`${id}: ${own.map(({ condition }) => condition.says).join('; ')}`] as const;
  });
  const users = [...PROGRAMS.values()].filter((program) =>
    Array.from(stepsOf(program)).some(
      ({ step }) =>
        ((step.op === 'event' || step.op === 'raise') && step.event === name) ||
        (step.op === 'choose' && step.options.some(({ events }) => events.includes(name))),
    ),
  );
  return [
    `${style.paint.message(name)} ${says}`,
    ...part('changes', effects.length === 0 ? 'no part of the state' : effects.map(wordsOfEffect).join('; '), style),
    ...(needs.length === 0 ? [] : part('needs', needs.join(', '), style)),
    ...rules.flatMap(([text], index) => part(index === 0 ? 'broken' : '', text, style)),
    ...(rules.length === 0 ? part('broken', 'no rule forbids it anywhere', style) : []),
    ...(users.length === 0
      ? []
      : part('in', `${users.map((program) => program.name).join(', ')} (${counted(users.length, 'function')})`, style)),
    ...kernel.flatMap((source, index) => part(index === 0 ? 'source' : '', cite(source), style)),
  ];
}

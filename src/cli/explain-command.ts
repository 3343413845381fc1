/** `kentry explain`: the contract's rules, from their own data. */

import type { Rule } from '../contract/rule.ts';
import { RULES, ruleNamed } from '../contract/rules.ts';
import type { Source } from '../contract/source.ts';
import { labelled } from '../report/columns.ts';
import { COLOURS, type Paint, PLAIN } from '../report/paint.ts';
import type { Command } from './command.ts';
import { colourOn, LOOK_OPTIONS, widthOf } from './look.ts';
import { suggestion } from './nearest.ts';
import type { Arguments } from './options.ts';
import { UsageError } from './usage-error.ts';

/** Labels stand in a column of this width. */
const INDENT = 9;

/** `kentry explain`. */
export const explainCommand: Command = {
  synopsis: '[RULE...]',
  about: 'Says what a rule demands, what breaks without it, what breaks it, and who says so. Without RULE: lists all.',
  options: LOOK_OPTIONS,
  run: async (args, session) => {
    const paint = colourOn(args, session, session.out) ? COLOURS : PLAIN;
    const width = widthOf(session.out);
    session.out.write(args.positionals.length === 0 ? list(width, paint) : explain(args, width, paint));
    return 0;
  },
};

function list(width: number, paint: Paint): string {
  const column = Math.max(...RULES.map(({ id }) => id.length)) + 2;
  return RULES.flatMap(({ id, says }) => labelled(`${paint.message(id.padEnd(column))}`, column, says, width))
    .map((line) => `${line}\n`)
    .join('');
}

function explain(args: Arguments, width: number, paint: Paint): string {
  const rules = args.positionals.map((typed): Rule => {
    const rule = ruleNamed(typed);
    if (rule !== undefined) return rule;
    const names = RULES.map(({ id }) => id);
    throw new UsageError(`no rule ${typed}${suggestion(typed, names)}`, 'explain');
  });
  return rules
    .map((rule) =>
      explanation(rule, width, paint)
        .map((line) => `${line}\n`)
        .join(''),
    )
    .join('\n');
}

function explanation(rule: Rule, width: number, paint: Paint): readonly string[] {
  const part = (label: string, text: string): readonly string[] =>
    labelled(`  ${paint.label(label.padEnd(INDENT - 2))}`, INDENT, text, width);
  return [
    ...labelled(`${paint.message(rule.id)} `, 2, rule.says, width - rule.id.length + 1),
    ...part('why', rule.why),
    ...rule.conditions.flatMap(({ says, fix }, index) => [
      ...part(index === 0 ? 'broken' : '', says),
      ...(fix === undefined ? [] : part('  fix', fix)),
    ]),
    ...rule.exceptions.flatMap(({ what, why, source }) => [
      ...part('allowed', `${what}, since ${why} [${cite(source)}]`),
    ]),
    ...(rule.note === undefined ? [] : part('note', rule.note)),
    ...rule.source.flatMap((source, index) => part(index === 0 ? 'source' : '', cite(source))),
  ];
}

const cite = ({ file, at, version }: Source): string => `${file}: ${at}${version === undefined ? '' : ` (${version})`}`;

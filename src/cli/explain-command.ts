/** `kentry explain`: rules, events and functions of the kernel, from their own data. */
import { CONFIGURATIONS } from '../contract/configuration.ts';
import type { Rule } from '../contract/rule.ts';
import { RULES, ruleNamed } from '../contract/rules.ts';
import { cite } from '../contract/source.ts';
import { labelled } from '../report/columns.ts';
import { COLOURS, PLAIN } from '../report/paint.ts';
import type { Command } from './command.ts';
import { type ExplainStyle, listLines, part } from './explain-style.ts';
import { colourOn, LOOK_OPTIONS, widthOf } from './look.ts';

/** Contexts interrupted at once where a function is explained. */
export const DEPTHS = { usual: 1, most: 3 } as const;

/** `kentry explain`. */
export const explainCommand: Command = {
  synopsis: '[OPTION...] [RULE|EVENT|FUNCTION...]',
  about:
    'RULE: what it demands, what breaks without it, what breaks it, and who says so. EVENT: what it is, what it changes, which\n' +
    'rules look at it. FUNCTION of the kernel: its steps, the state at each in everything that can happen, and what may be\n' +
    'done there. Without a name: lists the rules; --events and --functions list the others.',
  options: [
    { name: 'events', help: 'list the events' },
    { name: 'functions', help: 'list the functions that the reference has' },
    {
      name: 'configuration',
      short: 'c',
      value: 'NAME',
      help: `for a function: the kernel; ${CONFIGURATIONS[0].name} if not given`,
    },
    {
      name: 'depth',
      short: 'd',
      value: 'N',
      help: `for a function: contexts interrupted at once, 1 to ${DEPTHS.most}; ${DEPTHS.usual} if not given`,
    },
    ...LOOK_OPTIONS,
  ],
  run: async (args, session) => {
    const style = {
      paint: colourOn(args, session, session.out) ? COLOURS : PLAIN,
      width: widthOf(session.out),
    };
    const parts: (readonly string[])[] = [];
    if (args.has('events')) parts.push((await reference()).eventList(style));
    if (args.has('functions')) parts.push((await reference()).functionList(style));
    if (parts.length === 0 && args.positionals.length === 0) parts.push(ruleList(style));
    for (const name of args.positionals) {
      const rule = ruleNamed(name);
      parts.push(rule !== undefined ? ruleLines(rule, style) : (await reference()).explainOther(name, args, style));
    }
    session.out.write(parts.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n'));
    return 0;
  },
};

/** Whoever asks for a rule does not wait for the reference to be loaded. */
const reference = () => import('./explain-reference.ts');

const ruleList = (style: ExplainStyle): readonly string[] =>
  listLines(
    RULES.map(({ id, says }) => [id, says]),
    style,
  );

function ruleLines(rule: Rule, style: ExplainStyle): readonly string[] {
  const { paint, width } = style;
  return [
    ...labelled(`${paint.message(rule.id)} `, 2, rule.says, width - rule.id.length + 1),
    ...part('why', rule.why, style),
    ...rule.conditions.flatMap(({ says, fix }, index) => [
      ...part(index === 0 ? 'broken' : '', says, style),
      ...(fix === undefined ? [] : part('  fix', fix, style)),
    ]),
    ...rule.exceptions.flatMap(({ what, why, source }) => [
      ...part('allowed', `${what}, since ${why} [${cite(source)}]`, style),
    ]),
    ...(rule.note === undefined ? [] : part('note', rule.note, style)),
    ...rule.source.flatMap((source, index) => part(index === 0 ? 'source' : '', cite(source), style)),
  ];
}

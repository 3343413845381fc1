/** `kentry explain FUNCTION`: a function of the reference line by line, with the state at each and what may be done there. */
import { present } from '../base/invariant.ts';
import type { Configuration } from '../contract/configuration.ts';
import { ACTS, type Act, may } from '../contract/may.ts';
import type { Monitor } from '../contract/monitor.ts';
import { cite } from '../contract/source.ts';
import { END } from '../reference/compile.ts';
import { lineStates } from '../reference/line-states.ts';
import { linesOf, type ProgramLine } from '../reference/print.ts';
import type { Program } from '../reference/program.ts';
import { RUN_BY_NOBODY } from '../reference/scenarios.ts';
import { labelled } from '../report/columns.ts';
import type { Lane } from '../report/lane.ts';
import { stateLanes } from '../report/state-lanes.ts';
import { type ExplainStyle, part } from './explain-style.ts';
import { fitted, LEAST_STEP, MOST_COLUMNS, painter, textOf, titleOf } from './lane-columns.ts';

/** Where the values of a cell take more room than a column has. */
const VARIES = '*';

const CLASSES = {
  noinstr: 'noinstr',
  instrumentable: 'instrumentable',
  inline: '__always_inline: noinstr or instrumentable as its caller is',
} as const;

/** The whole explanation; `deepest` contexts are interrupted at once. */
export function functionLines(
  program: Program,
  configuration: Configuration,
  deepest: number,
  style: ExplainStyle,
): readonly string[] {
  const { monitor, scenarios, states } = lineStates(program.name, configuration, deepest);
  const { name, source, says } = program;
  const runs = scenarios.map((scenario) => scenario.name).join(', ');
  const known = `${configuration.name}, depth ${deepest}`;
  return [
    `${style.paint.message(name)} ${CLASSES[program.class]}`,
    ...(says === undefined ? [] : part('says', says, style)),
    ...source.flatMap((one, index) => part(index === 0 ? 'source' : '', cite(one), style)),
    ...(runs === ''
      ? part('not run', RUN_BY_NOBODY.get(name) ?? `no scenario comes there (${known})`, style)
      : part('runs in', `${runs} (${known})`, style)),
    '',
    ...tableLines(program, configuration, { monitor, states }, style),
  ];
}

interface Known {
  readonly monitor: Monitor;
  readonly states: ReadonlyMap<string, readonly Int32Array[]>;
}

/** A column for each part of the state: at each line all values that it has there. */
function tableLines(
  program: Program,
  configuration: Configuration,
  { monitor, states }: Known,
  { paint, width }: ExplainStyle,
): readonly string[] {
  const lines = linesOf(program);
  if (states.size === 0) return lines.map(({ text, indent }) => `${'  '.repeat(indent)}${text}`);
  const all = [...states.values()].flat();
  const places = new Map(all.map((state, index) => [state, index] as const));
  const lanes = stateLanes(all, configuration).filter((lane) => lane.name !== 'domain');
  const atLine = (line: ProgramLine) => states.get(pathOf(line, lines)) ?? [];
  const columns = lanes.map((lane) => {
    const cells = lines.map((line) => cellOf(lane, atLine(line), places));
    return { lane, cells, width: Math.max(titleOf(lane).length, ...cells.map(({ text }) => text.length)) };
  });
  const answers = lines.map((line) => ACTS.map((act) => answerTo(act, atLine(line), monitor)));
  const taken = columns.reduce((sum, column) => sum + column.width + 1, ACTS.length + 1);
  const room = Math.max(LEAST_STEP, width - taken);
  const titles = [...columns.map((column) => titleOf(column.lane).padEnd(column.width)), 'may'].join(' ');
  return [
    paint.label(`${'step'.padEnd(room)} ${titles}`),
    ...lines.map((line, index) => {
      const text = fitted(`${'  '.repeat(line.indent)}${line.text}`, room);
      if (atLine(line).length === 0) return paint.faint(text.trimEnd());
      const cells = columns.map((column) => {
        const { text: value, look } = present(column.cells[index], 'each line has a cell');
        return (look === undefined ? paint.faint : painter(look.tone, paint))(value.padEnd(column.width));
      });
      return `${text} ${cells.join(' ')} ${(answers[index] ?? []).map(({ mark }) => mark).join('')}`;
    }),
    '',
    ...legend(answers, { paint, width }),
  ];
}

/** The path of the states at a line: those of a step at its own line, the end of the function at its last. */
function pathOf(line: ProgramLine, lines: readonly ProgramLine[]): string {
  if (line === lines.at(-1)) return END;
  return line.role === 'step' ? line.path : '';
}

function cellOf(lane: Lane, states: readonly Int32Array[], places: ReadonlyMap<Int32Array, number>) {
  const codes = new Set(states.map((state) => lane.codes[places.get(state) ?? 0] ?? 0));
  const looks = [...codes].flatMap((code) => lane.looks[code] ?? []);
  const texts = [...new Set(looks.map(textOf))].toSorted();
  const text = texts.join('|');
  const [look] = looks;
  // What differs from state to state has no colour: nobody can rely on it.
  return { text: text.length > MOST_COLUMNS ? VARIES : text, look: texts.length === 1 ? look : undefined };
}

interface Answers {
  /** The act's letter where it is always legal, `-` where never, `?` where it depends on the way there. */
  readonly mark: string;
  /** The rules that forbid it there. */
  readonly rules: readonly string[];
}

function answerTo(act: Act, states: readonly Int32Array[], monitor: Monitor): Answers {
  const answers = states.map((state) => may(monitor, state, 0, act));
  const rules = answers.flatMap((answer) => (answer.may ? [] : answer.broken.map(({ rule }) => rule.id)));
  const legal = answers.filter((answer) => answer.may).length;
  return { mark: legal === states.length ? letterOf(act) : legal === 0 ? '-' : '?', rules };
}

const letterOf = ({ name }: Act): string => name.slice(0, 1);

function legend(answers: readonly (readonly Answers[])[], { paint, width }: ExplainStyle): readonly string[] {
  const says = `a letter: yes; -: no; ?: it depends on what was interrupted; ${VARIES}: many values`;
  return [
    ...part('may', says, { paint, width }),
    ...ACTS.flatMap((act, index) => {
      const rules = [...new Set(answers.flatMap((line) => line[index]?.rules ?? []))];
      const question = act.question.replace(/ here\?$/, '?');
      const text = rules.length === 0 ? question : `${question} Where not: ${rules.join(', ')}`;
      return labelled(`  ${letterOf(act)}  `, 5, text, width);
    }),
  ];
}

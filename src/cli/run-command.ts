/** `kentry run`: one run of a scenario of the reference, step by step. */
import { present } from '../base/invariant.ts';
import { brokenOf } from '../reference/exploration.ts';
import { injectable, injectionsAt, vectorName } from '../reference/injection.ts';
import type { Library } from '../reference/program.ts';
import { choicesOf, type Run, runScenario, traceOf } from '../reference/run.ts';
import { runDocument } from '../reference/run-json.ts';
import { existsIn } from '../reference/scenario.ts';
import { textOfLabel } from '../reference/tell-step.ts';
import { traceFile } from '../reference/trace-events.ts';
import type { Turn } from '../reference/turn.ts';
import { counted, labelled } from '../report/columns.ts';
import { jsonText } from '../report/escape-json.ts';
import { COLOURS, type Paint, PLAIN } from '../report/paint.ts';
import type { Command } from './command.ts';
import {
  configurationOf,
  DEEPEST,
  EDIT_OPTION,
  libraryOf,
  numberOf,
  scenarioOf,
  USUAL_DEPTH,
} from './explore-options.ts';
import { brokenLines } from './explore-text.ts';
import { writeText } from './file-source.ts';
import { colourOn, LOOK_OPTIONS, widthOf } from './look.ts';
import { type Arguments, formatNamed } from './options.ts';
import { rootOf, turnsOf } from './run-options.ts';
import { laneLines } from './run-text.ts';
import { scenarioList } from './scenario-list.ts';
import { complain, type Session } from './session.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

const FORMATS = ['text', 'json', 'trace'] as const;

/** `kentry run`. */
export const runCommand: Command = {
  synopsis: '[OPTION...] [SCENARIO]',
  about:
    'Runs a scenario of the reference once: a row for each step, a column for each part of the state that the contract is\n' +
    'about. A value stands where it begins; it is shaded where RCU does not watch, where code must not be instrumented, and\n' +
    'where lockdep believes something else than the hardware does. Without SCENARIO: lists them.',
  options: [
    {
      name: 'inject',
      short: 'i',
      value: 'EVENT@STEP',
      help: 'an interrupt, nmi, debug, page-fault, ... after that step',
    },
    { name: 'choose', value: 'N@STEP', help: 'the environment gives its answer N at that step' },
    { name: 'changes', help: 'leave out the steps that change no column' },
    { name: 'choices', help: "list the environment's answers, given and others" },
    { name: 'root', value: 'NAME', help: 'where the CPU begins, if the scenario has several' },
    { name: 'configuration', short: 'c', value: 'NAME', help: 'the kernel' },
    { name: 'depth', short: 'd', value: 'N', help: `contexts interrupted at once; ${USUAL_DEPTH} if not given` },
    EDIT_OPTION,
    { name: 'format', short: 'f', value: 'FORMAT', help: `${FORMATS.join(', ')} (for Perfetto); text if not given` },
    { name: 'output', short: 'o', value: 'FILE', help: 'write the result there' },
    ...LOOK_OPTIONS,
  ],
  afterwards:
    'exit status:\n  0  every rule was kept on the way\n  1  a rule is broken\n' +
    '  2  something could not come where it was to come',
  run,
};

async function run(args: Arguments, session: Session): Promise<number> {
  const format = formatNamed(args, FORMATS, 'run');
  const output = args.value('output');
  const screen = output === undefined ? session.out : undefined;
  const paint = colourOn(args, session, screen) ? COLOURS : PLAIN;
  const width = widthOf(screen);
  const [name, more] = args.positionals;
  if (more !== undefined) throw new UsageError('run takes one scenario', 'run');
  if (name === undefined) {
    session.out.write(scenarioList(width, paint));
    return 0;
  }
  const known = scenarioOf(name, 'run');
  const configuration = configurationOf(args, 'run');
  if (!existsIn(known, configuration))
    throw new UsageError(`${known.name} does not exist in ${configuration.name}`, 'run');
  const root = rootOf(args, known);
  const turns = turnsOf(args);
  const library = libraryOf(args, 'run');
  const scenario = injectable(known);
  const deepest = numberOf(args, 'depth', DEEPEST, 'run') ?? USUAL_DEPTH;
  const shown = runScenario({ scenario, configuration, deepest, library, turns, ...(root !== undefined && { root }) });
  const write = (text: string) => (output === undefined ? session.out.write(text) : writeText(output, text));
  const begins = root ?? scenario.roots[0].name;
  if (format === 'json')
    write(jsonText(runDocument(shown, { configuration, root: begins, library, version: VERSION })));
  else if (format === 'trace') write(jsonText(traceFile([{ name: scenario.name, trace: traceOf(shown) }], library)));
  else {
    const lines = [
      `${paint.message(scenario.title)} ${paint.faint(`(${scenario.name}, ${configuration.name}, from ${begins})`)}`,
      '',
      ...laneLines(shown, configuration, library, { paint, width, onlyChanges: args.has('changes') }),
      '',
      ...endLines(shown, { paint, width }),
      ...(args.has('choices') ? choiceLines(shown, library, width) : []),
    ];
    write(lines.map((line) => `${line}\n`).join(''));
  }
  if (shown.refused !== undefined) {
    complain(session, refusal(shown, shown.refused));
    return 2;
  }
  return lastOf(shown).step?.broken === undefined ? 0 : 1;
}

const lastOf = ({ moments }: Run) => present(moments.at(-1), 'a run has a beginning');

/** How it ended. */
function endLines(shown: Run, style: { readonly paint: Paint; readonly width: number }): readonly string[] {
  const broken = lastOf(shown).step?.broken;
  if (broken !== undefined) return brokenLines(brokenOf(broken), style);
  const steps = counted(shown.moments.length - 1, 'step');
  const choices = choicesOf(shown).length;
  if (shown.refused !== undefined) return [`${steps}, and no further`];
  const others = choices === 0 ? '' : `; ${counted(choices, 'answer')} could be others (--choices)`;
  return [`${steps}${shown.cut ? ', and it goes on' : ''}: ${style.paint.good('every rule kept')}${others}`];
}

/** Each answer that the environment gave, and those that it could have given. */
const choiceLines = (shown: Run, library: Library, width: number): readonly string[] => [
  '',
  ...choicesOf(shown).flatMap(({ at, options, taken }) => {
    const label = `  ${String(at + 1).padStart(3)}  `;
    const said = options.map((option, index) => {
      const [what, ...answer] = textOfLabel(option, library).split(': ');
      const text = `${index + 1} ${answer.join(': ')}${index === taken ? ' (given)' : ''}`;
      return index === 0 ? `${what}: ${text}` : text;
    });
    return labelled(label, label.length, said.join(', '), width);
  }),
];

/** Why a turn could not be taken. */
function refusal(shown: Run, turn: Turn): string {
  const last = lastOf(shown);
  const steps = shown.moments.length - 1;
  if (turn.kind === 'choose') {
    const count = last.moves.filter(({ step }) => step.kind === 'choice').length;
    if (count === 0) return `step ${turn.at + 1} is no choice of the environment: --choices lists them`;
    return `step ${turn.at + 1} has no answer ${turn.option + 1}: there are ${count}`;
  }
  const what = vectorName(turn.vector);
  const injection = injectionsAt(last, shown).find(
    ({ vector, nth }) => vector.kind === turn.vector && nth === turn.nth,
  );
  if (injection === undefined) return `${what}: the scenario has no such handler`;
  return `${what} cannot come after step ${steps}: ${injection.whyNot ?? 'it cannot come here'}`;
}

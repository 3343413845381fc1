/** `kentry explore`: scenarios of the reference under every interleaving. */
import { CONFIGURATIONS } from '../contract/configuration.ts';
import { Exploration, type ExplorationReport } from '../reference/exploration.ts';
import { explorationDocument } from '../reference/exploration-json.ts';
import { existsIn, type Scenario } from '../reference/scenario.ts';
import { SCENARIOS } from '../reference/scenarios.ts';
import { type NamedTrace, traceFile } from '../reference/trace-events.ts';
import { reachedByNone } from '../reference/unreached.ts';
import { counted } from '../report/columns.ts';
import { jsonText } from '../report/escape-json.ts';
import { COLOURS, type Paint, PLAIN } from '../report/paint.ts';
import type { Command } from './command.ts';
import {
  configurationsOf,
  DEEPEST,
  EDIT_OPTION,
  libraryOf,
  numberOf,
  scenarioOf,
  USUAL_DEPTH,
} from './explore-options.ts';
import { ExploreProgress } from './explore-progress.ts';
import { explorationText, unreachedLines } from './explore-text.ts';
import { writeText } from './file-source.ts';
import { colourOn, LOOK_OPTIONS, widthOf } from './look.ts';
import { type Arguments, formatNamed } from './options.ts';
import { scenarioList } from './scenario-list.ts';
import { complain, type Session } from './session.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

const FORMATS = ['text', 'json', 'trace'] as const;

/** States between two looks at the clock, the memory and the keyboard. */
const PIECE = 20_000;
const USUAL_MEGABYTES = 2048;

/** `kentry explore`. */
export const exploreCommand: Command = {
  synopsis: '[OPTION...] [SCENARIO...]',
  about:
    "Runs the reference, the kernel's entry code as programs, under every interrupt, NMI and exception that can hit it, and\n" +
    'holds every state against the contract. A violation is shown with a shortest way to it. Without SCENARIO: lists them.',
  options: [
    { name: 'all', short: 'a', help: 'every scenario' },
    { name: 'list', help: 'list scenarios and configurations' },
    {
      name: 'configuration',
      short: 'c',
      value: 'A,B',
      help: `kernels; ${CONFIGURATIONS[0].name} if not given, all for all`,
    },
    {
      name: 'depth',
      short: 'd',
      value: 'N',
      help: `contexts interrupted at once, 1 to ${DEEPEST}; ${USUAL_DEPTH} if not given`,
    },
    { name: 'format', short: 'f', value: 'FORMAT', help: `${FORMATS.join(', ')} (for Perfetto); text if not given` },
    { name: 'output', short: 'o', value: 'FILE', help: 'write the result there' },
    {
      name: 'keep-going',
      short: 'k',
      help: 'go on after a violation: a shortest counterexample for each broken condition',
    },
    EDIT_OPTION,
    { name: 'mutants', help: 'make every small mistake in the reference, and see which rule catches it' },
    {
      name: 'max-memory',
      value: 'MB',
      help: `end with what was seen when the search has so much; ${USUAL_MEGABYTES} if not given`,
    },
    { name: 'max-states', value: 'N', help: 'end with what was seen after so many states' },
    ...LOOK_OPTIONS,
  ],
  afterwards:
    'exit status:\n  0  every rule holds, in everything that can happen at that depth\n  1  a rule is broken\n' +
    '  2  not everything was seen',
  run,
};

async function run(args: Arguments, session: Session): Promise<number> {
  const format = formatNamed(args, FORMATS, 'explore');
  const configurations = configurationsOf(args);
  const scenarios = scenariosOf(args);
  const output = args.value('output');
  const screen = output === undefined ? session.out : undefined;
  const paint = colourOn(args, session, screen) ? COLOURS : PLAIN;
  const width = widthOf(screen);
  if (args.has('mutants') && !args.has('list')) {
    if (format === 'trace') throw new UsageError('mutants have no trace: use --format json', 'explore');
    const { exploreMutants } = await import('./explore-mutants.ts');
    const write = (text: string) => (output === undefined ? session.out.write(text) : writeText(output, text));
    return exploreMutants({ scenarios, json: format === 'json', paint, width, write }, session);
  }
  if (scenarios === undefined) {
    session.out.write(scenarioList(width, paint));
    return 0;
  }
  const depth = numberOf(args, 'depth', DEEPEST) ?? USUAL_DEPTH;
  const megabytes = numberOf(args, 'max-memory') ?? USUAL_MEGABYTES;
  const maxStates = numberOf(args, 'max-states');
  const texts: string[] = [];
  const reports: ExplorationReport[] = [];
  const traces: NamedTrace[] = [];
  const library = libraryOf(args, 'explore');
  let stopped = false;
  const forget = session.onInterrupt?.(() => {
    stopped = true;
  });
  const runs = configurations.flatMap((configuration) =>
    scenarios.filter((scenario) => existsIn(scenario, configuration)).map((scenario) => ({ scenario, configuration })),
  );
  if (runs.length === 0) throw new UsageError('no such scenario exists in that configuration', 'explore');
  const several = runs.length > 1;
  try {
    for (const { scenario, configuration } of runs) {
      if (stopped) break;
      const exploration = new Exploration({
        scenario,
        configuration,
        deepest: depth,
        maxBytes: megabytes * 2 ** 20,
        ...(maxStates !== undefined && { maxStates }),
        keepGoing: args.has('keep-going'),
        library,
      });
      await drive(exploration, `${scenario.name} (${configuration.name})`, session, () => stopped);
      const report = exploration.report();
      reports.push(report);
      if (format === 'trace') traces.push(...tracesOf(report, exploration));
      if (format !== 'text') continue;
      const style = { paint, width, every: args.has('keep-going'), unreached: !several };
      const text = explorationText(report, library, style);
      if (output === undefined) session.out.write(text);
      else texts.push(text);
    }
  } finally {
    forget?.();
  }
  if (format === 'text' && several) texts.push(summary(reports, runs.length, library, paint, width));
  if (format === 'json') texts.push(jsonText(explorationDocument(reports, library, VERSION)));
  if (format === 'trace') texts.push(jsonText(traceFile(traces, library)));
  if (output === undefined) session.out.write(texts.join(''));
  else writeText(output, texts.join(''));
  const left = runs.length - reports.length;
  if (left > 0) complain(session, `stopped: ${counted(left, 'scenario')} not explored`);
  if (reports.some(({ verdict }) => verdict === 'violated')) return 1;
  return left > 0 || reports.some(({ verdict, bounds }) => verdict === 'incomplete' || bounds.length > 0) ? 2 : 0;
}

/** Drives a search to its end or until it is stopped, and gives way to signals on the way. */
async function drive(exploration: Exploration, name: string, session: Session, stopped: () => boolean): Promise<void> {
  const progress = new ExploreProgress(session, name);
  while (exploration.advance(PIECE)) {
    progress.tick(exploration.progress());
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (stopped()) break;
  }
  progress.end();
}

/** Every counterexample; of what holds, the way to the state that was reached last. */
function tracesOf(report: ExplorationReport, exploration: Exploration): readonly NamedTrace[] {
  const name = `${report.scenario}, ${report.configuration}`;
  if (report.counterexamples.length === 0)
    return [{ name: `${name}: the farthest state`, trace: exploration.example() }];
  return report.counterexamples.map(({ broken, trace }) => ({ name: `${name}: ${broken.rule} broken`, trace }));
}

function summary(
  reports: readonly ExplorationReport[],
  runs: number,
  library: Exploration['library'],
  paint: Paint,
  width: number,
): string {
  const count = (verdict: ExplorationReport['verdict']) =>
    reports.filter((report) => report.verdict === verdict).length;
  const states = reports.reduce((sum, report) => sum + report.states, 0);
  const whole = count('holds') === runs;
  const lines = [
    '',
    `${counted(reports.length, 'exploration')}: ${count('holds')} hold, ${count('violated')} violated, ` +
      `${count('incomplete')} incomplete; ${counted(states, 'state')}`,
    // A search that ended early has not reached much, and that says nothing about the programs.
    ...(whole ? unreachedLines(reachedByNone(reports), [], library, { paint, width }) : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The scenarios that are named; absent where only a list was asked for. */
function scenariosOf(args: Arguments): readonly Scenario[] | undefined {
  if (args.has('list')) return undefined;
  if (args.has('all')) return SCENARIOS;
  return args.positionals.length === 0 ? undefined : args.positionals.map((name) => scenarioOf(name, 'explore'));
}

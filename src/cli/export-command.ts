/** `kentry export`: a scenario as a model for other tools. */
import { dotOf } from '../reference/dot.ts';
import { promelaOf } from '../reference/promela.ts';
import { existsIn } from '../reference/scenario.ts';
import type { Command } from './command.ts';
import { configurationOf, DEEPEST, numberOf, scenarioOf } from './explore-options.ts';
import { writeText } from './file-source.ts';
import { suggestion } from './nearest.ts';
import type { Arguments } from './options.ts';
import { complain, type Session } from './session.ts';
import { UsageError } from './usage-error.ts';

const TARGETS = ['promela', 'dot'] as const;
const USUAL_DEPTH = { promela: 3, dot: 1 } as const;
/** More boxes than that nobody draws. */
const MOST_DRAWN = 2000;

/** `kentry export`. */
export const exportCommand: Command = {
  synopsis: 'promela|dot [OPTION...] SCENARIO',
  about:
    'promela: the scenario with the same states, steps and rules for the model checker Spin, as a check of our own search and\n' +
    'for depths beyond one machine. dot: the graph of its states for Graphviz. kentry explore lists the scenarios.',
  options: [
    { name: 'configuration', short: 'c', value: 'NAME', help: 'the kernel; the first of kentry explore if not given' },
    {
      name: 'depth',
      short: 'd',
      value: 'N',
      help: `contexts interrupted at once; ${USUAL_DEPTH.promela} for promela, ${USUAL_DEPTH.dot} for dot if not given`,
    },
    { name: 'max-states', value: 'N', help: `for dot: draw the first so many; ${MOST_DRAWN} if not given` },
    { name: 'output', short: 'o', value: 'FILE', help: 'write it there' },
  ],
  afterwards: 'exit status:\n  0  written\n  2  the graph was cut off, or nothing could be written',
  run,
};

async function run(args: Arguments, session: Session): Promise<number> {
  const [what, name, ...more] = args.positionals;
  const target = TARGETS.find((known) => known === what);
  if (target === undefined) {
    const meant = what === undefined ? '' : suggestion(what, TARGETS);
    throw new UsageError(`export needs what to write${meant || `: ${TARGETS.join(' or ')}`}`, 'export');
  }
  if (name === undefined || more.length > 0) throw new UsageError('export needs one scenario', 'export');
  const scenario = scenarioOf(name, 'export');
  const configuration = configurationOf(args, 'export');
  if (!existsIn(scenario, configuration)) {
    throw new UsageError(`the scenario ${scenario.name} does not exist in ${configuration.name}`, 'export');
  }
  const deepest = numberOf(args, 'depth', DEEPEST, 'export') ?? USUAL_DEPTH[target];
  const options = { scenario, configuration, deepest };
  const output = args.value('output');
  const write = (text: string) => (output === undefined ? session.out.write(text) : writeText(output, text));
  if (target === 'promela') {
    write(promelaOf(options));
    return 0;
  }
  const most = numberOf(args, 'max-states', Number.MAX_SAFE_INTEGER, 'export') ?? MOST_DRAWN;
  const { text, states, whole } = dotOf(options, most);
  write(text);
  if (!whole)
    complain(session, `the graph is larger: only its first ${states.toLocaleString('en-US')} states are drawn`);
  return whole ? 0 : 2;
}

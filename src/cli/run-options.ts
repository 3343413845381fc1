/** What `kentry run` is told: `nmi@25`, an NMI after step 25; `2@31`, the second answer at step 31. */
import { VECTORS } from '../contract/vectors.ts';
import { vectorName } from '../reference/injection.ts';
import type { Scenario } from '../reference/scenario.ts';
import type { Turn } from '../reference/turn.ts';
import { suggestion } from './nearest.ts';
import type { Arguments } from './options.ts';
import { UsageError } from './usage-error.ts';

/** The turns that `--inject` and `--choose` name, in the order of their steps. */
export function turnsOf(args: Arguments): readonly Turn[] {
  const turns = [...args.list('inject').map(injection), ...args.list('choose').map(choice)];
  turns.sort((one, other) => one.at - other.at);
  const twice = turns.find(({ at }, index) => turns[index + 1]?.at === at);
  if (twice !== undefined) throw new UsageError(`two things cannot come after step ${twice.at}`, 'run');
  return turns;
}

function injection(text: string): Turn {
  const [, name = '', number, step] = /^([^@.]+)(?:\.(\d))?@(\d{1,5})$/.exec(text) ?? [];
  if (step === undefined) throw new UsageError(`--inject ${text}: write EVENT@STEP, as nmi@25`, 'run');
  const kinds = VECTORS.map(({ kind }) => kind);
  const wanted = name.toLowerCase();
  const vector = kinds.find((kind) => kind === wanted || vectorName(kind).toLowerCase() === wanted);
  if (vector === undefined)
    throw new UsageError(`no event ${name}${suggestion(name, kinds) || `: there are ${kinds.join(', ')}`}`, 'run');
  return { at: Number(step), kind: 'inject', vector, nth: number === undefined ? 0 : Number(number) - 1 };
}

function choice(text: string): Turn {
  const [, number = '0', step = '0'] = /^(\d{1,2})@(\d{1,5})$/.exec(text) ?? [];
  if (Number(number) < 1 || Number(step) < 1)
    throw new UsageError(`--choose ${text}: write NUMBER@STEP, as 2@31; --choices lists them`, 'run');
  return { at: Number(step) - 1, kind: 'choose', option: Number(number) - 1 };
}

/** The name of the root that `--root` names. */
export function rootOf(args: Arguments, { name: scenario, roots }: Scenario): string | undefined {
  const name = args.value('root');
  if (name === undefined || roots.some((root) => root.name === name)) return name;
  const names = roots.map((root) => root.name);
  throw new UsageError(
    `${scenario} does not begin with ${name}${suggestion(name, names) || `: there are ${names.join(', ')}`}`,
    'run',
  );
}

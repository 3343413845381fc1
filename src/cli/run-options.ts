/** What `kentry run` is told: `nmi@25`, an NMI after step 25; `2@31`, the second answer at step 31. */
import { VECTORS } from '../contract/vectors.ts';
import { editLibrary } from '../reference/edit.ts';
import { parseEdits } from '../reference/edit-text.ts';
import { vectorName } from '../reference/injection.ts';
import { PROGRAMS } from '../reference/library.ts';
import type { Library } from '../reference/program.ts';
import type { Scenario } from '../reference/scenario.ts';
import type { Turn } from '../reference/turn.ts';
import { suggestion } from './nearest.ts';
import type { Arguments, OptionSpec } from './options.ts';
import { UsageError } from './usage-error.ts';

/** An option of every command that runs the reference. */
export const EDIT_OPTION: OptionSpec = {
  name: 'edit',
  value: 'EDIT',
  help: "change the reference first, as the page's address does: d*FUNCTION*STEP leaves a step out, s swaps it with the next",
};

/** The reference with the edits that `--edit` names. Throws `UsageError` for what is none, or fits no program. */
export function libraryOf(args: Arguments, command: string): Library {
  let library = PROGRAMS;
  for (const text of args.list('edit')) {
    const [edit, ...more] = parseEdits(text);
    if (edit === undefined || more.length > 0)
      throw new UsageError(
        `--edit ${text}: write d*FUNCTION*STEP, s*, u*, m*FUNCTION*STEP*BY or c*FUNCTION*CLASS`,
        command,
      );
    try {
      library = editLibrary(library, [edit]);
    } catch (error) {
      throw new UsageError(`--edit ${text}: ${error instanceof Error ? error.message : error}`, command);
    }
  }
  return library;
}

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

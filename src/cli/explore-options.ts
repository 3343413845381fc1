/** Options that commands over scenarios share. */
import { CONFIGURATIONS, type Configuration, configurationNamed } from '../contract/configuration.ts';
import { editLibrary } from '../reference/edit.ts';
import { parseEdits } from '../reference/edit-text.ts';
import { PROGRAMS } from '../reference/library.ts';
import type { Library } from '../reference/program.ts';
import type { Scenario } from '../reference/scenario.ts';
import { SCENARIOS, scenarioNamed } from '../reference/scenarios.ts';
import { suggestion } from './nearest.ts';
import type { Arguments, OptionSpec } from './options.ts';
import { UsageError } from './usage-error.ts';

/** The kernels that `--configuration` names. */
export function configurationsOf(args: Arguments, command = 'explore'): readonly Configuration[] {
  const names = args.list('configuration');
  if (names.length === 0) return [CONFIGURATIONS[0]];
  if (names.includes('all')) return CONFIGURATIONS;
  return names.map((name) => {
    const known = configurationNamed(name);
    if (known !== undefined) return known;
    const all = [...CONFIGURATIONS.map((one) => one.name), 'all'];
    throw new UsageError(
      `no configuration ${name}${suggestion(name, all) || `: there are ${all.join(', ')}`}`,
      command,
    );
  });
}

/** The scenario of that name. Throws `UsageError`. */
export function scenarioOf(name: string, command: string): Scenario {
  const known = scenarioNamed(name);
  if (known !== undefined) return known;
  const names = SCENARIOS.map((scenario) => scenario.name);
  throw new UsageError(`no scenario ${name}${suggestion(name, names) || '; kentry explore lists them'}`, command);
}

/** A whole number above 0, at most `most`; absent where the option is. */
export function numberOf(
  args: Arguments,
  name: string,
  most = Number.MAX_SAFE_INTEGER,
  command = 'explore',
): number | undefined {
  const text = args.value(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? 'a whole number above 0' : `a whole number from 1 to ${most}`;
  throw new UsageError(`--${name} must be ${range}, not ${text}`, command);
}

/** The one kernel that `--configuration` names. Throws `UsageError` where it names several. */
export function configurationOf(args: Arguments, command: string): Configuration {
  const [configuration, second] = configurationsOf(args, command);
  if (configuration !== undefined && second === undefined) return configuration;
  throw new UsageError(`${command} takes one configuration`, command);
}

/** Contexts interrupted at once: as many as are usual, and as many as can be asked for. */
export const USUAL_DEPTH = 3;
export const DEEPEST = 7;

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

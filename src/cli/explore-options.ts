/** Options that commands over scenarios share. */
import { CONFIGURATIONS, type Configuration, configurationNamed } from '../contract/configuration.ts';
import type { Scenario } from '../reference/scenario.ts';
import { SCENARIOS, scenarioNamed } from '../reference/scenarios.ts';
import { suggestion } from './nearest.ts';
import type { Arguments } from './options.ts';
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

/** The format that `--format` names; the first where it names none. */
export function formatNamed<Format extends string>(
  args: Arguments,
  formats: readonly [Format, ...Format[]],
  command: string,
): Format {
  const name = args.value('format') ?? formats[0];
  const format = formats.find((known) => known === name);
  if (format !== undefined) return format;
  throw new UsageError(`no format ${name}${suggestion(name, formats) || `: there are ${formats.join(', ')}`}`, command);
}

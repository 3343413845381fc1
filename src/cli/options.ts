/** Options of a command: one table that both the parser and the help read. */
import { parseArgs } from 'node:util';
import { suggestion } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** One option. */
export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** What its value is called in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

/** Every command has it. */
const HELP: OptionSpec = { name: 'help', short: 'h', help: 'show this help' };

/** What was typed behind a command's name. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.positionals = positionals;
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The option's value; the last where it was given more than once. */
  value(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** All values, each split at commas. */
  list(name: string): readonly string[] {
    return (this.#values.get(name) ?? []).flatMap((value) => value.split(',')).filter((value) => value !== '');
  }
}

/** Reads `args` by `specs`. Throws `UsageError` for what is no option, lacks its value, or has one too many. */
export function readArguments(command: string, args: readonly string[], specs: readonly OptionSpec[]): Arguments {
  const all = [...specs, HELP];
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      all.map(({ name, short, value }) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short !== undefined && { short }) } as const,
      ]),
    ),
  });
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const spec = all.find((one) => one.name === name);
    if (spec === undefined) {
      const names = all.map((one) => `--${one.name}`);
      throw new UsageError(`no option ${rawName}${suggestion(rawName, names)}`, command);
    }
    if (spec.value === undefined && inlineValue === true) throw new UsageError(`--${name} takes no value`, command);
    const missing = value === undefined || (inlineValue !== true && value.length > 1 && value.startsWith('-'));
    if (spec.value !== undefined && missing) throw new UsageError(`--${name} needs its ${spec.value}`, command);
    values.set(name, [...(values.get(name) ?? []), value ?? '']);
  }
  return new Arguments(positionals, values);
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

/** The options as lines of a help text. */
export function optionsHelp(specs: readonly OptionSpec[]): string {
  const rows = [...specs, HELP].map(({ name, short, value, help }) => ({
    left: `  ${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  return rows.map(({ left, help }) => `${left.padEnd(width)}  ${help}\n`).join('');
}

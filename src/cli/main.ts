/** `kentry ARGUMENTS` as a function: chooses the command, and is the one place where what went wrong becomes a status. */
import { BadInput } from '../base/bad-input.ts';
import { terminalText } from '../report/escape-terminal.ts';
import type { Command } from './command.ts';
import { COMMANDS, type CommandEntry } from './commands.ts';
import { nearest, suggestion } from './nearest.ts';
import { optionsHelp, readArguments } from './options.ts';
import { complain, type Session } from './session.ts';
import { UnusableFile } from './unusable-file.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** Runs one command line. Returns the exit status: 0 all seen and nothing found, 1 findings, 2 everything else. */
export async function main(args: readonly string[], session: Session): Promise<number> {
  try {
    return await dispatch(args, session);
  } catch (error) {
    if (error instanceof UsageError) {
      const help = error.command === undefined ? 'kentry --help' : `kentry ${error.command} --help`;
      complain(session, `${terminalText(error.message)}\nSee ${help}.`);
    } else if (error instanceof BadInput || error instanceof UnusableFile) {
      complain(session, terminalText(error.message));
    } else {
      const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const lines = trace.split('\n').map(terminalText).join('\n');
      complain(session, `this is a mistake in kentry, not in your files; please report it:\n${lines}`);
    }
    return 2;
  }
}

async function dispatch(args: readonly string[], session: Session): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined) {
    session.err.write(overview());
    return 2;
  }
  if (first === '--version' || first === '-V') {
    session.out.write(`${VERSION}\n`);
    return 0;
  }
  if (first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    session.out.write(overview());
    return 0;
  }
  const asked = first === 'help' ? [...rest, '--help'] : args;
  const [name = '', ...behind] = asked;
  const entry = COMMANDS.find((one) => one.name === name);
  if (entry === undefined) throw new UsageError(unknownCommand(name));
  const command = await entry.load();
  const read = readArguments(entry.name, behind, command.options);
  if (read.has('help')) {
    session.out.write(helpOf(entry, command));
    return 0;
  }
  return command.run(read, session);
}

function unknownCommand(name: string): string {
  const names = [...COMMANDS.map((one) => one.name), 'help'];
  if (name.startsWith('-')) return `no option ${name}${suggestion(name, ['--help', '--version'])}`;
  // The commonest slip is to leave out `check`.
  if (nearest(name, names) === undefined && /[./]/.test(name)) {
    return `no command ${name}: did you mean kentry check ${name}?`;
  }
  return `no command ${name}${suggestion(name, names)}`;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const rows = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('');
  return (
    `usage: kentry COMMAND [ARGUMENT...]\n\nHolds compiled kernels against the Linux kernel's entry/exit contract.\n\n` +
    `commands:\n${rows}\nkentry COMMAND --help tells of one; kentry --version of this one.\n`
  );
}

function helpOf({ name }: CommandEntry, command: Command): string {
  const afterwards = command.afterwards === undefined ? '' : `\n${command.afterwards}\n`;
  const options = optionsHelp(command.options);
  return `usage: kentry ${name} ${command.synopsis}\n\n${command.about}\n\noptions:\n${options}${afterwards}`;
}

/** `kentry demo`: kentry at work on what comes with it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { COLOURS, PLAIN } from '../report/paint.ts';
import { formatText } from '../report/text.ts';
import { checkFiles } from './check-files.ts';
import type { Command } from './command.ts';
import { exploreCommand } from './explore-command.ts';
import { colourOn, LOOK_OPTIONS, widthOf } from './look.ts';
import { readArguments } from './options.ts';
import { runCommand } from './run-command.ts';
import type { Session } from './session.ts';
import { UnusableFile } from './unusable-file.ts';

/** Command lines of the reference, and what is to be seen. The steps are those of today's programs; a test runs them. */
const RUNS: readonly { readonly says: string; readonly args: readonly [Name, ...string[]] }[] = [
  {
    says: 'A syscall of a task that seccomp watches; a signal waits for it on its way back. Shaded: RCU does not watch; noinstr.',
    args: ['run', 'syscall', '--changes', '--choose', '4@23', '--choose', '5@42'],
  },
  {
    says: 'An interrupt wakes the idle CPU, and an NMI hits it before RCU knows. The NMI tells RCU by itself, and gives all back.',
    args: ['run', 'idle', '--changes', '--inject', 'interrupt@21', '--inject', 'nmi@24'],
  },
  { says: 'Into a guest on VMX and back.', args: ['run', 'kvm-vmx', '--changes'] },
  {
    says: 'The handlers that entry.rst shows, with an interrupt and an NMI wherever the hardware lets them in.',
    args: ['explore', 'document', '--depth', '3'],
  },
  {
    says: 'The same with two lines of irqentry_nmi_enter() swapped: lockdep is told that interrupts are off a line too late.',
    args: ['explore', 'document', '--edit', 's*irqentry_nmi_enter*3'],
  },
];
type Name = 'run' | 'explore';

/** The objects, and what is to be seen in them. */
const OBJECTS = [
  { file: 'correct.o', says: 'The same four handlers, compiled: do_syscall, do_interrupt, do_nmi, do_debug.' },
  { file: 'broken.o', says: 'The same with mistakes that are easily made.' },
];

/** `kentry demo`. */
export const demoCommand: Command = {
  synopsis: '',
  about:
    'Shows what kentry does on what comes with it: three runs of the reference as lanes, an exploration that holds and one\n' +
    'that does not, and the check of two small objects, one correct and one broken.',
  options: LOOK_OPTIONS,
  run: async (args, session) => {
    const look = LOOK_OPTIONS.filter(({ name }) => args.has(name)).map(({ name }) => `--${name}`);
    const paint = colourOn(args, session, session.out) ? COLOURS : PLAIN;
    const show = (says: string, line: string) =>
      session.out.write(`${paint.message(says)}\n${paint.faint(`> kentry ${line}`)}\n\n`);
    const commands = { run: runCommand, explore: exploreCommand };
    for (const {
      says,
      args: [name, ...rest],
    } of RUNS) {
      show(says, [name, ...rest].join(' '));
      await commands[name].run(readArguments(name, [...rest, ...look], commands[name].options), quietly(session));
      session.out.write('\n');
    }
    const style = {
      colour: paint === COLOURS,
      width: widthOf(session.out),
      everyGap: true,
      everyRoot: false,
      quiet: false,
    };
    const checker = await session.loadChecker();
    const folder = demoFolder();
    let found = 0;
    for (const { file, says } of OBJECTS) {
      const { report } = await checkFiles({ files: [`${folder}${file}`] }, checker, quietly(session));
      show(says, `check ${file}`);
      const named = { ...report, objects: report.objects.map((object) => ({ ...object, file })) };
      session.out.write(`${formatText(named, style)}\n`);
      found += report.findings.length;
    }
    session.out.write('Next: kentry check vmlinux.o; kentry explain for the rules; kentry ui for the page.\n');
    // The demo shows findings; to have found them is its success.
    return found > 0 ? 0 : 2;
  },
};

/** Nothing in the demo takes so long that it needs a line about its progress. */
const quietly = (session: Session): Session => ({ ...session, err: { write: session.err.write } });

/** Beside the built program, or among the sources. */
function demoFolder(): string {
  const places = ['./demo/', '../../fixtures/demo/'].map((place) => join(import.meta.dirname, place));
  const folder = places.find((place) => existsSync(place));
  if (folder === undefined) throw new UnusableFile('demo', 'the objects of the demo were not installed');
  return folder;
}

/** `kentry show`: what the paths of one entry do, event by event. */
import { counted, labelled } from '../report/columns.ts';
import { terminalText } from '../report/escape-terminal.ts';
import { COLOURS, type Paint, PLAIN } from '../report/paint.ts';
import { pathLines } from '../report/text-path.ts';
import type { ShowOutcome } from './checker.ts';
import type { Command } from './command.ts';
import { openFile } from './file-source.ts';
import { colourOn, LOOK_OPTIONS, widthOf } from './look.ts';
import { suggestion } from './nearest.ts';
import { fromText } from './starts-text.ts';
import { UsageError } from './usage-error.ts';

/** `kentry show`. */
export const showCommand: Command = {
  synopsis: '[OPTION...] FUNCTION|VECTOR FILE',
  about:
    'Shows what the paths of an entry do to the state that the contract is about: each different sequence of events once,\n' +
    'with the starts from which it comes. FUNCTION is one that hardware or code enters (exc_nmi, do_syscall_64), VECTOR a\n' +
    'kind of entry (nmi, interrupt, page-fault).',
  options: LOOK_OPTIONS,
  run: async (args, session) => {
    const [name, path, more] = args.positionals;
    if (name === undefined || path === undefined || more !== undefined) {
      throw new UsageError('show needs a function or vector, and a file', 'show');
    }
    const checker = await session.loadChecker();
    const file = openFile(path);
    try {
      const shown = await checker.show(file, name);
      if (!shown.isKnown) {
        const where = `${path} has no entry ${name}`;
        throw new UsageError(`${terminalText(where)}${suggestion(name, shown.names)}`, 'show');
      }
      const paint = colourOn(args, session, session.out) ? COLOURS : PLAIN;
      session.out.write(tables(shown, widthOf(session.out), paint));
      return 0;
    } finally {
      file.close();
    }
  },
};

function tables({ sequences }: ShowOutcome, width: number, paint: Paint): string {
  const lines = sequences.flatMap(({ root, origins, path }) => {
    return [
      ...labelled(paint.message(`${terminalText(root)} `), 2, fromText(origins), width - root.length),
      ...pathLines(path, width - 2, paint, true).map((line) => `  ${line}`),
      '',
    ];
  });
  return [...lines, counted(sequences.length, 'sequence')].map((line) => `${line}\n`).join('');
}

/** `kentry demo`: kentry at work on the objects that come with it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COLOURS, PLAIN } from '../report/paint.ts';
import { formatText } from '../report/text.ts';
import { checkFiles } from './check-files.ts';
import type { Command } from './command.ts';
import { colourOn, LOOK_OPTIONS, widthOf } from './look.ts';
import type { Session } from './session.ts';
import { UnusableFile } from './unusable-file.ts';

/** The objects, and what is to be seen in them. */
const SHOWN = [
  {
    file: 'correct.o',
    says: 'The four handlers that entry.rst shows, in a kernel in miniature: do_syscall, do_interrupt, do_nmi, do_debug.',
  },
  { file: 'broken.o', says: 'The same four with mistakes that are easily made.' },
];

/** `kentry demo`. */
export const demoCommand: Command = {
  synopsis: '',
  about: 'Checks two small objects that come with kentry: the handlers of the entry document, correct and broken.',
  options: LOOK_OPTIONS,
  run: async (args, session) => {
    const folder = demoFolder();
    const colour = colourOn(args, session, session.out);
    const paint = colour ? COLOURS : PLAIN;
    const checker = await session.loadChecker();
    let found = 0;
    for (const { file, says } of SHOWN) {
      const { report } = await checkFiles({ files: [`${folder}${file}`] }, checker, quietly(session));
      const named = { ...report, objects: report.objects.map((object) => ({ ...object, file })) };
      session.out.write(`${says}\n${paint.faint(`> kentry check ${file}`)}\n\n`);
      session.out.write(
        `${formatText(named, { colour, width: widthOf(session.out), everyGap: true, quiet: false })}\n`,
      );
      found += report.findings.length;
    }
    session.out.write(`Next: kentry check vmlinux.o, and kentry explain for the rules.\n`);
    // The demo shows findings; to have found them is its success.
    return found > 0 ? 0 : 2;
  },
};

/** The checks of the demo take no time that needs a line about it. */
const quietly = (session: Session): Session => ({ ...session, err: { write: session.err.write } });

/** Beside the built program, or among the sources. */
function demoFolder(): string {
  const places = ['./demo/', '../../fixtures/demo/'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const folder = places.find((place) => existsSync(place));
  if (folder === undefined) throw new UnusableFile('demo', 'the objects of the demo were not installed');
  return folder;
}

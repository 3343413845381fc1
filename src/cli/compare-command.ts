/** `kentry compare`: the entries of a compiled kernel beside the reference. */
import { counted, labelled } from '../report/columns.ts';
import type { ComparedEvent, ComparisonReport, ReportedDifference, ReportedHandler } from '../report/comparison.ts';
import { jsonText } from '../report/escape-json.ts';
import { terminalText } from '../report/escape-terminal.ts';
import { COLOURS, type Paint, PLAIN } from '../report/paint.ts';
import { pathLines } from '../report/text-path.ts';
import type { Command } from './command.ts';
import { openFile, writeText } from './file-source.ts';
import { colourOn, LOOK_OPTIONS, widthOf } from './look.ts';
import { suggestion } from './nearest.ts';
import { type Arguments, formatNamed } from './options.ts';
import { Progress } from './progress.ts';
import { complain, type Session } from './session.ts';
import { fromText } from './starts-text.ts';
import { UsageError } from './usage-error.ts';

const FORMATS = ['text', 'json'] as const;

/** `kentry compare`. */
export const compareCommand: Command = {
  synopsis: '[OPTION...] [FUNCTION|VECTOR] FILE',
  about:
    "Holds the entries of a compiled kernel against the reference's programs in the same configuration: every sequence of\n" +
    'events of the one must be possible in the other, and every step of the program must occur. Without FUNCTION or VECTOR:\n' +
    'every entry that the reference has too.',
  options: [
    { name: 'format', short: 'f', value: 'FORMAT', help: `${FORMATS.join(', ')}; text if not given` },
    { name: 'output', short: 'o', value: 'FILE', help: 'write the result there' },
    ...LOOK_OPTIONS,
  ],
  afterwards:
    'exit status:\n  0  they agree\n  1  something differs\n' +
    '  2  nothing differs, but something was not seen or the input could not be used',
  run,
};

async function run(args: Arguments, session: Session): Promise<number> {
  const [first, second, more] = args.positionals;
  const [name, path] = second === undefined ? [undefined, first] : [first, second];
  if (path === undefined || more !== undefined) {
    throw new UsageError('compare needs a file, and before it a function or vector where not all are meant', 'compare');
  }
  const format = formatNamed(args, FORMATS, 'compare');
  const checker = await session.loadChecker();
  const file = openFile(path);
  const progress = new Progress(session, path);
  try {
    const tick = (states: number): void => progress.tick(states, 'states');
    const { report, isKnown, names } = await checker.compare(file, name === undefined ? { tick } : { name, tick });
    progress.end();
    if (!isKnown && name !== undefined) {
      const where = `${path} has no entry ${name}`;
      throw new UsageError(`${terminalText(where)}${suggestion(name, names)}`, 'compare');
    }
    const output = args.value('output');
    const screen = output === undefined ? session.out : undefined;
    const paint = colourOn(args, session, screen) ? COLOURS : PLAIN;
    const text = format === 'json' ? jsonText(report) : comparisonText(report, widthOf(screen), paint);
    if (output === undefined) session.out.write(text);
    else writeText(output, text);
    return statusOf(report, session);
  } finally {
    progress.end();
    file.close();
  }
}

function statusOf({ handlers, file }: ComparisonReport, session: Session): number {
  if (handlers.some(({ differences, missing }) => differences.length + missing.length > 0)) return 1;
  if (handlers.length > 0) return handlers.some(({ gaps }) => gaps.length > 0) ? 2 : 0;
  complain(session, `${terminalText(file)}: nothing to compare`);
  return 2;
}

function comparisonText({ handlers, alone }: ComparisonReport, width: number, paint: Paint): string {
  if (handlers.length === 0) return '';
  const lines = handlers.flatMap((handler) => handlerLines(handler, width, paint));
  const differ = handlers.filter(({ differences, missing }) => differences.length + missing.length > 0).length;
  const rest =
    alone.length === 0
      ? ''
      : `; the reference has no program for ${counted(alone.length, 'more entry', 'more entries')}`;
  const agree = counted(handlers.length - differ, 'handler agrees', 'handlers agree');
  return [...lines, `${agree} with the reference, ${differ.toLocaleString('en-US')} differ${rest}`]
    .map((line) => `${line}\n`)
    .join('');
}

function handlerLines(handler: ReportedHandler, width: number, paint: Paint): readonly string[] {
  const { function: name, program, starts, differences, missing, gaps, states } = handler;
  const as = program === name ? '' : ` as ${terminalText(program)}`;
  const agrees = differences.length + missing.length === 0;
  const work = `${counted(starts.length, 'start')}, ${counted(states, 'state')}`;
  const head = `${paint.message(terminalText(name))}${as}: ${agrees ? 'agrees' : 'differs'} (${work})`;
  return [
    head,
    ...differences.flatMap((difference) => differenceLines(difference, width, paint)),
    ...missing.flatMap(({ program: of, event, says, starts: from }) =>
      labelled('  never  ', 9, `${says} (${event} in ${terminalText(of)}), ${fromText(from)}`, width),
    ),
    ...gaps.flatMap(({ function: at, offset, why }) =>
      labelled('  gap    ', 9, `${terminalText(at)}+${offset}: ${terminalText(why)}`, width),
    ),
    ...(agrees && gaps.length === 0 ? [] : ['']),
  ];
}

function differenceLines(difference: ReportedDifference, width: number, paint: Paint): readonly string[] {
  const { starts, path, does, breaks, instead, mayReturn } = difference;
  const allowed = [...instead.map((each) => eventText(each)), ...(mayReturn ? ['it returns'] : [])];
  // Where it is the same event, the window around it is what differs.
  const isElsewhere = instead.some(({ event }) => event === does?.event);
  return [
    ...labelled('  differs ', 10, `${fromText(starts)}`, width),
    ...pathLines(path, width - 4, paint).map((line) => `    ${line}`),
    ...labelled(
      '    does       ',
      15,
      does === undefined ? 'it returns' : eventText(does, isElsewhere),
      width,
      paint.here,
    ),
    ...(breaks === undefined ? [] : [`    breaks     ${terminalText(breaks)}, so that no path was walked behind it`]),
    ...labelled('    reference  ', 15, allowed.length === 0 ? 'does nothing more' : allowed.join('; or '), width),
  ];
}

const eventText = ({ event, says, window }: ComparedEvent, isElsewhere = false): string =>
  `${says} (${event}${window ? ', in a window' : isElsewhere ? ', outside of windows' : ''})`;

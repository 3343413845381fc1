/** `kentry check`: objects in, a report out. */
import { type Compared, withoutKnown } from '../report/baseline.ts';
import { counted } from '../report/columns.ts';
import { terminalText } from '../report/escape-terminal.ts';
import type { Report } from '../report/report.ts';
import { checkFiles, chosenRules } from './check-files.ts';
import type { Command } from './command.ts';
import { readText, writeText } from './file-source.ts';
import { FORMAT_NAMES, FORMATS } from './formats.ts';
import { colourOn, LOOK_OPTIONS, widthOf } from './look.ts';
import { type Arguments, formatNamed } from './options.ts';
import { complain, type Session } from './session.ts';
import { UsageError } from './usage-error.ts';

/** `kentry check`. */
export const checkCommand: Command = {
  synopsis: '[OPTION...] FILE...',
  about:
    'Checks relocatable objects (vmlinux.o, a module, a single .o) on every path of their noinstr code, and shows for\n' +
    'each violation the path that leads there, why it matters, and what to do. - is standard input.',
  options: [
    { name: 'format', short: 'f', value: 'FORMAT', help: `${FORMAT_NAMES.join(', ')}; text if not given` },
    { name: 'output', short: 'o', value: 'FILE', help: 'write the report there' },
    { name: 'rules', value: 'A,B', help: 'only these rules; kentry explain lists them' },
    { name: 'only', value: 'FUNCTION', help: 'only this function; may be repeated' },
    { name: 'symbols', value: 'VMLINUX_O', help: 'where callees stand that FILE does not define' },
    { name: 'baseline', value: 'FILE', help: 'leave out findings that this report (format json) has' },
    { name: 'write-baseline', value: 'FILE', help: 'write a report of all findings, for --baseline' },
    { name: 'gaps', help: 'list every place that was not seen' },
    { name: 'roots', help: 'list every function that paths were walked from, and how many states they came to' },
    { name: 'quiet', short: 'q', help: 'findings only, no summary' },
    ...LOOK_OPTIONS,
  ],
  afterwards:
    'exit status:\n  0  everything was seen, and nothing found\n  1  findings\n' +
    '  2  no findings, but not everything was seen, or an input could not be used',
  run,
};

async function run(args: Arguments, session: Session): Promise<number> {
  if (args.positionals.length === 0) throw new UsageError('check needs a file', 'check');
  const formatName = formatNamed(args, FORMAT_NAMES, 'check');
  const load = FORMATS[formatName];
  const checker = await session.loadChecker();
  const rules = chosenRules(args.list('rules'), checker);
  const baselineFile = args.value('baseline');
  const baseline = baselineFile === undefined ? undefined : await readBaseline(baselineFile);
  const symbols = args.value('symbols');
  const { report: whole, unusable } = await checkFiles(
    {
      files: args.positionals,
      ...(symbols !== undefined && { symbols }),
      ...(args.has('only') && { only: args.list('only') }),
      ...(args.has('rules') && { rules: rules.map(({ id }) => id) }),
    },
    checker,
    session,
  );
  const ids = new Set(rules.map(({ id }): string => id));
  const judged: Report = { ...whole, findings: whole.findings.filter(({ rule }) => ids.has(rule)) };
  const baselineOut = args.value('write-baseline');
  if (baselineOut !== undefined) writeText(baselineOut, (await import('../report/json.ts')).formatJson(judged));

  const compared = baseline === undefined ? undefined : withoutKnown(judged, baseline);
  const report = compared?.report ?? judged;
  const output = args.value('output');
  const screen = output === undefined ? session.out : undefined;
  const style = {
    colour: colourOn(args, session, screen),
    width: widthOf(screen),
    everyGap: args.has('gaps'),
    everyRoot: args.has('roots'),
    quiet: args.has('quiet'),
  };
  // Where no file could be used there is nothing to report on, and an empty report would read as a clean one.
  if (report.objects.length > 0) {
    const text = (await load())(report, { rules, style });
    if (output === undefined) session.out.write(text);
    else writeText(output, text);
  }
  if (!style.quiet) {
    if (compared !== undefined) tellOfBaseline(compared, args, ids, session);
    if (formatName !== 'text' || output !== undefined) tellInShort(report, session);
  }
  if (report.findings.length > 0) return 1;
  return unusable > 0 || report.objects.some(({ gaps }) => gaps.length > 0) ? 2 : 0;
}

async function readBaseline(file: string): Promise<Report> {
  const { parseReport } = await import('../report/parse-report.ts');
  return parseReport(readText(file), file);
}

/** What is gone can only be told where all of it was looked for: not of rules or functions that were left out. */
function tellOfBaseline(
  { suppressed, gone }: Compared,
  args: Arguments,
  rules: ReadonlySet<string>,
  session: Session,
): void {
  complain(session, `${counted(suppressed, 'finding')} suppressed by the baseline`);
  if (args.has('only')) return;
  for (const { rule, function: name, message } of gone) {
    if (!rules.has(rule)) continue;
    complain(session, `no longer occurs: ${terminalText(rule)} in ${terminalText(name)}: ${terminalText(message)}`);
  }
}

/** What a reader of standard error sees where the report goes elsewhere. */
function tellInShort(report: Report, session: Session): void {
  report.objects.forEach((object, index) => {
    const findings = report.findings.filter((finding) => finding.object === index).length;
    const gaps = counted(object.gaps.length, 'gap');
    complain(session, `${terminalText(object.file)}: ${counted(findings, 'finding')}, ${gaps}`);
  });
}

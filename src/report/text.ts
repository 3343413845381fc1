/** A report for people. */
import { counted, labelled, wrap } from './columns.ts';
import { terminalText } from './escape-terminal.ts';
import { COLOURS, type Paint, PLAIN } from './paint.ts';
import type { Finding, FindingPlace, Gap, ObjectReport, Report, SourceLine, WalkedRoot } from './report.ts';
import { pathLines, sourceText } from './text-path.ts';

/** How it is to look. */
export interface TextStyle {
  readonly colour: boolean;
  /** In columns. */
  readonly width: number;
  /** Every gap on its own line; else they are grouped by reason. */
  readonly everyGap: boolean;
  /** Every root that was walked on its own line. */
  readonly everyRoot: boolean;
  /** Findings only: neither gaps nor notes nor the summary. */
  readonly quiet: boolean;
}

/** Reasons for gaps that are shown where not every gap is. */
const REASONS = 5;

/** Other places of a finding that are named; more are counted. */
const PLACES = 4;

/** Labels of a finding stand in a column of this width. */
const INDENT = 7;

/** The whole report, a finding after the other, with a summary of each object at the end. */
export function formatText(report: Report, style: TextStyle): string {
  const paint = style.colour ? COLOURS : PLAIN;
  const explained = new Set<string>();
  const several = report.objects.length > 1;
  const lines = report.findings.flatMap((finding) => {
    const object = several ? report.objects[finding.object] : undefined;
    const block = findingLines(finding, object, explained, style, paint);
    if (finding.why !== undefined) explained.add(finding.why);
    return [...block, ''];
  });
  if (!style.quiet) {
    report.objects.forEach((object, index) => {
      const findings = report.findings.filter((finding) => finding.object === index);
      lines.push(...objectLines(object, findings, style, paint));
    });
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** `explained` holds the reasons that were told before: a reader needs each once. */
function findingLines(
  finding: Finding,
  object: ObjectReport | undefined,
  explained: ReadonlySet<string>,
  { width }: TextStyle,
  paint: Paint,
): readonly string[] {
  const rule = terminalText(finding.rule);
  const lines = [
    ...labelled(`${paint.rule(rule)} `, 2, `${terminalText(finding.message)}`, width - rule.length + 1, paint.message),
  ];
  const add = (label: string, text: string): void => {
    lines.push(...labelled(`  ${paint.label(label.padEnd(INDENT - 2))}`, INDENT, text, width));
  };
  const inFile = object === undefined ? '' : `${terminalText(object.file)}: `;
  add('at', `${inFile}${terminalText(finding.function)}+${finding.offset} in ${terminalText(finding.section)}`);
  if (finding.source !== undefined) for (const line of sourceLines(finding.source)) add('', line);
  const { callee, also } = finding;
  if (callee !== undefined) {
    const section = callee.section === undefined ? '' : ` in ${terminalText(callee.section)}`;
    add('to', `${terminalText(callee.name)}()${section}`);
  }
  if (also !== undefined) add('also', alsoText(also));
  pathLines(finding.path, width - INDENT, paint).forEach((line, index) => {
    lines.push(`  ${paint.label((index === 0 ? 'path' : '').padEnd(INDENT - 2))}${line}`);
  });
  if (finding.why !== undefined && !explained.has(finding.why)) add('why', terminalText(finding.why));
  if (finding.fix !== undefined) add('fix', terminalText(finding.fix));
  add('id', terminalText(finding.id));
  return lines;
}

/** The other places, as far as they are few. */
function alsoText(also: readonly FindingPlace[]): string {
  const named = also.slice(0, PLACES).map((place) => `${terminalText(place.function)}+${place.offset}`);
  const hidden = also.length - named.length;
  const more = hidden === 0 ? '' : ` and ${counted(hidden, 'more place')}, which --format json lists`;
  return `${named.join(', ')}${more}`;
}

/** The line and, from the inside out, the calls that were inlined around it. */
function sourceLines(source: SourceLine): readonly string[] {
  const inlined = source.inlined ?? [];
  if (inlined.length === 0) return [sourceText(source)];
  const places = [source, ...inlined].map(sourceText);
  return places.map((place, index) => {
    const inside = inlined[index]?.function;
    return inside === undefined ? place : `${place} in ${terminalText(inside)}(), inlined at`;
  });
}

function objectLines(
  object: ObjectReport,
  findings: readonly Finding[],
  style: TextStyle,
  paint: Paint,
): readonly string[] {
  const { seen, gaps } = object;
  const functions = new Set(findings.map((finding) => finding.function)).size;
  const [verdict, tone] =
    findings.length > 0
      ? [`${counted(findings.length, 'finding')} in ${counted(functions, 'function')}`, paint.bad]
      : gaps.length > 0
        ? ['no finding, but not everything was seen', paint.unsure]
        : ['nothing found', paint.good];
  const file = terminalText(object.file);
  const unseen = gaps.length === 0 ? 'no gap' : counted(gaps.length, 'gap');
  const scope =
    `${counted(seen.functions, 'function')}, ${counted(seen.instructions, 'instruction')} and ` +
    `${counted(seen.entryPoints, 'entry point')} seen`;
  const fits = `${file}: ${verdict}, ${unseen}; ${scope}`.length <= style.width;
  const summary = `${paint.message(file)}: ${tone(verdict)}, ${gaps.length === 0 ? unseen : paint.unsure(unseen)}`;
  return [
    ...(style.everyRoot ? (object.roots ?? []).flatMap((root) => rootLine(root, style, paint)) : []),
    ...(style.everyGap ? gaps.flatMap((gap) => gapLine(gap, object, style, paint)) : gapGroups(object, style, paint)),
    ...(object.notes ?? []).flatMap((note) => labelled(paint.label('note '), 5, terminalText(note), style.width)),
    ...(fits ? [`${summary}; ${scope}`] : [summary, ...labelled('  ', 2, scope, style.width)]),
  ];
}

function gapLine(gap: Gap, object: ObjectReport, { width }: TextStyle, paint: Paint): readonly string[] {
  return labelled(paint.unsure('gap '), 4, `${gapPlace(gap, object)}: ${terminalText(gap.why)}`, width);
}

/** Where paths begin, how many ways there are to come there, and what walking them all was. */
function rootLine(root: WalkedRoot, { width }: TextStyle, paint: Paint): readonly string[] {
  const { starts, states, most, like } = root;
  const work =
    like === undefined
      ? `${counted(starts, 'start')}, ${counted(states, 'state')}, ${most.toLocaleString('en-US')} at most from one`
      : `the same code as ${terminalText(like)}`;
  const text = `${terminalText(root.function)} (${terminalText(root.source)}): ${work}`;
  return labelled(paint.label('root '), 5, text, width);
}

/** A gap of the file as a whole has its name in place of a function's. */
function gapPlace({ function: name, offset }: Gap, { file }: ObjectReport): string {
  return name === file ? terminalText(name) : `${terminalText(name)}+${offset}`;
}

/** The reasons by number of places, the most frequent first, each with its first place. */
function gapGroups(object: ObjectReport, style: TextStyle, paint: Paint): readonly string[] {
  const groups = new Map<string, Gap[]>();
  for (const gap of object.gaps) {
    const group = groups.get(gap.why);
    if (group === undefined) groups.set(gap.why, [gap]);
    else group.push(gap);
  }
  const ordered = [...groups].sort(([, one], [, other]) => other.length - one.length);
  const lines = ordered.slice(0, REASONS).flatMap(([why, [first, ...more]]): readonly string[] => {
    if (first === undefined) return [];
    const others = more.length === 0 ? '' : ` and ${counted(more.length, 'more place')}`;
    const place = `${gapPlace(first, object)}${others}`;
    return labelled(paint.unsure('gap '), 4, `${place}: ${terminalText(why)}`, style.width);
  });
  const hidden = ordered.length - REASONS;
  if (hidden > 0) {
    const rest = ordered.slice(REASONS).reduce((sum, [, group]) => sum + group.length, 0);
    lines.push(
      ...wrap(
        `    ${counted(rest, 'more gap')} for ${counted(hidden, 'other reason')}: --gaps lists them`,
        style.width,
      ),
    );
  }
  return lines;
}

/**
 * A report as JUnit XML, which CI systems show: a suite for each object; a test for each rule that was kept, each
 * finding (failed), each gap and each rule that could not be judged by (skipped: what was not seen is no success).
 */
import { xmlLines, xmlText } from './escape-xml.ts';
import type { Finding, Gap, ObjectReport, Report } from './report.ts';

/** The whole document; `rules` are the ids of the rules that were asked for. */
export function formatJunit(report: Report, rules: readonly string[]): string {
  const suites = report.objects.map((object, index) =>
    suite(
      object,
      report.findings.filter((finding) => finding.object === index),
      rules,
    ),
  );
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="kentry">', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

function suite(object: ObjectReport, findings: readonly Finding[], rules: readonly string[]): string {
  const unjudged = rules.filter((rule) => object.unjudged?.includes(rule));
  const kept = rules.filter((rule) => !unjudged.includes(rule) && findings.every((finding) => finding.rule !== rule));
  const skips = unjudged.length + object.gaps.length;
  const tests = kept.length + findings.length + skips;
  return [
    `  <testsuite name="${xmlText(object.file)}" tests="${tests}" failures="${findings.length}" errors="0" skipped="${skips}">`,
    ...kept.map((rule) => `    <testcase classname="${xmlText(rule)}" name="kept"/>`),
    ...unjudged.map((rule) => skippedTest(rule, 'not judged', 'nothing in the object could be judged by this rule')),
    ...findings.map(failed),
    ...object.gaps.map(skipped),
    '  </testsuite>',
  ].join('\n');
}

function failed(finding: Finding): string {
  const { source, fix } = finding;
  const place = `${finding.function}+${finding.offset}`;
  const file = source === undefined ? '' : ` file="${xmlText(source.file)}" line="${source.line}"`;
  const details = [
    `at ${place} in ${finding.section}`,
    ...finding.path.map(({ function: name, offset, event, note }) => {
      const said = note === undefined ? event : `${event} (${note})`;
      return `${name}+${offset}: ${said}`;
    }),
    ...(finding.also ?? []).map((other) => `also at ${other.function}+${other.offset}`),
    ...(finding.why === undefined ? [] : [`why: ${finding.why}`]),
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
  ];
  return [
    `    <testcase classname="${xmlText(finding.rule)}" name="${xmlText(place)}"${file}>`,
    `      <failure type="${xmlText(finding.rule)}" message="${xmlText(finding.message)}">${xmlLines(details)}</failure>`,
    '    </testcase>',
  ].join('\n');
}

const skipped = ({ function: name, offset, why }: Gap): string => skippedTest('gap', `${name}+${offset}`, why);

const skippedTest = (classname: string, name: string, why: string): string =>
  [
    `    <testcase classname="${xmlText(classname)}" name="${xmlText(name)}">`,
    `      <skipped message="${xmlText(why)}"/>`,
    '    </testcase>',
  ].join('\n');

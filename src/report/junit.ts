/**
 * A report as JUnit XML, which CI systems show: a suite for each object; a test for each rule that was kept, each
 * finding (failed) and each gap (skipped: a place that was not seen is no success).
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
  const kept = rules.filter((rule) => findings.every((finding) => finding.rule !== rule));
  const tests = kept.length + findings.length + object.gaps.length;
  return [
    `  <testsuite name="${xmlText(object.file)}" tests="${tests}" failures="${findings.length}" errors="0" skipped="${object.gaps.length}">`,
    ...kept.map((rule) => `    <testcase classname="${xmlText(rule)}" name="kept"/>`),
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
    ...finding.path.map((step) => `${step.function}+${step.offset}: ${step.event}`),
    ...(finding.why === undefined ? [] : [`why: ${finding.why}`]),
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
  ];
  return [
    `    <testcase classname="${xmlText(finding.rule)}" name="${xmlText(place)}"${file}>`,
    `      <failure type="${xmlText(finding.rule)}" message="${xmlText(finding.message)}">${xmlLines(details)}</failure>`,
    '    </testcase>',
  ].join('\n');
}

const skipped = ({ function: name, offset, why }: Gap): string =>
  [
    `    <testcase classname="gap" name="${xmlText(`${name}+${offset}`)}">`,
    `      <skipped message="${xmlText(why)}"/>`,
    '    </testcase>',
  ].join('\n');

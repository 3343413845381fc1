/**
 * A report as SARIF 2.1.0 (OASIS), which code scanning services and editors show. A finding is a result with its path as
 * a code flow; a gap is a notification of the run. Section numbers in comments are those of the standard.
 */
import type { Rule } from '../contract/rule.ts';
import { jsonText } from './escape-json.ts';
import { terminalText } from './escape-terminal.ts';
import type { Finding, Gap, ObjectReport, PathStep, Report, SourceLine } from './report.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The name under which a finding's id is found in `partialFingerprints`; 3.27.17 wants a version in it. */
const FINGERPRINT = 'kentryFindingId/v1';

/** The whole log file. `rules` are those that were asked for, with their help. */
export function formatSarif(report: Report, rules: readonly Rule[]): string {
  const notifications = report.objects.flatMap((object, index) => [
    ...object.gaps.map((gap) => gapNotification(gap, object, index)),
    ...(object.notes ?? []).map((note) => ({
      level: 'note',
      message: message(note),
      locations: [objectLocation(object, index)],
    })),
  ]);
  return jsonText({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'kentry',
            semanticVersion: report.version,
            rules: rules.map(descriptor),
            notifications: [{ id: 'gap', shortDescription: { text: 'A place that was not seen or not decided.' } }],
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
        artifacts: report.objects.map(({ file }) => ({ location: { uri: uri(file) }, roles: ['analysisTarget'] })),
        results: report.findings.map((finding) => result(finding, report, rules)),
      },
    ],
  });
}

/** 3.49. */
function descriptor({ id, says, why, source, exceptions }: Rule): object {
  const exempt = exceptions.map((exception) => `Allowed: ${exception.what}, since ${exception.why}.`);
  const sources = source.map(({ file, at }) => `${at} (${file})`).join('; ');
  const help = [`${capital(says)}.`, `${capital(why)}.`, ...exempt, `Source: ${sources}.`];
  return {
    id,
    shortDescription: { text: `${capital(says)}.` },
    fullDescription: { text: `${capital(says)}. Otherwise, ${why}.` },
    help: { text: help.join('\n') },
    defaultConfiguration: { level: 'error' },
  };
}

/** 3.27. */
function result(finding: Finding, report: Report, rules: readonly Rule[]): object {
  const { rule, id, fix, why, source, path } = finding;
  const object = report.objects[finding.object];
  const text = [finding.message, ...(why === undefined ? [] : [why]), ...(fix === undefined ? [] : [`Fix: ${fix}`])];
  const ruleIndex = rules.findIndex((one) => one.id === rule);
  const place = location(finding, source, object, finding.object);
  const related = relatedLocations(finding, object);
  return {
    ruleId: rule,
    ...(ruleIndex >= 0 && { ruleIndex }),
    level: 'error',
    message: message(text.map(ended).join(' ')),
    locations: [place],
    partialFingerprints: { [FINGERPRINT]: id },
    codeFlows: [
      {
        message: message(`The path to ${finding.function}+${finding.offset}`),
        threadFlows: [{ locations: path.map((step, index) => flowLocation(step, index, object, finding.object)) }],
      },
    ],
    ...(related.length > 0 && { relatedLocations: related.map((place, id) => ({ id, ...place })) }),
    ...(finding.callee !== undefined && { properties: { callee: finding.callee } }),
  };
}

/** 3.27.22: where the place was inlined, and where the same cause shows too. */
function relatedLocations(
  { source, also, object: index }: Finding,
  object: ObjectReport | undefined,
): readonly object[] {
  const inlined = (source?.inlined ?? []).map((call) => ({
    physicalLocation: sourceLocation(call),
    message: message(`${call.function}() is inlined here`),
  }));
  const others = (also ?? []).map((place) => ({
    ...location(place, place.source, object, index),
    message: message(`The same at ${place.function}+${place.offset}`),
  }));
  return [...inlined, ...others];
}

/** 3.38. */
const flowLocation = (
  step: PathStep,
  index: number,
  object: ObjectReport | undefined,
  objectIndex: number,
): object => ({
  executionOrder: index + 1,
  location: {
    ...location(step, step.source, object, objectIndex),
    message: message(step.note === undefined ? step.event : `${step.event} (${step.note})`),
  },
});

/** 3.58: a gap makes the run's verdict less than it seems. */
const gapNotification = (gap: Gap, object: ObjectReport, index: number): object => ({
  level: 'warning',
  descriptor: { id: 'gap', index: 0 },
  message: message(`Not seen: ${gap.function}+${gap.offset}: ${gap.why}`),
  locations: [location(gap, undefined, object, index)],
});

/** 3.28: the source line where there is one, else the object itself; the function and offset always. */
function location(
  place: { readonly function: string; readonly offset: string; readonly section?: string },
  source: SourceLine | undefined,
  object: ObjectReport | undefined,
  objectIndex: number,
): object {
  return {
    physicalLocation:
      source === undefined
        ? { artifactLocation: { uri: uri(object?.file ?? ''), index: objectIndex } }
        : sourceLocation(source),
    logicalLocations: [
      {
        name: place.function,
        fullyQualifiedName: `${place.function}+${place.offset}`,
        kind: 'function',
        ...(place.section !== undefined && { properties: { section: place.section } }),
      },
    ],
  };
}

const objectLocation = ({ file }: ObjectReport, index: number): object => ({
  physicalLocation: { artifactLocation: { uri: uri(file), index } },
});

const sourceLocation = ({ file, line }: { readonly file: string; readonly line: number }): object => ({
  artifactLocation: { uri: uri(file) },
  // DWARF writes line 0 for code that no line made; SARIF counts from 1.
  ...(line > 0 && { region: { startLine: line } }),
});

/** 3.11.5 and 3.11.6: in plain text, braces are doubled and brackets have a backslash, or they would be placeholders and links. */
const message = (text: string): object => ({
  text: terminalText(text)
    .replace(/[{}]/g, '$&$&')
    .replace(/[\\[\]]/g, '\\$&'),
});

/** A relative reference (RFC 3986) for a relative path, a file URI for an absolute one. */
function uri(path: string): string {
  const encoded = path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  if (encoded.startsWith('/')) return `file://${encoded}`;
  return encoded;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

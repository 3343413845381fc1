/** What each format makes of a usual report, and that no name from a file gets through any of them as it is. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ajv from 'ajv-draft-04';
import { describe, expect, test } from 'vitest';
import { EXAMPLE, HOSTILE, HOSTILE_NAME } from '../../tests/example-report.ts';
import { RULES } from '../contract/rules.ts';
import { formatJson } from './json.ts';
import { formatJunit } from './junit.ts';
import { formatObjtool } from './objtool.ts';
import { parseReport } from './parse-report.ts';
import type { Report } from './report.ts';
import { formatSarif } from './sarif.ts';
import { formatText, type TextStyle } from './text.ts';

const STYLE: TextStyle = { colour: false, width: 100, everyGap: true, everyRoot: true, quiet: false };
/** ECMA-48's sequences for colours; as a string, since a control in a pattern is mostly a mistake. */
const SGR = new RegExp(`${'\u001b'}\\[[0-9;]*m`, 'g');
const RULE_IDS = ['NOINSTR-CALL', 'NOINSTR-INDIRECT', 'NOINSTR-WINDOW', 'IRQS-OFF'];

const FORMATS: Readonly<Record<string, (report: Report) => string>> = {
  text: (report) => formatText(report, STYLE),
  json: formatJson,
  sarif: (report) => formatSarif(report, RULES),
  objtool: formatObjtool,
  junit: (report) => formatJunit(report, RULE_IDS),
};

describe('hostile names', () => {
  test.each(Object.keys(FORMATS))('cannot act through %s', (name) => {
    const text = FORMATS[name]?.(HOSTILE) ?? '';
    // Only line ends of our own: every other control, direction mark, invisible character and half character is gone.
    expect(text.match(/(?!\n)\p{Cc}|\p{Cs}|[\u200b-\u200f\u2028-\u202e]/gu)).toEqual(null);
    expect(text).toContain(name === 'json' || name === 'sarif' ? '\\u' : '\\x1b[31m');
    // A name never begins a line, so that it cannot forge a log's own lines.
    expect(text.split('\n').filter((line) => line.startsWith('::error'))).toEqual([]);
  });

  test('are read back exactly from json', () => {
    expect(parseReport(formatJson(HOSTILE), 'x')).toEqual(HOSTILE);
    expect(JSON.parse(formatJson(HOSTILE)).findings[0].function).toBe(HOSTILE_NAME);
  });

  test('keep one line each in objtool', () => {
    expect(formatObjtool(HOSTILE).trimEnd().split('\n')).toHaveLength(HOSTILE.findings.length);
  });

  test('leave XML well-formed', () => {
    for (const report of [EXAMPLE, HOSTILE]) expect(unbalanced(formatJunit(report, RULE_IDS))).toEqual([]);
  });
});

/** Tags that do not pair, and markup outside of the elements that JUnit has. */
function unbalanced(xml: string): readonly string[] {
  const known = new Set(['testsuites', 'testsuite', 'testcase', 'failure', 'skipped']);
  const open: string[] = [];
  const wrong: string[] = [];
  const rest = xml
    .replace(/^<\?xml [^>]*\?>\n/, '')
    .replace(/<(\/?)(\w+)((?: \w+="[^"<&]*(?:&\w+;[^"<&]*)*")*)(\/?)>/g, (_, end, name, _attributes, empty) => {
      if (!known.has(name)) wrong.push(name);
      if (end === '/' && open.pop() !== name) wrong.push(`/${name}`);
      if (end === '' && empty === '') open.push(name);
      return '';
    });
  if (/[<>]|&(?!(amp|lt|gt|quot|apos);)/.test(rest)) wrong.push(rest);
  return [...wrong, ...open];
}

describe('sarif', () => {
  const schema: unknown = JSON.parse(
    readFileSync(
      createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
      'utf8',
    ),
  );
  const uri = (text: string): boolean =>
    /^(?:[a-z][a-z0-9+.-]*:)?(?:[\w\-.~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/i.test(text);
  const formats = { uri, 'uri-reference': uri, 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) };
  if (typeof schema !== 'object' || schema === null) throw new Error('the schema is an object');
  // One pattern of the schema is none in Unicode mode.
  const validate = new ajv.default({ strict: false, allErrors: true, unicodeRegExp: false, formats }).compile(schema);

  test.each(Object.entries({ EXAMPLE, HOSTILE, empty: { ...EXAMPLE, objects: [], findings: [] } }))(
    'keeps the published schema: %s',
    (_, report) => {
      validate(JSON.parse(formatSarif(report, RULES)));
      expect(validate.errors).toBe(null);
    },
  );

  test('is not accepted by the schema when it is wrong', () => {
    const log = JSON.parse(formatSarif(EXAMPLE, RULES));
    log.runs[0].results[0].codeFlows[0].threadFlows = [];
    expect(validate(log)).toBe(false);
  });

  test('has the path, the fingerprint, the inline chain and the gap', () => {
    const [run] = JSON.parse(formatSarif(EXAMPLE, RULES)).runs;
    const [first, second] = run.results;
    expect(run.tool.driver.rules[first.ruleIndex].id).toBe('NOINSTR-CALL');
    expect(first.codeFlows[0].threadFlows[0].locations).toHaveLength(4);
    expect(first.partialFingerprints).toEqual({ 'kentryFindingId/v1': '00000000000000a1' });
    expect(first.relatedLocations[0].physicalLocation.region.startLine).toBe(535);
    expect(
      second.relatedLocations.map((at: { id: number; message: { text: string } }) => [at.id, at.message.text]),
    ).toEqual([
      [0, 'The same at exc_debug+0x30'],
      [1, 'The same at exc_debug+0x44'],
    ]);
    expect(second.locations[0].physicalLocation.artifactLocation.uri).toBe('vmlinux.o');
    expect(second.locations[0].logicalLocations[0].fullyQualifiedName).toBe('exc_debug+0x20');
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain('do_halt+0x1c');
  });

  test('escapes what SARIF would take for placeholders and links', () => {
    const [run] = JSON.parse(formatSarif(HOSTILE, RULES)).runs;
    expect(run.results[0].message.text).toContain('{{0}}\\[x\\](y)');
  });
});

test('objtool: its own words, and ours where it has none', () => {
  expect(formatObjtool(EXAMPLE).trimEnd().split('\n')).toEqual([
    'vmlinux.o: warning: objtool: exc_nmi+0x1c3: call to printk() leaves .noinstr.text section',
    'vmlinux.o: warning: objtool: exc_debug+0x20: return with instrumentation enabled',
    'vmlinux.o: warning: objtool: do_idle+0x8: call to {dynamic}() leaves .cpuidle.text section',
    'vmlinux.o: warning: objtool: do_idle+0x30: NOINSTR-WINDOW: instrumentation_end() closes a window that is not open',
  ]);
});

test('junit: kept rules pass, findings fail, gaps are skipped', () => {
  const xml = formatJunit(EXAMPLE, RULE_IDS);
  expect(xml).toContain('<testsuite name="vmlinux.o" tests="6" failures="4" errors="0" skipped="1">');
  expect(xml).toContain('<testcase classname="IRQS-OFF" name="kept"/>');
  expect(xml).toContain('exc_nmi+0x1b0: branch jne taken (to exc_nmi+0x1c0)');
  expect(xml.match(/<failure /g)).toHaveLength(4);
  expect(xml.match(/<skipped /g)).toHaveLength(1);
});

test('junit: rules that nothing could be judged by are skipped', () => {
  const objects = EXAMPLE.objects.map((object) => ({ ...object, unjudged: ['IRQS-OFF', 'PAIR'] }));
  const xml = formatJunit({ ...EXAMPLE, objects }, RULE_IDS);
  expect(xml).toContain('<testsuite name="vmlinux.o" tests="6" failures="4" errors="0" skipped="2">');
  expect(xml).toMatch(/<testcase classname="IRQS-OFF" name="not judged">\s*<skipped message="nothing in the object/);
  expect(xml).not.toContain('kept');
});

describe('text', () => {
  test('a step of inlined code is shown at the line of its function', () => {
    const inlined = (file: string, line: number) => ({ function: 'f', file, line });
    const chains = [
      { file: 'jump_label.h', line: 27, inlined: [inlined('fault.c', 1460), inlined('fault.c', 1534)] },
      { file: 'jump_label.h', line: 28, inlined: [inlined('cpufeature.h', 9), inlined('fault.c', 1535)] },
      { file: 'fault.c', line: 1536, inlined: [inlined('fault.c', 1537)] },
      { file: 'fault.c', line: 1538 },
    ];
    const [finding] = EXAMPLE.findings;
    const path = chains.map((source) => ({ function: 'f', offset: '0x0' as const, event: 'branch', source }));
    const text = formatText({ ...EXAMPLE, findings: finding === undefined ? [] : [{ ...finding, path }] }, STYLE);
    expect([...text.matchAll(/branch {2}(\S+)/g)].map(([, place]) => place)).toEqual([
      'fault.c:1460',
      'fault.c:1535',
      'fault.c:1536',
      'fault.c:1538',
    ]);
  });

  test('a gap of the whole file is told without an offset', () => {
    const objects = EXAMPLE.objects.map((object) => ({
      ...object,
      gaps: [{ function: object.file, offset: '0x0' as const, why: 'the file has no noinstr code' }],
    }));
    for (const everyGap of [false, true]) {
      const text = formatText({ ...EXAMPLE, findings: [], objects }, { ...STYLE, everyGap });
      expect(text).toContain('gap vmlinux.o: the file has no noinstr code\n');
    }
  });

  test('a finding with all its parts', () => {
    expect(formatText({ ...EXAMPLE, findings: EXAMPLE.findings.slice(0, 1) }, STYLE)).toBe(
      `NOINSTR-CALL call to printk() leaves .noinstr.text: it is instrumentable (.text), and no window is
  open
  at   exc_nmi+0x1c3 in .noinstr.text
       arch/x86/include/asm/nmi.h:12 in note_nmi(), inlined at
       arch/x86/kernel/nmi.c:535
  to   printk() in .text
  path asm_exc_nmi+0x0   entry
       asm_exc_nmi+0x40  call to exc_nmi()
         exc_nmi+0x1b0   branch jne taken (to exc_nmi+0x1c0)  arch/x86/kernel/nmi.c:530
         exc_nmi+0x1c3   call                                 arch/x86/include/asm/nmi.h:12
  why  A tracer in the called code would run where RCU does not watch.
  fix  Move the call into the window.
  id   00000000000000a1

root exc_nmi (vector nmi): 12 starts, 1,300 states, 150 at most from one
root sysvec_threshold (vector interrupt): the same code as sysvec_reboot
gap do_halt+0x1c: the callee is not in this file
note The file does not tell its kernel version.
vmlinux.o: 1 finding in 1 function, 1 gap
  1,234 functions, 56,789 instructions and 38 entry points seen
`,
    );
  });

  test('other places of a finding are named as far as they are few', () => {
    expect(formatText(EXAMPLE, STYLE)).toContain('\n  also exc_debug+0x30, exc_debug+0x44\n');
    const [first] = EXAMPLE.findings;
    const also = Array.from({ length: 9 }, (_, i) => ({ function: 'f', offset: `0x${i}` as const }));
    const text = formatText({ ...EXAMPLE, findings: first === undefined ? [] : [{ ...first, also }] }, STYLE);
    expect(text).toContain('\n  also f+0x0, f+0x1, f+0x2, f+0x3 and 5 more places, which --format json lists\n');
  });

  test.each([50, 60, 80, 200])('keeps within %i columns where words allow it', (width) => {
    const text = formatText(EXAMPLE, { ...STYLE, width });
    const long = text.split('\n').filter((line) => line.length > width && line.trim().split(/ +/).length > 2);
    expect(long).toEqual([]);
  });

  test('colours change nothing but the look', () => {
    const coloured = formatText(EXAMPLE, { ...STYLE, colour: true });
    expect(coloured).toContain('\u001b[1;31mNOINSTR-CALL');
    expect(coloured.replaceAll(SGR, '')).toBe(formatText(EXAMPLE, STYLE));
  });

  test('of a long path only the ends are shown, and it says so', () => {
    const [first] = EXAMPLE.findings;
    const steps = Array.from({ length: 100 }, (_, i) => ({
      function: 'f',
      offset: `0x${i}` as const,
      event: 'branch',
    }));
    const report: Report = { ...EXAMPLE, findings: first === undefined ? [] : [{ ...first, path: steps }] };
    const text = formatText(report, STYLE);
    expect(text).toContain('... 64 more steps, which --format json shows ...');
    expect(text.match(/ f\+0x/g)).toHaveLength(36);
  });

  test('gaps are grouped by reason, and none is left out silently', () => {
    const gaps = Array.from({ length: 30 }, (_, i) => ({
      function: 'f',
      offset: '0x1' as const,
      why: `reason ${i % 8}`,
    }));
    const report: Report = { ...EXAMPLE, findings: [], objects: EXAMPLE.objects.map((o) => ({ ...o, gaps })) };
    const text = formatText(report, { ...STYLE, everyGap: false });
    expect(text).toContain('gap f+0x1 and 3 more places: reason 0');
    expect(text).toContain('10 more gaps for 3 other reasons: --gaps lists them');
    expect(text).toContain('no finding, but not everything was seen');
  });

  test('quiet leaves findings alone', () => {
    expect(formatText({ ...EXAMPLE, findings: [] }, { ...STYLE, quiet: true })).toBe('');
  });
});

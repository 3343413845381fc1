/** A report: what was seen, what was not, its findings with filters, and the one that is looked at. */
import { useMemo } from 'preact/hooks';
import { counted } from '../../../report/columns.ts';
import { terminalText } from '../../../report/escape-terminal.ts';
import type { Gap, ObjectReport, Report } from '../../../report/report.ts';
import { filterFindings, rulesFound } from '../../filter-findings.ts';
import { type Route, routeHash } from '../../route.ts';
import { Tag } from '../tag.tsx';
import { go } from '../use-route.ts';
import { WindowedList } from '../windowed-list.tsx';
import { FileButton } from './check-part.tsx';
import { exportJson, exportSarif } from './export-report.ts';
import { FindingView } from './finding-view.tsx';
import type { Check } from './use-check.ts';

interface Props {
  readonly route: Route;
  readonly report: Report;
  readonly name: string;
  readonly by: 'check' | 'load';
  readonly took: number;
  readonly check: Check;
}

const ROW = 44;

/** The report. */
export function ReportView({ route: { query }, report, name, by, took, check }: Props) {
  const { rule = '', function: functionPart = '', finding: openId, step } = query;
  const found = useMemo(() => filterFindings(report, { rule, function: functionPart }), [report, rule, functionPart]);
  const rules = useMemo(() => rulesFound(report), [report]);
  const open = found.find(({ id }) => id === openId);
  const address = (change: Readonly<Record<string, string | undefined>>): string =>
    routeHash('check', [], { rule, function: functionPart, finding: openId, ...change });
  const noFinding = report.findings.length === 0;
  return (
    <div class={`two ${open === undefined ? 'listed' : 'detailed'}`}>
      <div class="side">
        <div class="report-head">
          <h1>{terminalText(name)}</h1>
          {report.objects.map((object, index) => (
            <Summary key={index} report={report} object={object} index={index} several={report.objects.length > 1} />
          ))}
          <p class="faint">
            {by === 'check' ? `checked in ${seconds(took)}` : `a report of kentry ${terminalText(report.version)}`}
          </p>
          <div class="controls">
            <button type="button" onClick={() => exportJson(report)}>
              JSON
            </button>
            <button type="button" onClick={() => exportSarif(report)}>
              SARIF
            </button>
            <FileButton start={check.start}>Another file</FileButton>
            <button type="button" class="quiet" onClick={check.clear}>
              Close
            </button>
          </div>
        </div>
        {noFinding ? undefined : (
          <div class="search">
            <select
              aria-label="Rule"
              value={rule}
              onChange={({ currentTarget }) => go(address({ rule: currentTarget.value }), 'replace')}
            >
              <option value="">every rule</option>
              {rules.map((one) => (
                <option key={one.rule} value={one.rule}>
                  {terminalText(one.rule)} ({one.count})
                </option>
              ))}
            </select>
            <input
              type="search"
              aria-label="Function"
              placeholder="function"
              value={functionPart}
              onInput={({ currentTarget }) => go(address({ function: currentTarget.value }), 'replace')}
            />
            <p role="status" class="faint">
              {found.length === report.findings.length ? '' : `${found.length} of `}
              {counted(report.findings.length, 'finding')}
            </p>
          </div>
        )}
        <WindowedList
          label="Findings"
          items={found}
          rowHeight={ROW}
          current={open === undefined ? undefined : found.indexOf(open)}
          choose={(index, how) => go(address({ finding: found[index]?.id }), how)}
          row={(finding) => (
            <>
              <span class="finding-rule">{terminalText(finding.rule)}</span>{' '}
              <code>
                {terminalText(finding.function)}+{finding.offset}
              </code>
              <span class="finding-message">{terminalText(finding.message)}</span>
            </>
          )}
        />
      </div>
      <div class="detail">
        {open === undefined ? (
          <Outline report={report} />
        ) : (
          <>
            <a class="back" href={address({ finding: undefined })}>
              ← Findings
            </a>
            <FindingView
              key={open.id}
              report={report}
              finding={open}
              step={step === undefined ? open.path.length - 1 : Number(step) - 1}
              choose={(at) => go(address({ step: String(at + 1) }), 'replace')}
            />
          </>
        )}
      </div>
    </div>
  );
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

interface SummaryProps {
  readonly report: Report;
  readonly object: ObjectReport;
  readonly index: number;
  readonly several: boolean;
}

/** The words of the text report's last line. */
function Summary({ report, object: { file, arch, seen, gaps, notes }, index, several }: SummaryProps) {
  const findings = report.findings.filter(({ object }) => object === index);
  const functions = new Set(findings.map((finding) => finding.function)).size;
  return (
    <>
      <p>
        {several ? `${terminalText(file)}: ` : ''}
        {findings.length > 0 ? (
          <Tag tone="bad" label={`${counted(findings.length, 'finding')} in ${counted(functions, 'function')}`} />
        ) : gaps.length > 0 ? (
          <Tag tone="off" label="no finding, but not everything was seen" />
        ) : (
          <Tag tone="on" label="nothing found" />
        )}{' '}
        {gaps.length === 0 ? 'no gap' : counted(gaps.length, 'gap')}
      </p>
      <p class="faint">
        {counted(seen.functions, 'function')}, {counted(seen.instructions, 'instruction')} and{' '}
        {counted(seen.entryPoints, 'entry point')} seen, {terminalText(arch)}
      </p>
      {(notes ?? []).map((note) => (
        <p key={note}>
          <span class="label">note</span> {terminalText(note)}
        </p>
      ))}
    </>
  );
}

/** More gaps of one reason than these are only counted. */
const SHOWN_GAPS = 20;

function Outline({ report }: { readonly report: Report }) {
  const groups = new Map<string, Gap[]>();
  for (const gap of report.objects.flatMap(({ gaps }) => gaps)) {
    const group = groups.get(gap.why);
    if (group === undefined) groups.set(gap.why, [gap]);
    else group.push(gap);
  }
  return (
    <div class="prose">
      {report.findings.length === 0 ? undefined : <p>Choose a finding to see the path that leads there.</p>}
      {groups.size === 0 ? undefined : <h2>What was not seen</h2>}
      {[...groups].map(([why, gaps]) => (
        <details key={why}>
          <summary>
            {terminalText(why)} <span class="faint">{counted(gaps.length, 'place')}</span>
          </summary>
          <ul class="plain code">
            {gaps.slice(0, SHOWN_GAPS).map(({ function: name, offset }, index) => (
              <li key={index}>
                {terminalText(name)}+{offset}
              </li>
            ))}
            {gaps.length > SHOWN_GAPS ? <li>and {counted(gaps.length - SHOWN_GAPS, 'more place')}</li> : undefined}
          </ul>
        </details>
      ))}
    </div>
  );
}

/** Known findings: those of an older report are taken out of a new one, by id. */
import type { Finding, Report } from './report.ts';

/** What a baseline does to a report. */
export interface Compared {
  /** The report without the findings that the baseline knows. */
  readonly report: Report;
  readonly suppressed: number;
  /** Findings of the baseline that the report does not have any more. */
  readonly gone: readonly Finding[];
}

/** Takes the findings of `baseline` out of `report`. Nothing else of the baseline counts, so that any report may be one. */
export function withoutKnown(report: Report, baseline: Report): Compared {
  const known = new Set(baseline.findings.map(({ id }) => id));
  const still = new Set(report.findings.map(({ id }) => id));
  const findings = report.findings.filter(({ id }) => !known.has(id));
  return {
    report: { ...report, findings },
    suppressed: report.findings.length - findings.length,
    gone: baseline.findings.filter(({ id }) => !still.has(id)),
  };
}

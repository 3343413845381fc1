/** Which findings of a report are shown: those of one rule, and of functions whose name has a piece of text in it. */
import type { Finding, Report } from '../report/report.ts';

/** What is asked for; empty is everything. */
export interface FindingFilter {
  readonly rule: string;
  readonly function: string;
}

/** The findings that a filter lets through, in the report's order. */
export function filterFindings({ findings }: Report, { rule, function: name }: FindingFilter): readonly Finding[] {
  const part = name.toLowerCase();
  return findings.filter(
    (finding) => (rule === '' || finding.rule === rule) && finding.function.toLowerCase().includes(part),
  );
}

/** The rules that a report has findings of, with how many, by number. */
export function rulesFound({ findings }: Report): readonly { readonly rule: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts]
    .map(([rule, count]) => ({ rule, count }))
    .sort((one, other) => other.count - one.count || (one.rule < other.rule ? -1 : 1));
}

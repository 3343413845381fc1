/** The formats of a report, each loaded when it is asked for. */
import type { Rule } from '../contract/rule.ts';
import type { Report } from '../report/report.ts';
import type { TextStyle } from '../report/text.ts';

/** What a format may need besides the report. */
export interface Presentation {
  readonly rules: readonly Rule[];
  readonly style: TextStyle;
}

/** Writes a report as a file's whole text. */
export type Format = (report: Report, presentation: Presentation) => string;

/** What `--format` takes; the first where it is absent. */
export const FORMAT_NAMES = ['text', 'json', 'sarif', 'objtool', 'junit'] as const;

/** By that name. */
export const FORMATS: Readonly<Record<(typeof FORMAT_NAMES)[number], () => Promise<Format>>> = {
  text: async () => {
    const { formatText } = await import('../report/text.ts');
    return (report, { style }) => formatText(report, style);
  },
  json: async () => (await import('../report/json.ts')).formatJson,
  sarif: async () => {
    const { formatSarif } = await import('../report/sarif.ts');
    return (report, { rules }) => formatSarif(report, rules);
  },
  objtool: async () => (await import('../report/objtool.ts')).formatObjtool,
  junit: async () => {
    const { formatJunit } = await import('../report/junit.ts');
    return (report, { rules }) =>
      formatJunit(
        report,
        rules.map(({ id }) => id),
      );
  },
};

/** kentry.report/1 as a file: the report itself. `parseReport` reads it back. */
import { jsonText } from './escape-json.ts';
import type { Report } from './report.ts';

/** The text of `--format json` and of a baseline. */
export const formatJson = (report: Report): string => jsonText(report);

/** A report as a file to save. The formats are loaded when they are asked for. */
import { RULES } from '../../../contract/rules.ts';
import type { Report } from '../../../report/report.ts';

/** As `kentry check --format json` writes it. */
export async function exportJson(report: Report): Promise<void> {
  const { formatJson } = await import('../../../report/json.ts');
  save('kentry.json', 'application/json', formatJson(report));
}

/** As `kentry check --format sarif` writes it. */
export async function exportSarif(report: Report): Promise<void> {
  const { formatSarif } = await import('../../../report/sarif.ts');
  save('kentry.sarif', 'application/sarif+json', formatSarif(report, RULES));
}

function save(name: string, type: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The browser has taken the file's content by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

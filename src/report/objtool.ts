/**
 * A report in the words of objtool's noinstr warnings, for scripts that look for them: tools/objtool/check.c,
 * validate_call() and validate_return(). What objtool has no words for has kentry's, in the same form.
 */
import { terminalText } from './escape-terminal.ts';
import type { Finding, Report } from './report.ts';

/** A line for each finding. */
export function formatObjtool(report: Report): string {
  return report.findings
    .map((finding) => {
      const file = terminalText(report.objects[finding.object]?.file ?? '');
      return `${file}: warning: objtool: ${terminalText(finding.function)}+${finding.offset}: ${words(finding)}\n`;
    })
    .join('');
}

function words(finding: Finding): string {
  const section = terminalText(finding.section);
  const last = finding.path.at(-1)?.event;
  if (finding.rule === 'NOINSTR-CALL' && finding.callee !== undefined) {
    return `call to ${terminalText(finding.callee.name)}() leaves ${section} section`;
  }
  // objtool names the target of no call that goes through a pointer.
  if (finding.rule === 'NOINSTR-INDIRECT') return `call to {dynamic}() leaves ${section} section`;
  if (finding.rule === 'NOINSTR-WINDOW' && last === 'return') return 'return with instrumentation enabled';
  return `${terminalText(finding.rule)}: ${terminalText(finding.message)}`;
}

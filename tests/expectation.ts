/**
 * What a fixture says of itself, in comments at the end of its lines:
 *
 *     want RULE "message" fix "pattern" path "pattern" ; objtool says
 *     gap "pattern"
 *
 * All in quotes are regular expressions; `fix` and `path` may be absent. After `;` stands what objtool --noinstr does:
 * `says` it at this place too, is `silent`, or complains `elsewhere`.
 */

/** One finding that a line asks for. */
export interface Expectation {
  /** From 1. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  readonly fix?: string;
  readonly path?: string;
  readonly objtool?: 'says' | 'silent' | 'elsewhere';
}

/** All that one source asks for. */
export interface Expectations {
  readonly findings: readonly Expectation[];
  /** Patterns of the gaps' reasons. */
  readonly gaps: readonly string[];
}

const WANT = /want ([A-Z-]+) "([^"]*)"(?: fix "([^"]*)")?(?: path "([^"]*)")?/g;

/** Reads the comments of a source. Throws where a line with `want` does not follow the form. */
export function expectationsOf(source: string): Expectations {
  const findings: Expectation[] = [];
  const gaps: string[] = [];
  source.split('\n').forEach((text, index) => {
    const objtool = /; objtool (says|silent|elsewhere)\b/.exec(text)?.[1];
    const wants = [...text.matchAll(WANT)];
    if (wants.length !== (text.match(/\bwant\b/g)?.length ?? 0)) throw new Error(`line ${index + 1}: ${text}`);
    for (const [, rule = '', message = '', fix, path] of wants) {
      findings.push({
        line: index + 1,
        rule,
        message,
        ...(fix !== undefined && { fix }),
        ...(path !== undefined && { path }),
        ...((objtool === 'says' || objtool === 'silent' || objtool === 'elsewhere') && { objtool }),
      });
    }
    for (const [, why = ''] of text.matchAll(/\bgap "([^"]*)"/g)) gaps.push(why);
  });
  return { findings, gaps };
}

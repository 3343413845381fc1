/** Several objects, one report: opens each file, has it checked, and goes on where one cannot be used. */
import { BadInput } from '../base/bad-input.ts';
import { type ByteSource, memorySource } from '../base/byte-source.ts';
import { terminalText } from '../report/escape-terminal.ts';
import type { Finding, ObjectReport, Report } from '../report/report.ts';
import type { Checker } from './checker.ts';
import { type FileSource, openFile } from './file-source.ts';
import { suggestion } from './nearest.ts';
import { Progress } from './progress.ts';
import { complain, type Session } from './session.ts';
import { UnusableFile } from './unusable-file.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** What is checked. */
export interface Inputs {
  /** Paths; `-` is standard input. */
  readonly files: readonly string[];
  /** The path of `--symbols`. */
  readonly symbols?: string;
  /** Names of functions; absent: all. */
  readonly only?: readonly string[];
  /** Ids of rules; absent: all. */
  readonly rules?: readonly string[];
}

/** The report about all files that could be used. */
export interface Checked {
  readonly report: Report;
  /** Files that could not be used; each was complained of. */
  readonly unusable: number;
}

/** Checks every file. Throws `UsageError` for a function that none of them has. */
export async function checkFiles(inputs: Inputs, checker: Checker, session: Session): Promise<Checked> {
  const objects: ObjectReport[] = [];
  const findings: Finding[] = [];
  let unusable = 0;
  let absent = new Set(inputs.only);
  const symbols = inputs.symbols === undefined ? undefined : openFile(inputs.symbols);
  try {
    for (const file of inputs.files) {
      try {
        const { report, absent: missing } = await checkFile(file, symbols, inputs, checker, session);
        findings.push(...report.findings.map((finding) => ({ ...finding, object: finding.object + objects.length })));
        objects.push(...report.objects);
        absent = new Set(missing.filter((name) => absent.has(name)));
      } catch (error) {
        if (!(error instanceof BadInput || error instanceof UnusableFile)) throw error;
        complain(session, terminalText(error.message));
        unusable += 1;
      }
    }
  } finally {
    symbols?.close();
  }
  const [name] = absent;
  if (name !== undefined && objects.length > 0) {
    const where = inputs.files.length === 1 ? (inputs.files[0] ?? '') : 'the files';
    throw new UsageError(`no function ${name} is judged in ${where}`, 'check');
  }
  return { report: { schema: 'kentry.report/1', version: VERSION, objects, findings }, unusable };
}

async function checkFile(
  file: string,
  symbols: ByteSource | undefined,
  { only, rules }: Inputs,
  checker: Checker,
  session: Session,
): ReturnType<Checker['check']> {
  const source: ByteSource & Partial<Pick<FileSource, 'close'>> =
    file === '-' ? memorySource('standard input', session.stdin()) : openFile(file);
  const progress = new Progress(session, source.name);
  try {
    return await checker.check(source, {
      ...(symbols !== undefined && { symbolsFrom: symbols }),
      ...(only !== undefined && { only }),
      ...(rules !== undefined && { rules }),
      tick: (states) => progress.tick(states, 'states'),
    });
  } finally {
    progress.end();
    source.close?.();
  }
}

/** The rules of those ids, in the checker's order. Throws `UsageError` for an id that it does not judge by. */
export function chosenRules(ids: readonly string[], checker: Checker): Checker['rules'] {
  const known = checker.rules.map(({ id }): string => id);
  const wanted = new Set(ids.map((id) => id.toUpperCase()));
  for (const id of wanted) {
    if (!known.includes(id))
      throw new UsageError(`no rule ${id} that objects are checked by${suggestion(id, known)}`, 'check');
  }
  return wanted.size === 0 ? checker.rules : checker.rules.filter(({ id }) => wanted.has(id));
}

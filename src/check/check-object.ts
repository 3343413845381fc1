/** One object in, one report out: what the command line, the page and the tests share. */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset } from '../base/brand.ts';
import type { ByteSource } from '../base/byte-source.ts';
import type { Func } from '../code/code.ts';
import { loadCode } from '../code/load-code.ts';
import { RULE_IDS } from '../contract/rule.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import { openElf } from '../elf/open-elf.ts';
import { sourceLines } from '../elf/source-lines.ts';
import type { Isa } from '../isa/isa.ts';
import { loadIsa, loadLifter } from '../isa/load-isa.ts';
import { checkNoinstr } from '../noinstr/noinstr.ts';
import { isNoinstrRule } from '../noinstr/rules.ts';
import type { Finding, Gap, Report } from '../report/report.ts';
import { Fingerprints } from './fingerprint.ts';
import { noinstrFinding, noinstrGaps, noinstrNotes } from './noinstr-findings.ts';
import { lineIn } from './place-names.ts';

/** What is asked. */
export interface CheckOptions {
  /** kentry's own, for the report. */
  readonly version: string;
  /** An object whose symbols tell where callees stand that this one does not define. */
  readonly symbolsFrom?: ByteSource;
  /** Only functions of these names; absent: all. */
  readonly only?: readonly string[];
  /** Ids of rules; absent: all. Paths are walked only where one is wanted that needs it. */
  readonly rules?: readonly string[];
  /** Called often, with how many states were expanded. */
  readonly tick?: (states: number) => void;
}

/** What came of it. */
export type CheckResult =
  | {
      readonly kind: 'report';
      readonly report: Report;
      /** Those of `only` that are no function that was judged. */
      readonly absent: readonly string[];
    }
  /** The object, or the one that lends symbols, cannot be used. */
  | { readonly kind: 'bad-input'; readonly problem: BadInput };

/** Checks an object. Throws only what reading the source throws beside `BadInput`. */
export async function checkObject(source: ByteSource, options: CheckOptions): Promise<CheckResult> {
  try {
    const object = openElf(source);
    const isa = await loadIsa(object.machine);
    if (isa === undefined) {
      const why = `is for ${object.machine}, whose instructions kentry cannot decode yet`;
      throw new BadInput(source.name, fileOffset(18), why);
    }
    return await judge(object, isa, options);
  } catch (error) {
    if (error instanceof BadInput) return { kind: 'bad-input', problem: error };
    throw error;
  }
}

async function judge(object: ElfObject, isa: Isa, options: CheckOptions): Promise<CheckResult> {
  const { version, symbolsFrom, only, tick } = options;
  const code = loadCode(object, isa, symbolsFrom === undefined ? {} : { lentSection: lentBy(openElf(symbolsFrom)) });
  const wanted = only === undefined ? undefined : new Set(only);
  const absent = new Set(only);
  // Reads nothing before there is a finding.
  const lines = sourceLines(object);
  const result = checkNoinstr(code, object, {
    isInline: ({ section, offset }) => lines.isInline(section, offset),
    ...(wanted !== undefined && {
      only: ({ name, aliases }: Func) => {
        const named = [name, ...aliases].filter((alias) => wanted.has(alias));
        for (const alias of named) absent.delete(alias);
        return named.length > 0;
      },
    }),
    ...(tick !== undefined && {
      watch: {
        goOn: (states: number) => {
          tick(states);
          return true;
        },
      },
    }),
  });
  const sources = { code, object, lineOf: lineIn(code, lines), fingerprints: new Fingerprints() };
  const own = result.violations.map((violation) => noinstrFinding(violation, sources));
  const lifter = options.rules?.every(isNoinstrRule) === true ? undefined : await loadLifter(object.machine);
  // Loaded only when a rule needs it: the walks are more than half of the engine.
  const walked =
    lifter === undefined
      ? undefined
      : (await import('./paths-findings.ts')).judgePaths(sources, lifter, { own, only: wanted, tick });
  const roots = walked?.roots ?? [];
  for (const { function: name } of roots) absent.delete(name);
  const unjudged =
    walked !== undefined && roots.length === 0
      ? (options.rules ?? RULE_IDS).filter((rule) => !isNoinstrRule(rule))
      : [];
  const notes = [...noinstrNotes(result, object)];
  const gaps = [...noinstrGaps(result, code, object), ...(walked?.gaps ?? [])];
  // Who asks for such a rule by its name wants to know; for the others an object without a kernel in it is usual.
  if (unjudged.length > 0 && options.rules !== undefined) gaps.push(unjudgedGap(unjudged, object));
  else if (unjudged.length > 0 && walked?.gaps.length === 0) notes.push(UNJUDGED_NOTE);
  const isWanted = ({ rule }: Finding): boolean => options.rules?.includes(rule) ?? true;
  const report: Report = {
    schema: 'kentry.report/1',
    version,
    objects: [
      {
        file: object.file,
        arch: object.machine,
        seen: {
          functions: result.functions.length,
          instructions: result.instructions,
          entryPoints: result.entryPoints,
        },
        gaps,
        ...(unjudged.length > 0 && { unjudged }),
        ...(notes.length > 0 && { notes }),
        ...(roots.length > 0 && { roots }),
      },
    ],
    findings: [...own, ...(walked?.findings ?? [])].filter(isWanted),
  };
  return { kind: 'report', report, absent: [...absent] };
}

const NO_KERNEL = 'is no whole kernel (entry code together with its variables)';
const UNJUDGED_NOTE = `The file ${NO_KERNEL}: it was judged by the NOINSTR rules only.`;

function unjudgedGap(rules: readonly string[], { file }: ElfObject): Gap {
  return { function: file, offset: '0x0', why: `the file ${NO_KERNEL}: nothing was judged by ${rules.join(', ')}` };
}

/** Where symbols stand in another object. */
function lentBy(lender: ElfObject): (name: string) => string | undefined {
  return (name) => {
    for (const { place } of lender.symbolsNamed(name)) {
      if (place.kind === 'defined') return lender.sections[place.section]?.name;
    }
    return undefined;
  };
}

/** May this callee be reached from noinstr code outside of a window? */
import { unreachable } from '../base/invariant.ts';
import type { Callee } from '../code/code.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import { instrumentationNamed } from './instrumentation.ts';
import { NOINSTR_RULES } from './rules.ts';
import type { SectionRoles } from './sections.ts';
import type { Target } from './violation.ts';

/** The answer. */
export type Verdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'instrumentable'; readonly target: Target }
  | { readonly kind: 'through-table'; readonly through: string; readonly targets: readonly Target[] }
  | { readonly kind: 'indirect'; readonly why: string }
  /** It cannot be told: a gap. */
  | { readonly kind: 'unknown'; readonly why: string };

const ALLOWED: Verdict = { kind: 'allowed' };

type TargetsOfCall = Pick<Extract<Callee, { kind: 'static-call' | 'table-slot' }>, 'targets' | 'complete'>;

/** A pattern of the contract: a name, or the start of one before `*`. */
const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** Names that NOINSTR-CALL's exceptions allow to call from anywhere. */
const EXCEPTED: readonly string[] = NOINSTR_RULES['NOINSTR-CALL'].exceptions.flatMap(({ applies }) =>
  applies !== undefined && applies.in === undefined ? applies.callees : [],
);

const isExcepted = (name: string): boolean => EXCEPTED.some((pattern) => matches(pattern, name));

/** Judges callees of one object. */
export class CalleeJudge {
  readonly #object: ElfObject;
  readonly #roles: SectionRoles;

  constructor(object: ElfObject, roles: SectionRoles) {
    this.#object = object;
    this.#roles = roles;
  }

  /** What a call of `callee` is where no window is open. */
  judge(callee: Callee): Verdict {
    switch (callee.kind) {
      case 'function': {
        const { symbol, place } = callee;
        if (this.#roles.roleOf(place.section) !== undefined || isExcepted(symbol.name)) return ALLOWED;
        const section = this.#object.sections[place.section]?.name;
        return { kind: 'instrumentable', target: { name: symbol.name, place, ...(section && { section }) } };
      }
      case 'undefined':
        return this.#elsewhere(callee.name, callee.lentSection);
      case 'static-call':
        return this.#through(`static call ${callee.key}`, callee);
      case 'table-slot':
        return this.#through(`${callee.table}[${callee.slot}]`, callee);
      case 'indirect':
        return { kind: 'indirect', why: callee.why };
      default:
        return unreachable(callee);
    }
  }

  #elsewhere(name: string, section: string | undefined): Verdict {
    if (isExcepted(name)) return ALLOWED;
    if (section !== undefined) {
      if (this.#roles.roleOfName(section) !== undefined) return ALLOWED;
      return { kind: 'instrumentable', target: { name, section } };
    }
    if (instrumentationNamed(name)?.hook === true) return { kind: 'instrumentable', target: { name } };
    return { kind: 'unknown', why: `calls ${name}(), which is not in this file: whether it is noinstr is not known` };
  }

  /**
   * A table or static call: wrong where a known target is. One that nobody installs anything for is clean, as it is for
   * objtool (tools/objtool/check.c, pv_call_dest() and noinstr_call_dest()), since it is patched to a target before
   * it matters; one that somebody out of sight does is not known.
   */
  #through(through: string, { targets: callees, complete }: TargetsOfCall): Verdict {
    if (callees.length === 0 && !complete) {
      return { kind: 'unknown', why: `calls through ${through}, whose targets are not in this file or not understood` };
    }
    const verdicts = callees.map((callee) => this.judge(callee));
    const targets = verdicts.flatMap((verdict) => (verdict.kind === 'instrumentable' ? [verdict.target] : []));
    if (targets.length > 0) return { kind: 'through-table', through, targets };
    return verdicts.find(({ kind }) => kind !== 'allowed') ?? ALLOWED;
  }
}

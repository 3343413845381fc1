/** What to do about a violation, where the object shows it. */
import { unreachable } from '../base/invariant.ts';
import type { Callee, Code, Place } from '../code/code.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import { instrumentationNamed } from './instrumentation.ts';
import { NOINSTR_RULES } from './rules.ts';
import type { NoinstrRule, PathPoint, Target, Wrong } from './violation.ts';

/** A function of so many instructions that calls nothing is small enough to be noinstr itself. */
const SMALL = 24;

/** What the compiler appends to the name of a copy that it made: `.constprop.0`, `.isra.0.cold`. */
const COPY = /\.(constprop|isra|part)\.\d+/;

/** What is known of the object. */
export interface FixSources {
  readonly code: Code;
  readonly object: ElfObject;
  /** Whether the function at a place is declared inline, where debugging information tells. */
  readonly isInline?: ((place: Place) => boolean) | undefined;
}

/** An imperative sentence without its full stop; `undefined` where nothing can be told. `path` leads to what is wrong. */
export function fixFor(wrong: Wrong, path: readonly PathPoint[], sources: FixSources): string | undefined {
  switch (wrong.kind) {
    case 'call':
      return callFix(wrong.target, path, sources);
    case 'leaves':
      return wrong.falls
        ? `End the code before ${wrong.target.name} with a return or a jump`
        : `Move ${wrong.target.name} to a noinstr section`;
    case 'through-table': {
      const [first] = wrong.targets;
      return first === undefined ? undefined : callFix(first, path, sources);
    }
    case 'indirect':
      return contractFix('NOINSTR-INDIRECT', 'unknown-target');
    case 'closed-unopened':
      return contractFix('NOINSTR-WINDOW', 'closed-twice');
    case 'left-open':
      return contractFix('NOINSTR-WINDOW', 'left-open');
    case 'opened-in-loop':
      return contractFix('NOINSTR-WINDOW', 'opened-forever');
    default:
      return unreachable(wrong);
  }
}

function contractFix(rule: NoinstrRule, condition: string): string | undefined {
  return NOINSTR_RULES[rule].conditions.find(({ name }) => name === condition)?.fix;
}

function callFix(target: Target, path: readonly PathPoint[], sources: FixSources): string | undefined {
  const { code, object, isInline } = sources;
  const family = instrumentationNamed(target.name);
  if (family !== undefined) return `${family.fix} (${target.name}() is ${family.what})`;
  const base = target.name.replace(/\.(constprop|isra|part|cold)\b.*$/, '');
  if (COPY.test(target.name)) {
    return `Mark ${base}() __always_inline: ${target.name}() is a copy that the compiler made out of line`;
  }
  const copies = object.symbolsNamed(target.name).filter(({ type, binding }) => type === 'func' && binding === 'local');
  if (copies.length > 1) {
    return `Mark ${base}() __always_inline: the object has ${copies.length} copies of it, so it is static inline`;
  }
  if (target.place !== undefined && isInline?.(target.place) === true) {
    return `Mark ${base}() __always_inline: it is declared inline, and the compiler kept it out of line all the same`;
  }
  if (target.place !== undefined && isSmallLeaf(code, target.place)) {
    return `Mark ${base}() noinstr, or __always_inline if a header defines it: it is small and calls nothing`;
  }
  if (path.some(({ event }) => event.kind === 'window' && event.change < 0)) {
    return `Move the call before the instrumentation_end() on its path, or make ${base}() noinstr or __always_inline`;
  }
  return contractFix('NOINSTR-CALL', 'instrumentable-call');
}

/** Whether the code from `start` is short, calls nothing and goes nowhere else. */
function isSmallLeaf(code: Code, start: Place): boolean {
  const seen = new Set<number>([start.offset]);
  const queue: Place[] = [start];
  for (let next = 0; next < queue.length; next += 1) {
    const place = queue[next];
    const step = place === undefined ? undefined : code.step(place);
    if (step === undefined || queue.length > SMALL) return false;
    for (const exit of step.exits) {
      const plain =
        exit.kind === 'flow' || exit.kind === 'return' || (exit.kind === 'call' && isTracerHook(exit.callee));
      if (!plain) return false;
      const to = exit.kind === 'flow' || exit.kind === 'call' ? exit.to : undefined;
      if (to === undefined || seen.has(to.offset)) continue;
      if (to.section !== start.section) return false;
      seen.add(to.offset);
      queue.push(to);
    }
  }
  return true;
}

/** The function tracer's hook is no call of the function's own: it goes when the function becomes noinstr. */
function isTracerHook(callee: Callee): boolean {
  if (callee.kind === 'undefined') return callee.name === '__fentry__';
  return callee.kind === 'function' && callee.symbol.name === '__fentry__';
}

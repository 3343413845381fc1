/** From what walks of every path found to the findings, gaps and notes of a report. */
import { eventSpec } from '../contract/alphabet.ts';
import type { Lifter } from '../isa/effect.ts';
import { checkPaths, type PathsResult } from '../paths/paths.ts';
import type { CauseFinding, PathGap, TraceStep } from '../paths/walk-types.ts';
import type { Finding, Gap, PathStep, WalkedRoot } from '../report/report.ts';
import { withoutSuffix } from './fingerprint.ts';
import type { Sources } from './noinstr-findings.ts';
import { alsoAt, hex, nameOf } from './place-names.ts';
import { sentence } from './words.ts';

/** What one run of `kentry check` asks of the walks. */
export interface PathsQuestion {
  /** What the noinstr rules found: a call that they blame is not blamed again. */
  readonly own: readonly Finding[];
  /** Only roots and functions of these names; absent: all. */
  readonly only: ReadonlySet<string> | undefined;
  /** Called often, with how many states were expanded. */
  readonly tick: ((states: number) => void) | undefined;
}

/** What the walks add to a report. */
export interface PathsAnswer {
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
  /** The roots that were walked, once each for its vector and for what it interrupts. */
  readonly roots: readonly WalkedRoot[];
}

/** Walks every path of the object, and tells what is new. */
export function judgePaths(sources: Sources, lifter: Lifter, { own, only, tick }: PathsQuestion): PathsAnswer {
  const { code, object } = sources;
  const result = checkPaths({ code, object, lifter, ...(tick !== undefined && { tick }) });
  const blamed = new Set(own.filter(({ callee }) => callee !== undefined).map(placeOf));
  const isWanted = ({ function: name }: { readonly function: string }): boolean => only?.has(name) ?? true;
  return {
    findings: result.findings
      .filter(({ root, place }) => only === undefined || only.has(root) || isWanted(nameOf(place, code, object)))
      .map((found) => pathsFinding(found, sources))
      .filter((finding) => finding.callee === undefined || !blamed.has(placeOf(finding))),
    gaps: pathsGaps(result, sources).filter(isWanted),
    roots: rootsOf(result),
  };
}

/** Each root with the work that it was. */
function rootsOf({ roots, statistics }: PathsResult): readonly WalkedRoot[] {
  return roots.map(({ name, source, like }) => {
    const walks = statistics.filter((walk) => walk.root === name && walk.source === source);
    return {
      function: name,
      source,
      starts: walks.length,
      states: walks.reduce((sum, { states }) => sum + states, 0),
      most: Math.max(0, ...walks.map(({ states }) => states)),
      ...(like !== undefined && { like }),
    };
  });
}

const placeOf = ({ function: name, offset }: Finding): string => `${name}+${offset}`;

/** The finding that a report shows; `object` is its index there. */
function pathsFinding(found: CauseFinding, sources: Sources): Finding {
  const { judged, place, callee, path, count, origin, also } = found;
  const { rule, condition } = judged;
  const { function: name, offset, section } = nameOf(place, sources.code, sources.object);
  const source = sources.lineOf(place);
  const about = callee === undefined ? condition.name : `${condition.name} ${withoutSuffix(callee)}`;
  const at = callee === undefined ? '' : `, at the call of ${callee}()`;
  return {
    rule: rule.id,
    id: sources.fingerprints.of({ rule: rule.id, function: name, about }),
    object: 0,
    function: name,
    offset,
    section,
    ...(source !== undefined && { source }),
    message: `${condition.says}${at}`,
    why: sentence(rule.why),
    ...(condition.fix !== undefined && { fix: sentence(condition.fix) }),
    ...(callee !== undefined && { callee: { name: callee } }),
    ...alsoAt(also, sources),
    path: pathSteps(path, origin, sources).map((step, index) =>
      index === path.length - 1 && count > 1 ? withNote(step, `the same from ${count - 1} more starts`) : step,
    ),
  };
}

const withNote = (step: PathStep, note: string): PathStep => ({
  ...step,
  note: step.note === undefined ? note : `${step.note}; ${note}`,
});

/** A path in a report's words; `origin`: where it starts from, for its first step. */
export function pathSteps(
  path: readonly TraceStep[],
  origin: string | undefined,
  sources: Sources,
): readonly PathStep[] {
  return path.map((step) => pathStep(step, origin, sources));
}

function pathStep(step: TraceStep, origin: string | undefined, sources: Sources): PathStep {
  const { function: name, offset, note } = nameOf(step.place, sources.code, sources.object);
  const source = sources.lineOf(step.place);
  const said = [...noteOf(step, origin), ...(note === undefined ? [] : [note])];
  return {
    function: name,
    offset,
    event: wordsOf(step),
    ...(said.length > 0 && { note: said.join('; ') }),
    ...(source !== undefined && { source }),
  };
}

function wordsOf(step: TraceStep): string {
  switch (step.kind) {
    case 'entry':
      return 'entry';
    case 'entered':
      return `call to ${step.callee}()`;
    case 'left':
      return 'return';
    default:
      return eventSpec(step.event).says;
  }
}

function noteOf(step: TraceStep, origin: string | undefined): readonly string[] {
  if (step.kind === 'entry') return origin === undefined ? [] : [`from ${origin}`];
  if (step.kind !== 'event') return [];
  return [step.callee === undefined ? step.event : `${step.event}: ${step.callee}()`];
}

/** What the walks could not see or decide. */
function pathsGaps(result: PathsResult, { code, object }: Pick<Sources, 'code' | 'object'>): readonly Gap[] {
  const places = result.gaps.map(({ place, why }: PathGap): Gap => {
    const { function: name, offset } = nameOf(place, code, object);
    return { function: name, offset, why };
  });
  return [...places, ...result.missing.map((why): Gap => ({ function: object.file, offset: hex(0), why }))];
}

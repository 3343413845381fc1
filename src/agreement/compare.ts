/**
 * Holds the handlers of an object against the reference: every sequence of events of the compiled handler must be one that the
 * reference's program has in the same configuration, and every step of the program must occur. The one entry of this folder.
 */
import type { Code, Place } from '../code/code.ts';
import type { EventName } from '../contract/alphabet.ts';
import type { RuleId } from '../contract/rule.ts';
import { VECTORS } from '../contract/vectors.ts';
import { defines, type ElfObject } from '../elf/elf-object.ts';
import type { Lifter } from '../isa/effect.ts';
import { type GraphEdge, Recorder } from '../paths/recorder.ts';
import { Walk } from '../paths/walk.ts';
import { DEFAULT_BOUNDS, type Origin, type Root, type TraceStep } from '../paths/walk-types.ts';
import { openWorkshop, type Workshop } from '../paths/workshop.ts';
import { PROGRAMS } from '../reference/library.ts';
import type { Library } from '../reference/program.ts';
import type { Adaptation } from './adaptation.ts';
import { ADAPTATIONS } from './adaptations.ts';
import { adaptedLibrary } from './adapted-library.ts';
import { comesFrom, counterpartOf, STOPS } from './counterpart.ts';
import { takenEdges } from './coverage.ts';
import { type Difference, type Inclusion, include } from './inclusion.ts';
import { LACKING } from './lacking.ts';
import { eventOf, isOpen, type Letter } from './letter.ts';
import { type Looked, lookAgain } from './look-again.ts';
import type { Graph } from './process.ts';
import { ReferenceProcess } from './reference-process.ts';
import { letterFor } from './seen.ts';
import { UNTOLD } from './untold.ts';

/** What is compared. */
export interface CompareInput {
  readonly code: Code;
  readonly object: ElfObject;
  readonly lifter: Lifter;
  /** A root, or a vector; absent: every root that the reference has too. */
  readonly name?: string;
  /** The reference as it is where absent. */
  readonly library?: Library;
  /** The usual ones where absent. */
  readonly adaptations?: readonly Adaptation[];
  /** Called behind every start, with how many states all walks have so far. */
  readonly tick?: (states: number) => void;
}

/** An event as it is compared. */
export interface Said {
  readonly event: EventName;
  /** An instrumentation window is open around it, or code runs that needs none. */
  readonly open: boolean;
}

/** Something that the compiled handler does and the reference does not. */
export interface HandlerDifference {
  /** The starts from which some path has it. */
  readonly starts: readonly string[];
  /** A shortest path to it, from the start of that name; its last event is the one that differs. */
  readonly path: readonly TraceStep[];
  readonly start: string;
  /** Absent: it returns. */
  readonly does?: Said;
  /** The rule that this breaks, where it does: no path was walked behind it, so that no more can be said. */
  readonly breaks?: RuleId;
  /** What the reference would do there. */
  readonly instead: readonly Said[];
  readonly mayReturn: boolean;
}

/** A step of the reference that no path of the compiled handler does. */
export interface MissingStep {
  readonly program: string;
  readonly event: EventName;
  readonly starts: readonly string[];
}

/** One handler of the object beside its program. */
export interface ComparedHandler {
  readonly root: string;
  readonly program: string;
  readonly starts: readonly string[];
  readonly differences: readonly HandlerDifference[];
  /** Of the starts from which nothing differs: behind a difference everything is missing. */
  readonly missing: readonly MissingStep[];
  /** Where a path was lost, or a bound was reached. */
  readonly gaps: readonly { readonly place: Place; readonly why: string }[];
  /** States of the walks. */
  readonly states: number;
}

/** What came of it. */
export interface Comparison {
  readonly handlers: readonly ComparedHandler[];
  /** Whether there is any root of that name. */
  readonly isKnown: boolean;
  /** Roots that the reference has no program for. */
  readonly alone: readonly string[];
  /** Every name that could have been asked for. */
  readonly names: readonly string[];
}

/** Pairs of a walk's node and what the reference may be in; a comparison that has more is a gap. */
const MOST_PAIRS = 200_000;

/** Compares what `name` names. */
export function compare(input: CompareInput): Comparison {
  const { library = PROGRAMS, name } = input;
  const workshop = openWorkshop(input.code, input.object, input.lifter);
  const isVector = VECTORS.some(({ kind }) => kind === name);
  const wanted = workshop.roots.filter(
    (root) => name === undefined || (isVector ? root.source === `vector ${name}` : root.name === name),
  );
  const handlers: ComparedHandler[] = [];
  const alone: string[] = [];
  let states = 0;
  for (const root of wanted) {
    const compared = compareRoot(root, workshop, { ...input, library }, (more) => {
      states += more;
      input.tick?.(states);
    });
    if (compared === undefined) alone.push(root.name);
    else handlers.push(compared);
  }
  const names = [...new Set([...workshop.roots.map((root) => root.name), ...VECTORS.map(({ kind }) => kind)])];
  return { handlers, isKnown: wanted.length > 0, alone, names };
}

type RootInput = CompareInput & { readonly library: Library };

function compareRoot(
  root: Root,
  workshop: Workshop,
  input: RootInput,
  tick: (states: number) => void,
): ComparedHandler | undefined {
  const { library, object, adaptations = ADAPTATIONS } = input;
  const differences = new Map<string, HandlerDifference>();
  const missing = new Map<string, MissingStep>();
  const gaps = new Map<string, { readonly place: Place; readonly why: string }>();
  const starts: string[] = [];
  let states = 0;
  let name: string | undefined;
  let adapted: Library | undefined;
  for (const origin of root.origins) {
    const program = counterpartOf(root, origin.monitor.configuration, library);
    if (program === undefined || !comesFrom(program, origin)) continue;
    // One program stands for a root: all its starts are of one version of the kernel.
    adapted ??= adaptedLibrary(library, program.name, adaptations);
    name = program.name;
    starts.push(origin.name);
    const process = new ReferenceProcess({
      library: adapted,
      configuration: origin.monitor.configuration,
      start: origin.start,
      before: origin.before ?? [],
      ...(origin.enter !== undefined && { enter: origin.enter }),
      program: program.name,
    });
    const { walk, graph, inclusion } = held(root, origin, workshop, process);
    states += walk.states;
    tick(walk.states);
    for (const { place, why } of walk.gaps) gaps.set(`${place.section}:${place.offset} ${why}`, { place, why });
    if (!inclusion.finished) {
      const why = `more than ${MOST_PAIRS} pairs of states from ${root.name}`;
      gaps.set(why, { place: root.entry.step.place, why });
    }
    for (const difference of inclusion.differences) {
      const told = tellDifference(difference, origin, root);
      const last = told.path.at(-1);
      const key = `${last?.place.section}:${last?.place.offset} ${told.does?.event} ${told.does?.open} ${told.breaks}`;
      const old = differences.get(key);
      if (old === undefined) differences.set(key, told);
      else
        differences.set(key, {
          ...(told.path.length < old.path.length ? told : old),
          starts: [...old.starts, origin.name],
        });
    }
    if (inclusion.differences.length > 0 || STOPS.has(root.name)) continue;
    for (const step of missingSteps(process, graph, inclusion)) {
      const lacks = LACKING.some(({ event, symbol }) => event === step.event && !defines(object, symbol));
      if (lacks) continue;
      const key = `${step.program} ${step.event}`;
      missing.set(key, { ...step, starts: [...(missing.get(key)?.starts ?? []), origin.name] });
    }
  }
  if (name === undefined) return undefined;
  return {
    root: root.name,
    program: name,
    starts,
    differences: [...differences.values()],
    missing: [...missing.values()],
    gaps: [...gaps.values()],
    states,
  };
}

interface Held extends Looked {
  readonly walk: Walk;
  readonly graph: Graph;
  readonly inclusion: Inclusion;
}

/** Walks the root from there and holds it against the process. */
function held(root: Root, origin: Origin, { tools, judgeOf }: Workshop, process: ReferenceProcess): Held {
  // What its caller does next is not the root's.
  const { after, givesBack, ...alone } = origin;
  const walked = (variants: number): Held => {
    const recorder = new Recorder();
    const walk = new Walk(tools, judgeOf(origin.monitor), root, alone, { ...DEFAULT_BOUNDS, variants });
    walk.run(recorder);
    const graph = { edges: recorder.edges, letterOf: graphLetter };
    const inclusion = include(graph, process, MOST_PAIRS);
    const differs = inclusion.differences.length > 0;
    return { walk, graph, inclusion, differs, widened: walk.widened > 0, finished: walk.finished };
  };
  return lookAgain(walked(DEFAULT_BOUNDS.variants), () => walked(Number.POSITIVE_INFINITY));
}

const graphLetter = ({ step, open }: GraphEdge): Letter | undefined =>
  step?.kind === 'event' ? letterFor(step.event, open) : undefined;

const said = (letter: Letter): Said => ({ event: eventOf(letter), open: isOpen(letter) });

function tellDifference(
  { path, letter, allowed, mayReturn }: Difference,
  origin: Origin,
  root: Root,
): HandlerDifference {
  const last = path.at(-1);
  const breaks = last?.breaks;
  const does = letter === undefined ? brokenBy(last) : said(letter);
  const steps = path.flatMap(({ step }) => (step === undefined ? [] : [step]));
  return {
    starts: [origin.name],
    start: origin.name,
    path: [{ kind: 'entry', place: root.entry.step.place }, ...steps],
    ...(does !== undefined && { does }),
    ...(breaks !== undefined && { breaks }),
    instead: allowed.map(said),
    mayReturn,
  };
}

/** The event that breaks a rule, whether or not it is one that is compared. */
const brokenBy = (edge: GraphEdge | undefined): Said | undefined =>
  edge?.breaks !== undefined && edge.step?.kind === 'event' ? { event: edge.step.event, open: edge.open } : undefined;

/** Steps that no run along a word of the kernel takes, but those that a walk may not tell. */
function missingSteps(
  process: ReferenceProcess,
  graph: Graph,
  inclusion: Inclusion,
): readonly { readonly program: string; readonly event: EventName }[] {
  const taken = takenEdges(graph, process, inclusion);
  const steps = new Map<string, { readonly program: string; readonly event: EventName; readonly isTaken: boolean }>();
  for (const edge of process.allEdges()) {
    if (edge.letter === undefined) continue;
    const { program } = edge;
    const event = eventOf(edge.letter);
    if (UNTOLD.some((untold) => untold.event === event && !untold.toldIn.includes(program))) continue;
    const key = `${program} ${event}`;
    steps.set(key, { program, event, isTaken: steps.get(key)?.isTaken === true || taken.has(edge) });
  }
  return [...steps.values()].filter(({ isTaken }) => !isTaken).map(({ program, event }) => ({ program, event }));
}

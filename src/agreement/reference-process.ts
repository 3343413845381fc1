/**
 * A program of the reference as a process that does letters: run from one start, without anything that interrupts it, and
 * with every answer of the environment.
 */
import { invariant, present } from '../base/invariant.ts';
import { EVENT_NAMES, type EventName } from '../contract/alphabet.ts';
import type { Configuration } from '../contract/configuration.ts';
import type { InitialState } from '../contract/initial.ts';
import { read } from '../contract/layout.ts';
import { kernel } from '../contract/source.ts';
import type { Execution } from '../reference/execution.ts';
import { placeOf } from '../reference/execution.ts';
import { call, event, instrumentable, type Library, panic, raise, type Step } from '../reference/program.ts';
import { prepare } from '../reference/scenario-model.ts';
import { TRACEPOINTS } from './adaptation.ts';
import { eventOf } from './letter.ts';
import type { Process, ProcessEdge } from './process.ts';
import { letterFor } from './seen.ts';
import { UNTOLD } from './untold.ts';

/** What is run. */
export interface ProcessOptions {
  readonly library: Library;
  readonly configuration: Configuration;
  readonly start: InitialState;
  /** Events that happened before. */
  readonly before: readonly EventName[];
  /** The hardware's entry; absent where code calls the program. */
  readonly enter?: EventName;
  readonly program: string;
}

/** More than any program of the reference has. */
const MOST_NODES = 50_000;

/** The name of the program that leads to the start of the one that is compared. */
const START = '(start)';

/** The process. Its nodes are numbers that it gives out itself. */
export class ReferenceProcess implements Process {
  readonly #execution: Execution;
  readonly #nodes: (readonly Int32Array[] | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #edges: (readonly ProcessEdge[] | undefined)[] = [];
  readonly #base: number;
  /** The events of a move, each with whether a window was open. */
  #seen: { readonly event: EventName; readonly open: boolean }[] = [];
  readonly initial: number;

  constructor(options: ProcessOptions) {
    const { library, configuration, start, before, enter, program } = options;
    this.#base = enter === undefined ? 1 : 2;
    const steps: Step[] = [
      ...before.map((name) => event(name)),
      // An entry that happened before has left noinstr code behind: the handler calls from a window.
      ...(before.some((name) => name.startsWith('enter.')) ? [event('function.instrumentable')] : []),
      enter === undefined ? call(program) : raise(enter, program),
      panic('the end'),
    ];
    const first = instrumentable(START, kernel('', ''), steps);
    this.#execution = prepare({
      scenario: {
        name: program,
        title: program,
        says: program,
        roots: [{ name: START, from: start, program: START }],
        handlers: [],
      },
      configuration,
      library: new Map(library).set(START, first),
      rules: [],
      granularity: 'event',
      observer: {
        before: (words, event) => {
          const name = present(EVENT_NAMES[event], 'events have names');
          this.#seen.push({ event: name, open: read(words, 0, 'windows') > 0 });
        },
        after: () => undefined,
      },
    });
    const [record] = this.#execution.initial();
    let node = this.#numberOf([present(record, 'the scenario has a root')]);
    // Behind the last event of the way to the start the program begins.
    for (;;) {
      const [edge] = this.edges(node);
      if (edge?.program !== START) break;
      node = edge.to;
    }
    this.initial = node;
  }

  /** Whether the program has returned to whoever called it. */
  isEnd(node: number): boolean {
    const [now, outer] = this.#contexts(node);
    if (outer !== undefined || now === undefined) return false;
    const { instructions, labels } = this.#execution.code;
    const instruction = instructions[placeOf(now)];
    return instruction?.op === 'stop' && labels[instruction.step]?.program === START;
  }

  /** What it can do there. */
  edges(node: number): readonly ProcessEdge[] {
    const known = this.#edges[node];
    if (known !== undefined) return known;
    const edges = this.#find(node);
    this.#edges[node] = edges;
    return edges;
  }

  /** Every step that it can do, the kernel or not; tracepoints are nobody's own. */
  *allEdges(): Generator<ProcessEdge> {
    const seen = new Set([this.initial]);
    for (const node of seen) {
      for (const edge of this.edges(node)) {
        seen.add(edge.to);
        if (edge.program !== START && edge.program !== TRACEPOINTS) yield edge;
      }
    }
  }

  #contexts(node: number): readonly Int32Array[] {
    return present(this.#nodes[node], 'nodes are given out here');
  }

  #find(node: number): readonly ProcessEdge[] {
    const contexts = this.#contexts(node);
    const [now, outer, ...rest] = contexts;
    const running = present(now, 'something runs');
    const edges: ProcessEdge[] = [];
    const nested = contexts.length > this.#base;
    this.#seen = [];
    this.#execution.moves(running, outer, (move) => {
      const seen = this.#seen;
      this.#seen = [];
      invariant(move.bound < 0 && move.broken < 0, 'the reference keeps its own contract');
      const after = move.now.slice();
      const interrupted = outer === undefined ? [] : [outer, ...rest];
      const to = this.#numberOf(
        {
          stay: [after, ...interrupted],
          push: [after, move.outer.slice(), ...interrupted],
          pop: [after, ...rest],
        }[move.change],
      );
      const { program } = present(this.#execution.code.labels[move.label], 'nothing but steps of programs moves');
      const letters = (nested ? [] : seen).flatMap(({ event, open }) => {
        const letter = changesNothing(event, running) ? undefined : letterFor(event, open);
        return letter === undefined ? [] : [letter];
      });
      invariant(letters.length <= 1, 'each event is a step of its own');
      const [letter] = letters;
      if (letter !== undefined) edges.push({ letter, to, program });
      if (letter === undefined || UNTOLD.some(({ event }) => event === eventOf(letter))) edges.push({ to, program });
    });
    return edges;
  }

  #numberOf(contexts: readonly Int32Array[]): number {
    const key = contexts.map((record) => record.join()).join('|');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#nodes.push(contexts) - 1;
    invariant(number < MOST_NODES, 'without interruptions a program has few states');
    this.#numbers.set(key, number);
    return number;
  }
}

/** An instruction that sets the interrupt flag to what it is: a walk tells only of changes. */
function changesNothing(event: EventName, now: Int32Array): boolean {
  if (event === 'irq.disable') return read(now, 0, 'irq') === 0;
  return event === 'irq.enable' && read(now, 0, 'irq') === 1;
}

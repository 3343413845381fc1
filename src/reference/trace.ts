/** Moves for people: each as the step that it is, with its events, what it changed, and what it broke. */
import { invariant, present } from '../base/invariant.ts';
import { EVENT_NAMES, type EventName } from '../contract/alphabet.ts';
import { LEVEL_WORDS, read } from '../contract/layout.ts';
import type { Judged } from '../contract/monitor.ts';
import { changes, type Change as FieldChange, type State, unpack } from '../contract/state.ts';
import type { Path } from '../explore/result.ts';
import { type Execution, placeOf } from './execution.ts';
import type { CodeLabel, Instruction } from './instruction.ts';
import type { Move } from './move.ts';
import { OWN_PROPERTIES } from './own-properties.ts';
import type { Handler } from './scenario.ts';
import type { ScenarioModel } from './scenario-model.ts';

/** One move, told. */
export interface TraceStep {
  /**
   * `step`: of the running program; `choice`: the environment decided; `interrupt`: hardware brought a vector, or software called
   * one; `return`: the running context ended.
   */
  readonly kind: 'step' | 'choice' | 'interrupt' | 'return';
  /** The step of a program that it is; for an interrupt by hardware the one that was interrupted. Absent in user mode. */
  readonly place?: CodeLabel;
  /** The steps that call the function that the step stands in, the outermost first. */
  readonly calls: readonly CodeLabel[];
  /** For an interrupt by hardware: the handler. */
  readonly handler?: Handler;
  readonly events: readonly EventName[];
  /** How many contexts are interrupted after it. */
  readonly depth: number;
  /** What it changed in the running level; for an interrupt and a return, against the level before. */
  readonly changes: readonly FieldChange[];
  /** What it broke: a condition of a rule, or one of the machine's own properties. The state is then as it was before the event. */
  readonly broken?: Judged | string;
}

/** A path of the search, told. */
export interface Trace {
  readonly initial: State;
  readonly steps: readonly TraceStep[];
}

/** Tells a move from the context `now`. */
export function tell(execution: Execution, now: Int32Array, move: Move): TraceStep {
  const { code, monitor, scenario } = execution;
  const handler = scenario.handlers[move.label - code.labels.length];
  const instruction = present(code.instructions[placeOf(now)], 'a record holds a place of the code');
  const place = labelOf(execution, handler === undefined ? move.label : instruction.step);
  const broken =
    move.broken < 0
      ? undefined
      : (monitor.conditions[move.broken] ?? OWN_PROPERTIES[move.broken - monitor.conditions.length]);
  return {
    kind: kindOf(instruction, handler),
    ...(instruction.op !== 'wait' && { place }),
    calls: callsOf(execution, instruction.call),
    ...(handler !== undefined && { handler }),
    events: move.events.map((event) => present(EVENT_NAMES[event], 'events have names')),
    depth: read(move.now, 0, 'depth'),
    changes: changes(now, move.now),
    ...(broken !== undefined && { broken }),
  };
}

function kindOf(instruction: Instruction, handler: Handler | undefined): TraceStep['kind'] {
  if (handler !== undefined || instruction.op === 'raise') return 'interrupt';
  if (instruction.op === 'choose') return 'choice';
  return instruction.op === 'leave' ? 'return' : 'step';
}

const labelOf = ({ code }: Execution, label: number): CodeLabel =>
  present(code.labels[label], 'an instruction has a label');

/** The steps of the calls around an instruction, the outermost first. */
export function callsOf(execution: Execution, call: number): readonly CodeLabel[] {
  const labels: CodeLabel[] = [];
  for (let site = execution.code.calls[call]; site !== undefined; site = execution.code.calls[site.outer]) {
    labels.unshift(labelOf(execution, site.step));
  }
  return labels;
}

/** The packed state of the contract that a row of contexts is, the running one first; `length`: in so many words, where there is to be room for more. */
export function packContexts(
  contexts: readonly Int32Array[],
  length: number = LEVEL_WORDS * contexts.length,
): Int32Array {
  const words = new Int32Array(length);
  const [now, ...interrupted] = contexts;
  words.set(present(now, 'something runs').subarray(0, LEVEL_WORDS));
  for (const [index, record] of interrupted.toReversed().entries()) {
    words.set(record.subarray(0, LEVEL_WORDS), (index + 1) * LEVEL_WORDS);
  }
  return words;
}

/** The same as an object. */
export const stateOf = (contexts: readonly Int32Array[]): State => unpack(packContexts(contexts));

/** Tells a path that the search found: a counterexample, or an example. */
export function tellPath(model: ScenarioModel, path: Path<Int32Array>): Trace {
  let contexts = model.contexts(path.initial);
  const initial = stateOf(contexts);
  const steps = path.steps.map(({ label, state }, index) => {
    const wanted = model.contexts(state);
    const [now, outer] = contexts;
    invariant(now !== undefined, 'something runs');
    const last = index === path.steps.length - 1;
    let told: TraceStep | undefined;
    model.execution.moves(now, outer, (move) => {
      if (told !== undefined || move.label !== label) return;
      const same = move.now.every((word, at) => word === wanted[0]?.[at]);
      if (move.broken < 0 ? same : last) told = tell(model.execution, now, move);
    });
    contexts = wanted;
    return present(told, 'the model takes the same steps each time');
  });
  return { initial, steps };
}

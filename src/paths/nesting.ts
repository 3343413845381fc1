/**
 * Nesting, composed: whatever hardware can deliver is run from every state of the contract that any walk has left behind
 * between two instructions, and must give that state back. An NMI at every instruction, without walking every pair.
 */
import { present } from '../base/invariant.ts';
import { eventNumber } from '../contract/alphabet.ts';
import { compile } from '../contract/evaluate.ts';
import { FIELD_NAMES, type FieldName, type FieldValue, fieldSpec, valueFor } from '../contract/fields.ts';
import type { InitialState } from '../contract/initial.ts';
import { CPU_WORDS, read, write } from '../contract/layout.ts';
import { KEPT, type Monitor } from '../contract/monitor.ts';
import { VECTORS, type Vector } from '../contract/vectors.ts';
import type { Insn, Program } from './program.ts';
import { isFollowed, keysOf, stateAt, type Tracking } from './roots.ts';
import type { Origin, Root } from './walk-types.ts';

/** A state that was left behind, with the first instruction that saw it. */
export interface Reached {
  readonly words: Int32Array;
  readonly insn: Insn;
}

/**
 * Handlers that stand for their kind. Not here: #UD, which ends before any update or in an oops; #DF, which does not
 * return; faults that only a certain instruction raises, which enter as #PF does.
 */
const NESTED: readonly (readonly [kind: Vector['kind'], handler: string])[] = [
  ['nmi', 'exc_nmi'],
  ['debug', 'exc_debug'],
  ['machine-check', 'exc_machine_check'],
  ['breakpoint', 'exc_int3'],
  ['page-fault', 'exc_page_fault'],
  ['interrupt', 'common_interrupt'],
  ['simple-interrupt', 'sysvec_reschedule_ipi'],
];

/**
 * Fields that no handler asks for, neither its code nor a condition, other than whether they come back: states that
 * differ only in them are one. What whoever was interrupted owes is asked of its own walk.
 */
const FORGOTTEN: readonly (readonly [FieldName, number])[] = [
  ['vtime', 0],
  ['vcpu', 0],
  ['hardirqTime', 0],
  ['softirqTime', 0],
  ['tracedOff', 0],
  ['nmiBlocked', 0],
  ['shadow', 0],
  ['owedInterrupt', 0],
  ['resched', 0],
  ['uprobe', 0],
  ['patch', 0],
  ['signal', 0],
  ['notify', 0],
  // Counted up and down again.
  ['hardirqContext', 0],
  ['lockdepOff', 0],
];

/** Counters of which a handler asks only whether one of them forbids to preempt, and only if it is none NMI-like. */
const COUNTERS: readonly FieldName[] = ['preempt', 'bhDisabled', 'softirq', 'hardirq'];

/** What an NMI-like entry does not ask for: it comes whether interrupts are on or off, and leaves both as they are. */
const UNASKED: readonly (readonly [FieldName, number])[] = [
  ['irq', 0],
  ['gif', 1],
  ['owedNmi', 0],
];

const FAULT = present(eventNumber('call.fault'), 'the event of a fault');

const CPU_FIELDS = FIELD_NAMES.filter((name) => fieldSpec(name).scope === 'cpu' && name !== 'mode');

/** States of one tracking whose CPU is in the same state: what was interrupted differs, which few handlers ask for. */
interface Found {
  readonly cpu: Int32Array;
  readonly states: Reached[];
}

/** The roots for the states that walks of each tracking have reached; `walked`: what was walked already. */
export function nestedRoots(
  program: Program,
  trackings: readonly Tracking[],
  reached: ReadonlyMap<Monitor, Iterable<Reached>>,
  walked: readonly Root[],
): readonly Root[] {
  const found = new Map(trackings.map(({ monitor }) => [monitor, byCpu(reached.get(monitor) ?? [])] as const));
  return NESTED.flatMap(([kind, name]) => {
    const vector = VECTORS.find((v) => v.kind === kind);
    const [symbol] = program.object.symbolsNamed(name);
    if (vector === undefined || symbol?.place.kind !== 'defined') return [];
    const entry = program.at(symbol.place);
    if (entry === undefined) return [];
    const own = walked.filter((root) => root.name === name);
    const met = new Met(vector, own);
    const near = isShared(vector) ? trackings : trackings.filter(isFollowed);
    const origins = near.flatMap((tracking) => originsOf(vector, tracking, found.get(tracking.monitor) ?? [], met));
    return [{ name, entry, origins, source: `vector ${kind}, nested` }];
  });
}

function byCpu(reached: Iterable<Reached>): readonly Found[] {
  const found = new Map<string, Found>();
  for (const state of reached) {
    const cpu = state.words.subarray(0, CPU_WORDS);
    const key = cpu.join();
    const same = found.get(key);
    if (same === undefined) found.set(key, { cpu, states: [state] });
    else same.states.push(state);
  }
  return [...found.values()];
}

/** What handlers of one vector have found the CPU in. */
class Met {
  readonly #seen = new Set<string>();
  readonly #isShared: boolean;

  /** `walked`: roots of the same handler, whose walks need not be done again. */
  constructor(vector: Vector, walked: readonly Root[]) {
    this.#isShared = isShared(vector);
    for (const { start, before, enter, saved, monitor } of walked.flatMap(({ origins }) => origins)) {
      if (enter !== vector.event || saved?.user !== false) continue;
      this.add(foundBy(stateAt(monitor, start, before), vector), monitor);
    }
  }

  has(found: Int32Array, monitor: Monitor): boolean {
    return this.#seen.has(this.#keyOf(found, monitor));
  }

  add(found: Int32Array, monitor: Monitor): void {
    this.#seen.add(this.#keyOf(found, monitor));
  }

  #keyOf(found: Int32Array, { configuration }: Monitor): string {
    return this.#isShared ? found.join() : `${configuration.name}: ${found.join()}`;
  }
}

/** NMI-like entries from the kernel ask for nothing that is told of user mode: one state is one, whatever is tracked. */
const isShared = ({ fromKernel }: Vector): boolean => fromKernel === 'nmi';

function originsOf(vector: Vector, tracking: Tracking, all: readonly Found[], met: Met): readonly Origin[] {
  const isDeliverable = compile(vector.deliverable);
  const isInterrupted = ({ words }: Reached): boolean => {
    // A machine check in a machine check shuts the machine down.
    if (vector.kind === 'machine-check' && valueFor('kind', read(words, 0, 'kind')) === vector.kind) return false;
    if (!isDeliverable(words, 0)) return false;
    // A fault comes where code may touch memory that can fault, and nowhere else: the contract says where.
    return vector.kind !== 'page-fault' || tracking.monitor.judge(words, 0, FAULT) === KEPT;
  };
  const origins: Origin[] = [];
  for (const { cpu, states } of all) {
    if (read(cpu, 0, 'mode') !== 0) continue;
    const found = foundBy(cpu, vector);
    if (met.has(found, tracking.monitor)) continue;
    const first = states.find(isInterrupted);
    if (first === undefined) continue;
    const { step, func, functionName } = first.insn;
    met.add(found, tracking.monitor);
    origins.push({
      name: `${functionName}+0x${(step.place.offset - (func?.start.offset ?? 0)).toString(16)}; ${tracking.name}`,
      start: stateOf(found),
      enter: vector.event,
      keys: keysOf(tracking),
      active: tracking.active,
      saved: { user: false, interrupts: read(found, 0, 'irq') === 1 },
      monitor: tracking.monitor,
    });
  }
  return origins;
}

/** The CPU as the handler finds it, packed; the context that was interrupted is nobody's business here. */
function foundBy(words: Int32Array, vector: Vector): Int32Array {
  const copy = words.slice(0, CPU_WORDS);
  const mayPreempt = vector.fromKernel === 'nmi' || COUNTERS.every((field) => read(copy, 0, field) === 0);
  for (const [field, value] of FORGOTTEN) write(copy, 0, field, value);
  for (const field of COUNTERS) write(copy, 0, field, 0);
  if (vector.fromKernel === 'nmi') for (const [field, value] of UNASKED) write(copy, 0, field, value);
  if (vector.kind !== 'debug') write(copy, 0, 'armed', 0);
  write(copy, 0, 'preempt', mayPreempt ? 0 : 1);
  return copy;
}

function stateOf(found: Int32Array): InitialState {
  const but: { [F in FieldName]?: FieldValue } = {};
  for (const name of CPU_FIELDS) but[name] = valueFor(name, read(found, 0, name));
  // Every value is one of its field's own.
  return { start: 'task', but: but as NonNullable<InitialState['but']> };
}

/** The contract beside a walk: its states as numbers, and what each event makes of them, asked of the monitor once. */
import { type EventName, eventNumber } from '../contract/alphabet.ts';
import type { FieldName } from '../contract/fields.ts';
import type { InitialState } from '../contract/initial.ts';
import { CPU_WORDS, LEVEL_WORDS, read, write } from '../contract/layout.ts';
import { BOUND, type Judged, KEPT, type Monitor } from '../contract/monitor.ts';
import { StateTable } from './state-table.ts';

/** What an event came to. */
export type Verdict =
  | { readonly kind: 'kept'; readonly state: number }
  /** `state`: what the contract would be, had the event been legal; the same where that cannot be said. */
  | { readonly kind: 'broken'; readonly judged: Judged; readonly state: number }
  /** The contract cannot hold what the event does. */
  | { readonly kind: 'bound' };

/** States and verdicts for one monitor. */
export class Judge {
  readonly monitor: Monitor;
  readonly #states: Int32Array[] = [];
  readonly #ids = new StateTable();
  readonly #initial = new Map<InitialState, number>();
  readonly #verdicts = new Map<number, Verdict>();
  /** What `with` has answered, for each field by state and value. */
  readonly #changed = new Map<FieldName, Map<number, number>>();
  readonly #scratch: Int32Array;
  readonly #exists: ReadonlySet<string>;

  constructor(monitor: Monitor) {
    this.monitor = monitor;
    this.#scratch = new Int32Array(monitor.words);
    this.#exists = new Set(monitor.events);
  }

  /** How many states of the contract were seen. */
  get count(): number {
    return this.#states.length;
  }

  /** Whether this kernel has the event. */
  has(event: EventName): boolean {
    return this.#exists.has(event);
  }

  initial(state: InitialState): number {
    const old = this.#initial.get(state);
    if (old !== undefined) return old;
    const id = this.#intern(this.monitor.initial(state));
    this.#initial.set(state, id);
    return id;
  }

  /** The words of a state. */
  words(state: number): Int32Array {
    const words = this.#states[state];
    if (words === undefined) throw new Error('kentry is wrong here: no state of the contract has this number');
    return words;
  }

  /** A field of the running level. */
  field(state: number, name: FieldName): number {
    return read(this.words(state), 0, name);
  }

  /** The state with one field changed. */
  with(state: number, name: FieldName, value: number): number {
    let known = this.#changed.get(name);
    if (known === undefined) {
      known = new Map();
      this.#changed.set(name, known);
    }
    // No field has more than nine bits (contract/fields.ts).
    const key = state * 512 + value;
    const old = known.get(key);
    if (old !== undefined) return old;
    this.#scratch.set(this.words(state));
    write(this.#scratch, 0, name, value);
    const changed = this.#intern(this.#scratch);
    known.set(key, changed);
    return changed;
  }

  /** Judges and applies. An event that this kernel does not have changes nothing. */
  event(state: number, event: EventName): Verdict {
    const number = eventNumber(event) ?? -1;
    const key = state * 1024 + number;
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = this.#ask(state, number, event);
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  /** Whether counters and context tracking are as in `start`: the first condition of a return that says they are not. */
  unchanged(start: number, state: number): Judged | undefined {
    const words = new Int32Array(this.monitor.words);
    words.set(this.words(state).subarray(0, CPU_WORDS));
    write(words, 0, 'depth', 1);
    words.set(this.words(start).subarray(0, LEVEL_WORDS), LEVEL_WORDS);
    const number = eventNumber('return') ?? -1;
    return this.monitor
      .judgeAll(words, 0, number)
      .find(({ rule, condition }) => rule.id === 'PAIR' && condition.name.endsWith('-changed'));
  }

  #ask(state: number, number: number, event: EventName): Verdict {
    if (!this.#exists.has(event)) return { kind: 'kept', state };
    this.#scratch.set(this.words(state));
    const outcome = this.monitor.step(this.#scratch, 0, number);
    if (outcome === KEPT) return { kind: 'kept', state: this.#intern(this.#scratch) };
    if (outcome === BOUND) return { kind: 'bound' };
    const judged = this.monitor.conditions[outcome];
    return judged === undefined ? { kind: 'bound' } : { kind: 'broken', judged, state };
  }

  #intern(words: Int32Array): number {
    const added = this.#ids.add(words, words.length, -1);
    if (added < 0) return -1 - added;
    this.#states.push(words.slice());
    return added;
  }
}

/** What the rule itself excepts by name. */
export function isExempt({ rule }: Judged, callee: string, caller: string): boolean {
  return rule.exceptions.some(
    ({ applies }) => applies?.callees.includes(callee) === true && (applies.in?.includes(caller) ?? true),
  );
}

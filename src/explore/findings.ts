/** What a search found on its way: violations, and examples of what must be possible. */
import { invariant, present } from '../base/invariant.ts';
import type { PackedGoal, PackedModel, PackedPredicate } from './packed-model.ts';
import { pathByBrokenStep, pathTo } from './path.ts';
import type { Path, Violation } from './result.ts';
import type { StateStore } from './state-store.ts';

/** Where a property was first broken: in a state, or by a step out of one (the `ordinal`th that the model pushed). */
type Breach =
  | { readonly kind: 'state'; readonly index: number }
  | { readonly kind: 'step'; readonly parent: number; readonly ordinal: number };

/** Keeps the first breach of each property and the first example of each goal; breadth first, the first is a shortest. */
export class Findings {
  /** Whether any predicate still has to see the new states. */
  watchful: boolean;
  /** Whether an `always` was broken or a deadlock seen. */
  anyViolation = false;
  readonly #model: PackedModel;
  readonly #store: StateStore;
  readonly #mayEnd: PackedPredicate;
  readonly #sometimes: readonly PackedGoal[];
  /** The `always` that no state broke so far, by their numbers; and likewise the `sometimes` that none reached. */
  #unbroken: readonly { readonly property: number; readonly holds: PackedPredicate }[];
  #missing: readonly PackedGoal[];
  readonly #breaches = new Map<number, Breach>();
  readonly #examples = new Map<PackedGoal, number>();
  #deadlock: number | undefined;

  constructor(model: PackedModel, store: StateStore) {
    this.#model = model;
    this.#store = store;
    this.#mayEnd = model.mayEnd ?? (() => false);
    this.#sometimes = model.sometimes ?? [];
    this.#missing = this.#sometimes;
    this.#unbroken = (model.always ?? []).flatMap(({ holds }, property) =>
      holds === undefined ? [] : [{ property, holds }],
    );
    this.watchful = this.#unbroken.length + this.#missing.length > 0;
  }

  /** Looks at the new state `index`, whose words stand at `words[at ..]`. */
  state(index: number, words: Int32Array, at: number): void {
    if (!this.#isNews(words, at)) return;
    const broken = this.#unbroken.filter(({ holds }) => !holds(words, at));
    const reached = this.#missing.filter((goal) => goal.reached(words, at));
    for (const { property } of broken) this.#breach(property, { kind: 'state', index });
    for (const goal of reached) this.#examples.set(goal, index);
    this.#missing = this.#missing.filter((goal) => !reached.includes(goal));
    this.watchful = this.#unbroken.length + this.#missing.length > 0;
  }

  /** Notes that the `ordinal`th step from `parent` broke `always[property]`. */
  brokenStep(property: number, parent: number, ordinal: number): void {
    invariant((this.#model.always ?? [])[property] !== undefined, `the model has an always property ${property}`);
    if (!this.#breaches.has(property)) this.#breach(property, { kind: 'step', parent, ordinal });
  }

  /** Looks at a state that has no successor. */
  end(index: number): void {
    if (this.#deadlock !== undefined) return;
    if (this.#mayEnd(this.#store.chunkOf(index), this.#store.offsetOf(index))) return;
    this.#deadlock = index;
    this.anyViolation = true;
  }

  /** Every violation with its path; a goal that was not reached is one only on the `complete` graph. */
  violations(complete: boolean): Violation<Int32Array>[] {
    const always = this.#model.always ?? [];
    const found: Violation<Int32Array>[] = Array.from(this.#breaches, ([property, breach]) => ({
      kind: 'always',
      property: present(always[property], 'a breach names a property of the model').name,
      path: this.#pathOf(breach),
    }));
    if (this.#deadlock !== undefined) found.push({ kind: 'deadlock', path: this.pathTo(this.#deadlock) });
    if (complete) for (const property of this.unreached()) found.push({ kind: 'sometimes', property });
    return found;
  }

  /** The names of the `sometimes` that no state reached. */
  unreached(): readonly string[] {
    return this.#missing.map((goal) => goal.name);
  }

  /** For each `sometimes` that was reached a shortest path to it. */
  examples(): ReadonlyMap<string, Path<Int32Array>> {
    return new Map(Array.from(this.#examples, ([goal, index]) => [goal.name, this.pathTo(index)]));
  }

  /** A shortest path to a state. */
  pathTo(index: number): Path<Int32Array> {
    return pathTo(this.#model, this.#store, index);
  }

  /** Whether any predicate has something to say: almost never, so that this alone must be quick and must not allocate. */
  #isNews(words: Int32Array, at: number): boolean {
    for (const { holds } of this.#unbroken) if (!holds(words, at)) return true;
    for (const { reached } of this.#missing) if (reached(words, at)) return true;
    return false;
  }

  #pathOf(breach: Breach): Path<Int32Array> {
    if (breach.kind === 'state') return this.pathTo(breach.index);
    return pathByBrokenStep(this.#model, this.#store, breach.parent, breach.ordinal);
  }

  #breach(property: number, breach: Breach): void {
    this.#breaches.set(property, breach);
    this.#unbroken = this.#unbroken.filter((watched) => watched.property !== property);
    this.anyViolation = true;
  }
}

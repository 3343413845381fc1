/** The search: breadth first, exact, in steps, so that whoever drives it can show progress and stop. */
import { invariant } from '../base/invariant.ts';
import { AlwaysPossible } from './always-possible.ts';
import { Findings } from './findings.ts';
import type { PackedModel } from './packed-model.ts';
import type { Extent, Incomplete, Path, Progress, SearchResult } from './result.ts';
import { type HashWords, NO_PARENT, StateStore } from './state-store.ts';
import { Successors } from './successors.ts';

/** Bounds of a search; each that is reached is part of the result. */
export interface SearchLimits {
  /** Bytes in the arrays of the search. Absent: what the machine gives. */
  readonly maxBytes?: number;
  /** States so many steps from the first are not expanded. */
  readonly maxDepth?: number;
  /** Once there are so many states, none is expanded any more. */
  readonly maxStates?: number;
  /** Ends at the first violation. Otherwise the search goes on and finds for each property a shortest one. */
  readonly untilViolation?: boolean;
  /** For tests: another hash, to make states collide. */
  readonly hash?: HashWords;
}

/** A step between two states, by their indices. */
export interface Transition {
  readonly from: number;
  readonly label: number;
  readonly to: number;
}

/**
 * ```ts
 * const search = new Search(model);
 * while (search.advance(100_000)) show(search.progress());
 * const result = search.result();
 * ```
 * It holds no clock and no randomness: the same model and limits give the same result, however it is driven.
 */
export class Search {
  readonly #model: PackedModel;
  readonly #limits: SearchLimits;
  readonly #store: StateStore;
  readonly #out: Successors;
  readonly #findings: Findings;
  readonly #taken: Float64Array;
  readonly #levels: number[] = [];
  #phase: Progress['phase'] = 'forward';
  #incomplete: Incomplete | undefined;
  #backward: AlwaysPossible | undefined;
  #expanded = 0;
  #transitions = 0;
  #ends = 0;
  #levelEnd = 0;

  constructor(model: PackedModel, limits: SearchLimits = {}) {
    this.#model = model;
    this.#limits = limits;
    this.#store = new StateStore(model.words, limits.maxBytes ?? Number.POSITIVE_INFINITY, limits.hash);
    this.#out = new Successors(model.words, model.labels.length);
    this.#taken = new Float64Array(model.labels.length);
    this.#findings = new Findings(model, this.#store);
    this.#begin();
  }

  /** Expands up to `states` more states. Returns whether there is more to do. */
  advance(states: number): boolean {
    let left = states;
    for (; left > 0 && this.#phase === 'forward'; left--) this.#expand();
    if (left > 0 && this.#phase === 'backward' && this.#backward !== undefined) {
      if (!this.#backward.advance(left)) this.#finish(undefined);
    }
    return this.#phase !== 'finished';
  }

  /** How far it is. */
  progress(): Progress {
    const backward = this.#phase === 'backward' ? this.#backward : undefined;
    return {
      phase: this.#phase,
      states: this.#store.count,
      transitions: this.#transitions,
      depth: this.#levels.length - 1,
      queue: backward?.unmarked ?? this.#store.count - this.#expanded,
      bytes: this.#store.bytes,
    };
  }

  /** What is known: the verdict where the search has ended, otherwise `incomplete` because it was `stopped`. */
  result(): SearchResult {
    const incomplete = this.#phase === 'finished' ? this.#incomplete : 'stopped';
    const complete = incomplete === undefined;
    const seen = { extent: this.#extent(), examples: this.#findings.examples() };
    const violations = this.#findings.violations(complete);
    for (const { name, index } of this.#backward?.stranded() ?? []) {
      violations.push({ kind: 'alwaysPossible', property: name, path: this.#findings.pathTo(index) });
    }
    const [first, ...rest] = violations;
    if (first !== undefined) return { ...seen, verdict: 'violated', violations: [first, ...rest], incomplete };
    if (complete) return { ...seen, verdict: 'holds' };
    const undecided = [...this.#findings.unreached(), ...this.#undecidedGoals()];
    return { ...seen, verdict: 'incomplete', why: incomplete, undecided };
  }

  /** The words of a state, by its index: states are numbered from 0 in the order in which they were first reached. */
  state(index: number): Int32Array {
    return this.#store.state(index);
  }

  /** The path by which the search first came to the state `index`: a shortest one. */
  pathTo(index: number): Path<Int32Array> {
    return this.#findings.pathTo(index);
  }

  /** The steps between the states seen so far, in the order of the search; for drawings and comparisons of small graphs. */
  *transitions(): Generator<Transition> {
    const store = this.#store;
    const out = new Successors(this.#model.words, this.#model.labels.length);
    for (let from = 0; from < this.#expanded; from++) {
      out.clear();
      this.#model.successors(store.chunkOf(from), store.offsetOf(from), out);
      for (let i = 0; i < out.length; i++) {
        if (out.broken[i] === 0) yield { from, label: out.labels[i] ?? 0, to: store.find(out.words, i * out.width) };
      }
    }
  }

  #undecidedGoals(): readonly string[] {
    return this.#backward?.undecided() ?? (this.#model.alwaysPossible ?? []).map((goal) => goal.name);
  }

  #begin(): void {
    const out = this.#out;
    this.#model.initial(out);
    invariant(out.length > 0, `the model ${this.#model.name} has a state to begin with`);
    if (!this.#store.reserve(out.length)) {
      this.#finish('memory');
      return;
    }
    for (let i = 0; i < out.length; i++) this.#insert(i, NO_PARENT);
    this.#levelEnd = this.#store.count;
    this.#levels.push(this.#store.count);
    if (this.#limits.maxDepth === 0) this.#finish('depth');
    else if (this.#mustEnd()) this.#finish(this.#whyEnd());
  }

  /** Looks at every successor of the next state. */
  #expand(): void {
    const store = this.#store;
    const out = this.#out;
    const parent = this.#expanded;
    const cuts = out.cuts;
    out.clear();
    this.#model.successors(store.chunkOf(parent), store.offsetOf(parent), out);
    if (!store.reserve(out.length)) {
      this.#finish('memory');
      return;
    }
    if (out.length === 0 && out.cuts === cuts) {
      this.#ends++;
      this.#findings.end(parent);
    }
    const { broken, labels } = out;
    const taken = this.#taken;
    for (let i = 0; i < out.length; i++) {
      const label = labels[i] ?? 0;
      taken[label] = (taken[label] ?? 0) + 1;
      const property = broken[i] ?? 0;
      if (property !== 0) this.#findings.brokenStep(property - 1, parent, i);
      else {
        this.#transitions++;
        this.#insert(i, parent);
      }
    }
    this.#expanded = parent + 1;
    if (this.#mustEnd()) this.#finish(this.#whyEnd());
    else if (this.#expanded === this.#levelEnd) this.#endLevel();
  }

  #insert(i: number, parent: number): void {
    const { words, width } = this.#out;
    const at = i * width;
    if (this.#store.insert(words, at, parent) && this.#findings.watchful) {
      this.#findings.state(this.#store.count - 1, words, at);
    }
  }

  #endLevel(): void {
    const found = this.#store.count - this.#levelEnd;
    if (found === 0) {
      if (!this.#store.allow(AlwaysPossible.bytesFor(this.#model, this.#store))) {
        this.#finish('memory');
        return;
      }
      this.#backward = new AlwaysPossible(this.#model, this.#store);
      this.#phase = 'backward';
      return;
    }
    this.#levels.push(found);
    this.#levelEnd = this.#store.count;
    if (this.#levels.length - 1 === this.#limits.maxDepth) this.#finish('depth');
  }

  #mustEnd(): boolean {
    if (this.#limits.untilViolation === true && this.#findings.anyViolation) return true;
    const { count } = this.#store;
    return count >= (this.#limits.maxStates ?? Number.POSITIVE_INFINITY) && this.#expanded < count;
  }

  #whyEnd(): Incomplete {
    return this.#limits.untilViolation === true && this.#findings.anyViolation ? 'violation' : 'states';
  }

  #finish(incomplete: Incomplete | undefined): void {
    this.#incomplete = incomplete;
    this.#phase = 'finished';
  }

  #extent(): Extent {
    const covered = this.#out.covered;
    const taken = Array.from(this.#taken, (count, label) => count + (covered[label] ?? 0));
    const begun = this.#store.count - this.#levelEnd;
    const levels = begun > 0 ? [...this.#levels, begun] : this.#levels.slice();
    return {
      states: this.#store.count,
      expanded: this.#expanded,
      transitions: this.#transitions,
      depth: Math.max(0, levels.length - 1),
      levels,
      ends: this.#ends,
      cuts: this.#out.cuts,
      taken,
      neverTaken: this.#model.labels.filter((_, label) => taken[label] === 0),
      bytes: this.#store.bytes,
    };
  }
}

/** Decides AG EF on a finished graph: from every state some goal state is within reach. */
import { invariant } from '../base/invariant.ts';
import type { PackedGoal, PackedModel } from './packed-model.ts';
import { ABSENT, type StateStore } from './state-store.ts';
import { Successors } from './successors.ts';

/** A way that is followed at once has at most so many states. */
const LONGEST_WAY = 4096;
/** No index of a state. */
const REACHED = -2;

/**
 * A backward fixpoint without stored edges: one bit a state says that it reaches the goal; a sweep gives the bit to every
 * state that is a goal or has a successor with the bit, whose successors it computes anew; sweeps go down and up in turn,
 * until one changes nothing. Down first, since a successor mostly has the larger index: then one sweep carries the bit
 * along a whole path; and a state that has it not yet is left by first successors until the bit is met, which carries it back
 * at once where programs run long before they are back. What never gets the bit cannot reach the goal.
 */
export class AlwaysPossible {
  /** States that are not known to reach the goal at hand. */
  unmarked: number;
  readonly #model: PackedModel;
  readonly #store: StateStore;
  readonly #goals: readonly PackedGoal[];
  readonly #out: Successors;
  readonly #marks: Int32Array;
  /** For each goal decided so far the first state that cannot reach it, or `ABSENT`. */
  readonly #stranded: number[] = [];
  #down = true;
  #swept = 0;
  #changed = false;

  /** The bytes that it will need. */
  static bytesFor(model: PackedModel, store: StateStore): number {
    return (model.alwaysPossible ?? []).length === 0 ? 0 : 4 * ((store.count + 31) >>> 5);
  }

  /** The graph in `store` must be complete: every successor of a state in it, but those that break a property, is in it. */
  constructor(model: PackedModel, store: StateStore) {
    this.#model = model;
    this.#store = store;
    this.#goals = model.alwaysPossible ?? [];
    this.#out = new Successors(model.words, model.labels.length);
    this.#marks = new Int32Array(AlwaysPossible.bytesFor(model, store) / 4);
    this.unmarked = store.count;
  }

  /** Looks at up to `states` states. Returns whether there is more to do. */
  advance(states: number): boolean {
    const count = this.#store.count;
    for (let left = states; left > 0; left--) {
      const goal = this.#goals[this.#stranded.length];
      if (goal === undefined) return false;
      const index = this.#down ? count - 1 - this.#swept : this.#swept;
      if (!this.#isMarked(index)) left -= this.#follow(goal, index);
      this.#swept++;
      if (this.#swept === count) this.#endSweep();
    }
    return this.#stranded.length < this.#goals.length;
  }

  /** For each goal that some state cannot reach, its name and the first such state. */
  stranded(): readonly { readonly name: string; readonly index: number }[] {
    return this.#goals
      .map(({ name }, i) => ({ name, index: this.#stranded[i] ?? ABSENT }))
      .filter(({ index }) => index !== ABSENT);
  }

  /** The names of the goals that are not decided so far. */
  undecided(): readonly string[] {
    return this.#goals.slice(this.#stranded.length).map((goal) => goal.name);
  }

  /**
   * Goes from the state on to the first successor, again and again; where that comes to a goal or to a state with the bit, all on
   * the way get it. Returns how many states it looked at. Going on where others have been is left to the next sweep.
   */
  #follow(goal: PackedGoal, index: number): number {
    const way = [index];
    const seen = new Set(way);
    for (let state = index; ; ) {
      const next = this.#next(goal, state);
      if (next === REACHED) {
        for (const passed of way) this.#mark(passed);
        return way.length;
      }
      if (next === ABSENT || way.length === LONGEST_WAY || seen.has(next)) return way.length;
      way.push(next);
      seen.add(next);
      state = next;
    }
  }

  /** REACHED where the state is a goal or has a successor with the bit; else its first successor, or ABSENT. */
  #next(goal: PackedGoal, index: number): number {
    const chunk = this.#store.chunkOf(index);
    const at = this.#store.offsetOf(index);
    if (goal.reached(chunk, at)) return REACHED;
    const out = this.#out;
    out.clear();
    this.#model.successors(chunk, at, out);
    let first = ABSENT;
    for (let i = 0; i < out.length; i++) {
      if (out.broken[i] !== 0) continue;
      const successor = this.#store.find(out.words, i * out.width);
      invariant(successor !== ABSENT, 'a model pushes the same successors each time it is asked');
      if (this.#isMarked(successor)) return REACHED;
      if (first === ABSENT) first = successor;
    }
    return first;
  }

  #isMarked(index: number): boolean {
    return ((this.#marks[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0;
  }

  #mark(index: number): void {
    this.#marks[index >>> 5] = (this.#marks[index >>> 5] ?? 0) | (1 << (index & 31));
    this.unmarked--;
    this.#changed = true;
  }

  #endSweep(): void {
    this.#swept = 0;
    if (this.#changed && this.unmarked > 0) {
      this.#down = !this.#down;
      this.#changed = false;
      return;
    }
    this.#stranded.push(this.unmarked === 0 ? ABSENT : this.#firstUnmarked());
    this.#marks.fill(0);
    this.unmarked = this.#store.count;
    this.#down = true;
    this.#changed = false;
  }

  #firstUnmarked(): number {
    for (let index = 0; index < this.#store.count; index++) if (!this.#isMarked(index)) return index;
    return ABSENT;
  }
}

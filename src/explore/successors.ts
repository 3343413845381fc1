/** Where a packed model writes states: one flat buffer that is used again and again, so that a state costs no allocation. */

const FIRST_CAPACITY = 256;

/**
 * The states that a model reached in one step, each with the label of the step.
 * Made by `Search`, filled by `PackedModel.initial` and `PackedModel.successors`.
 *
 * ```ts
 * const to = out.push(SEND);         // room for one state, at out.words[to .. to + model.words]
 * out.words[to] = state[at] | SENT;  // every word must be written: the buffer holds the words of others
 * out.words[to + 1] = state[at + 1];
 * ```
 * `push` may replace `words` by a larger array: read `out.words` after it, never keep it across a `push`.
 */
export class Successors {
  /** `length` states of `width` words each, one after the other. */
  words: Int32Array;
  /** The label of the step to each state. */
  labels: Int32Array;
  /** For each state 0, or one more than the number of the `always` property that the step to it breaks. */
  broken: Int32Array;
  /** How many states were pushed. */
  length = 0;
  /** How many steps the model left out because of a bound of its own. */
  cuts = 0;
  /** How often `cover` was called with each label. */
  readonly covered: Float64Array;
  /** Words in a state. */
  readonly width: number;

  constructor(width: number, labels: number) {
    this.width = width;
    this.words = new Int32Array(FIRST_CAPACITY * width);
    this.labels = new Int32Array(FIRST_CAPACITY);
    this.broken = new Int32Array(FIRST_CAPACITY);
    this.covered = new Float64Array(labels);
  }

  /** Makes room for one more state; returns where its words begin in `words`. The caller writes all of them. */
  push(label: number): number {
    const index = this.length;
    if (index === this.labels.length) this.#grow();
    this.labels[index] = label;
    this.broken[index] = 0;
    this.length = index + 1;
    return index * this.width;
  }

  /** As `push`, with the words of the state `from[at ..]` already written: for steps that change little. */
  pushCopy(label: number, from: Int32Array, at: number): number {
    const to = this.push(label);
    const words = this.words;
    for (let i = 0; i < this.width; i++) words[to + i] = from[at + i] ?? 0;
    return to;
  }

  /**
   * Says that the step just pushed breaks `always[property]` on its way. The state that it leads to ends the counterexample
   * and is no part of the graph: it is neither counted nor searched from.
   */
  breaks(property: number): void {
    this.broken[this.length - 1] = property + 1;
  }

  /** Says that a step passed `label` on its way: for labels that are no steps of their own. A pushed label counts by itself. */
  cover(label: number): void {
    this.covered[label] = (this.covered[label] ?? 0) + 1;
  }

  /** Says that there is a step here that the model leaves out because of a bound of its own, as a depth of nesting. */
  cut(): void {
    this.cuts++;
  }

  /** Forgets the states; what was covered and cut stays. */
  clear(): void {
    this.length = 0;
  }

  #grow(): void {
    this.words = grown(this.words);
    this.labels = grown(this.labels);
    this.broken = grown(this.broken);
  }
}

function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

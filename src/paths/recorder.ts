/** Keeps the graph of a walk: every way that it took, with what happened on it; for whoever compares the ways themselves. */
import type { RuleId } from '../contract/rule.ts';
import type { TraceStep } from './walk-types.ts';

/** A step from one node to another, or, where nothing is told, only a way. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  readonly step?: TraceStep;
  /** For an event: an instrumentation window was open, or code ran that needs none. */
  readonly open: boolean;
  /** The rule that the event breaks: the way ends with it. */
  readonly breaks?: RuleId;
}

/** The node of the root's return. */
export const RETURNED = 0;
/** The node of the root's entry. */
export const ENTERED = 1;

/** One per walk. A node is a state of the walk or a moment between two of them. */
export class Recorder {
  readonly edges: GraphEdge[] = [];
  readonly #nodes = new Map<number, number>();
  #count = 2;
  #current = ENTERED;

  /** Where the walk is by now; to be given to `rewind`. */
  get mark(): number {
    return this.#current;
  }

  rewind(mark: number): void {
    this.#current = mark;
  }

  /** The walk goes on from that state. */
  begin(state: number): void {
    this.#current = this.#nodeOf(state);
  }

  step(step: TraceStep, open: boolean): void {
    const to = this.#count++;
    this.edges.push({ from: this.#current, to, step, open });
    this.#current = to;
  }

  /** What was told last breaks a rule. */
  breaks(rule: RuleId): void {
    const last = this.edges.pop();
    if (last !== undefined) this.edges.push({ ...last, breaks: rule });
  }

  /** The walk has come to that state. */
  reached(state: number): void {
    this.edges.push({ from: this.#current, to: this.#nodeOf(state), open: false });
  }

  /** The root returns. */
  returned(): void {
    this.edges.push({ from: this.#current, to: RETURNED, open: false });
  }

  #nodeOf(state: number): number {
    const known = this.#nodes.get(state);
    if (known !== undefined) return known;
    const node = this.#count++;
    this.#nodes.set(state, node);
    return node;
  }
}

/** A process made deterministic on the way: sets of nodes, each closed under the steps that are not compared. */
import type { Letter } from './letter.ts';
import type { Process } from './process.ts';

/** All sets that were met; a set is a number. */
export class Sets {
  readonly #process: Process;
  readonly #sets: (readonly number[])[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #steps = new Map<number, Map<Letter, number>>();

  constructor(process: Process) {
    this.#process = process;
  }

  /** The nodes of a set. */
  nodes(set: number): readonly number[] {
    return this.#sets[set] ?? [];
  }

  /** Where the process begins. */
  get initial(): number {
    return this.#closed([this.#process.initial]);
  }

  /** Whether the process may have returned. */
  mayEnd(set: number): boolean {
    return this.nodes(set).some((node) => this.#process.isEnd(node));
  }

  /** The letters that some node of the set does. */
  letters(set: number): readonly Letter[] {
    const found = new Set<Letter>();
    for (const node of this.nodes(set)) {
      for (const { letter } of this.#process.edges(node)) if (letter !== undefined) found.add(letter);
    }
    return [...found];
  }

  /** The set behind a letter; -1 where nothing of the set does it. */
  after(set: number, letter: Letter): number {
    const steps = this.#steps.get(set) ?? new Map<Letter, number>();
    this.#steps.set(set, steps);
    const known = steps.get(letter);
    if (known !== undefined) return known;
    const to: number[] = [];
    for (const node of this.nodes(set)) {
      for (const edge of this.#process.edges(node)) if (edge.letter === letter) to.push(edge.to);
    }
    const next = to.length === 0 ? -1 : this.#closed(to);
    steps.set(letter, next);
    return next;
  }

  #closed(from: readonly number[]): number {
    const seen = new Set(from);
    for (const node of seen) {
      for (const edge of this.#process.edges(node)) if (edge.letter === undefined) seen.add(edge.to);
    }
    const all = [...seen].sort((a, b) => a - b);
    const key = all.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#sets.push(all) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

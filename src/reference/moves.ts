/**
 * The moves of a scenario, each worked out once. What can happen depends on the running context and on the one that it interrupted,
 * so that moves are remembered for each pair of them, and a state of the search is two numbers:
 *
 *     the pair | the row of contexts below it, 0 for none
 *
 * A row is a pair too, of a context and the row below that: so a state has two words, however deep it is.
 */
import { unreachable } from '../base/invariant.ts';
import type { Successors } from '../explore/successors.ts';
import { type Execution, placeOf, RECORD_WORDS } from './execution.ts';
import type { Change, Move } from './move.ts';
import { Pairs } from './pairs.ts';
import { Records } from './records.ts';

/** Words of a state. */
export const STATE_WORDS = 2;

/** What is remembered of a pair: how many moves it has and how many were left out, then each move. */
const HEAD_WORDS = 2;
/**
 * Label, change, where it leads, 0 or one more than the property that it breaks. Where it leads: for a return the number of the
 * record that runs again, which forms a pair with whatever it had interrupted; else the number of a pair.
 */
const MOVE_WORDS = 4;
const STAY = 0;
const PUSH = 1;
const POP = 2;
const CHANGES: Readonly<Record<Change, number>> = { stay: STAY, push: PUSH, pop: POP };

/** Remembers the moves of one execution. */
export class Moves {
  /** Events that the contract's state could not hold, by number. */
  readonly bounds = new Set<number>();
  readonly #execution: Execution;
  readonly #records = new Records();
  readonly #pairs = new Pairs();
  readonly #rows = new Pairs();
  /** By the number of a pair one more than the place of its moves in the pool; 0 where they are not worked out. */
  #places: Int32Array = new Int32Array(1 << 12);
  #pool: Int32Array = new Int32Array(1 << 16);
  #end = 0;
  readonly #running = new Int32Array(RECORD_WORDS);
  readonly #interrupted = new Int32Array(RECORD_WORDS);

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  /** Bytes in its arrays. */
  get bytes(): number {
    return this.#records.bytes + this.#pairs.bytes + this.#rows.bytes + 4 * (this.#places.length + this.#pool.length);
  }

  /** The pair of a context that has interrupted nothing; with no row below it, it is a state. */
  base(record: Int32Array): number {
    return this.#pairs.numberOf(this.#records.numberOf(record), 0);
  }

  /** The records of a state's contexts, the running one first; copies. */
  contexts(pair: number, row: number): readonly Int32Array[] {
    const numbers = [this.#pairs.first(pair), this.#pairs.second(pair)];
    for (let below = row; below !== 0; below = this.#rows.second(below)) numbers.push(this.#rows.first(below));
    return numbers
      .filter((number) => number !== 0)
      .map((number) => this.#records.copy(number, new Int32Array(RECORD_WORDS)));
  }

  /** The place in the code where the running context of a pair is. */
  placeOf(pair: number): number {
    return placeOf(this.#records.copy(this.#pairs.first(pair), this.#running));
  }

  /** Pushes the successors of a state. */
  push(state: Int32Array, at: number, out: Successors): void {
    const pair = state[at] ?? 0;
    const row = state[at + 1] ?? 0;
    let from = (this.#places[pair] ?? 0) - 1;
    if (from < 0) from = this.#work(pair, out);
    const pool = this.#pool;
    for (let cuts = pool[from + 1] ?? 0; cuts > 0; cuts--) out.cut();
    const end = from + HEAD_WORDS + MOVE_WORDS * (pool[from] ?? 0);
    for (from += HEAD_WORDS; from < end; from += MOVE_WORDS) {
      const change = pool[from + 1] ?? STAY;
      const target = pool[from + 2] ?? 0;
      const to = out.push(pool[from] ?? 0);
      const { words } = out;
      if (change === STAY) {
        words[to] = target;
        words[to + 1] = row;
      } else if (change === PUSH) {
        const outer = this.#pairs.second(pair);
        words[to] = target;
        words[to + 1] = outer === 0 ? 0 : this.#rows.numberOf(outer, row);
      } else {
        words[to] = this.#pairs.numberOf(target, row === 0 ? 0 : this.#rows.first(row));
        words[to + 1] = row === 0 ? 0 : this.#rows.second(row);
      }
      const broken = pool[from + 3] ?? 0;
      if (broken !== 0) out.breaks(broken - 1);
    }
  }

  /** What is passed on the way is told once, when the pair is new. */
  #work(pair: number, out: Successors): number {
    const begin = this.#end;
    this.#write(0, 0, 0, 0);
    this.#end = begin + HEAD_WORDS;
    let count = 0;
    let cuts = 0;
    const below = this.#pairs.second(pair);
    const now = this.#records.copy(this.#pairs.first(pair), this.#running);
    const outer = below === 0 ? undefined : this.#records.copy(below, this.#interrupted);
    const cut = this.#execution.moves(now, outer, (move) => {
      if (move.bound >= 0) {
        this.bounds.add(move.bound);
        cuts += 1;
        return;
      }
      count += 1;
      this.#write(move.label, CHANGES[move.change], this.#target(pair, move), move.broken + 1);
      for (const label of move.passed) if (label !== move.label) out.cover(label);
    });
    this.#pool[begin] = count;
    this.#pool[begin + 1] = cut ? cuts + 1 : cuts;
    if (pair >= this.#places.length) this.#places = grown(this.#places, pair + 1);
    this.#places[pair] = begin + 1;
    return begin;
  }

  #target(pair: number, move: Move): number {
    if (move.broken >= 0) return pair;
    const now = this.#records.numberOf(move.now);
    switch (move.change) {
      case 'stay':
        return this.#pairs.numberOf(now, this.#pairs.second(pair));
      case 'push':
        return this.#pairs.numberOf(now, this.#records.numberOf(move.outer));
      case 'pop':
        return now;
      default:
        return unreachable(move.change);
    }
  }

  #write(label: number, change: number, target: number, broken: number): void {
    if (this.#end + MOVE_WORDS > this.#pool.length) this.#pool = grown(this.#pool, 0);
    const pool = this.#pool;
    const at = this.#end;
    pool[at] = label;
    pool[at + 1] = change;
    pool[at + 2] = target;
    pool[at + 3] = broken;
    this.#end = at + MOVE_WORDS;
  }
}

function grown(array: Int32Array, least: number): Int32Array {
  const larger = new Int32Array(Math.max(2 * array.length, least));
  larger.set(array);
  return larger;
}

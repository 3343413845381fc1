/** Makes a walk end: where a place is met again and again with other details, the details are given up. */
import type { Situation } from './pack.ts';
import type { Saved, Store } from './store.ts';
import type { Value } from './value.ts';

/** States of one place that agree in what the contract and the control flow need. */
interface Group {
  count: number;
  /** What all of them have in common, once there are too many. */
  common: Saved | undefined;
}

/** States of one walk after which every second state of a group is widened: a walk that large is lost in details. */
const PATIENCE = 800;

/** Words whose contents must not be given up with the rest. */
interface DecidingWords {
  /** The contract's own. */
  readonly isVariable: (cell: number) => boolean;
  /** Those that are tested twice: given up only by a walk that is lost in details. */
  readonly stable: (cell: number) => boolean;
}

/** One per walk. */
export class Widener {
  readonly #limit: number;
  readonly #words: DecidingWords;
  readonly #stackPointer: number;
  #met = 0;
  /** The key of the state that was looked at last. */
  #last: number | undefined;
  readonly #groups = new Map<number, Group>();

  constructor(limit: number, words: DecidingWords, stackPointer: number) {
    this.#limit = limit;
    this.#words = words;
    this.#stackPointer = stackPointer;
  }

  /** A new state of its group, which was not there before: what the group has in common becomes less. */
  met(store: Store, situation: Situation): void {
    this.#met++;
    // What is widened agrees in the words that make the key.
    const key = this.#last ?? this.#key(store, situation);
    this.#last = undefined;
    const group = this.#groups.get(key);
    if (group === undefined) {
      this.#groups.set(key, { count: 1, common: this.#limitNow() === 1 ? store.save() : undefined });
      return;
    }
    group.count++;
    if (group.common === undefined) {
      if (group.count >= this.#limitNow()) group.common = store.save();
      return;
    }
    const mine = store.save();
    if (join(store, group.common, false)) {
      group.common = store.save();
      store.restore(mine);
    } else group.common = mine;
  }

  /** Gives up details where the group has too many states. Returns whether anything was given up. */
  widen(store: Store, situation: Situation): boolean {
    this.#last = undefined;
    if (this.#met < this.#limit) return false;
    this.#last = this.#key(store, situation);
    const common = this.#groups.get(this.#last)?.common;
    return common !== undefined && join(store, common, true);
  }

  #limitNow(): number {
    return this.#met < PATIENCE || this.#limit === Number.POSITIVE_INFINITY ? this.#limit : 1;
  }

  /**
   * Place, frame, interrupt flag, contract, stack pointer, and the words that decide, as a number of 30 bits: two
   * situations with one number are widened together, which is imprecise, and hardly happens.
   */
  #key(store: Store, s: Situation): number {
    let a = Math.imul(s.insn.id, 0x9e3779b1) ^ Math.imul(s.frame.id, 0x85ebca6b);
    let b = Math.imul(s.contract, 0xc2b2ae35) ^ (s.interrupts === undefined ? 2 : s.interrupts ? 1 : 0);
    const mix = (n: number): void => {
      a = Math.imul(a ^ n ^ (a >>> 15), 0x2c1b3c6d);
      b = Math.imul(b ^ n ^ (b >>> 13), 0x297a2d39);
    };
    mix(store.register(this.#stackPointer).id);
    const { isVariable, stable } = this.#words;
    const isPatient = this.#met < PATIENCE;
    for (let i = 0; i < store.cells.length; i++) {
      if (isVariable(store.cells[i] ?? 0) || (isPatient && stable(store.cells[i] ?? 0)))
        mix(store.contents[i]?.id ?? 0);
    }
    return (a ^ Math.imul(b, 0x9e3779b1)) & 0x3fff_ffff;
  }
}

/**
 * Leaves in the store what it has in common with `other`; with `hard`, nothing of a value that the two do not agree in
 * as far as `other` knows it, or a counter would lose its bits one by one. Returns whether that is less than before.
 */
function join(store: Store, other: Saved, hard: boolean): boolean {
  const { values, flags } = store.universe;
  let less = false;
  const both = (a: Value, b: Value): Value => {
    const common = values.join(a, b);
    const agrees = common.known0 === b.known0 && common.known1 === b.known1;
    const joined = hard && !agrees ? values.any : common;
    if (joined !== a) less = true;
    return joined;
  };
  for (let i = 0; i < other.registers.length; i++) {
    const its = other.registers[i];
    if (its !== undefined) store.registers[i] = both(store.register(i), its);
  }
  if (store.flags !== other.flags) store.flags = flags.none;
  // Both lists are sorted by cell.
  let at = 0;
  let to = 0;
  for (let i = 0; i < store.cells.length; i++) {
    const cell = store.cells[i] ?? 0;
    while (at < other.cells.length && (other.cells[at] ?? 0) < cell) at++;
    const [mine, its] = [store.contents[i], other.contents[at]];
    if (other.cells[at] !== cell || mine === undefined || its === undefined) {
      less = true;
      continue;
    }
    store.cells[to] = cell;
    store.contents[to] = both(mine, its);
    to++;
  }
  store.cells.length = to;
  store.contents.length = to;
  return less;
}

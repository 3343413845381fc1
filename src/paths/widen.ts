/** Makes a walk end: where a place is met again and again with other details, the details are given up. */
import type { Situation } from './pack.ts';
import type { Saved, Store } from './store.ts';
import type { Value } from './value.ts';

/** States of one place that agree in what the contract and the control flow need. */
interface Group {
  count: number;
  /** What all of them have in common. */
  common: Saved;
}

/** States of one walk after which every second state of a group is widened: a walk that large is lost in details. */
const PATIENCE = 800;

/** One per walk. */
export class Widener {
  readonly #limit: number;
  readonly #isVariable: (cell: number) => boolean;
  readonly #stackPointer: number;
  #met = 0;
  readonly #groups = new Map<string, Group>();

  constructor(limit: number, isVariable: (cell: number) => boolean, stackPointer: number) {
    this.#limit = limit;
    this.#isVariable = isVariable;
    this.#stackPointer = stackPointer;
  }

  /** A new state of its group, which was not there before: what the group has in common becomes less. */
  met(store: Store, situation: Situation): void {
    this.#met++;
    const key = this.#key(store, situation);
    const group = this.#groups.get(key);
    if (group === undefined) {
      this.#groups.set(key, { count: 1, common: store.save() });
      return;
    }
    group.count++;
    const mine = store.save();
    join(store, group.common, false);
    group.common = store.save();
    store.restore(mine);
  }

  /** Gives up details where the group has too many states. Returns whether anything was given up. */
  widen(store: Store, situation: Situation): boolean {
    const group = this.#groups.get(this.#key(store, situation));
    const limit = this.#met < PATIENCE ? this.#limit : 1;
    if (group === undefined || group.count < limit) return false;
    return join(store, group.common, true);
  }

  /** Place, frame, interrupt flag, contract, stack pointer, and the contract's own words. */
  #key(store: Store, s: Situation): string {
    let key = `${s.insn.id} ${s.frame.id} ${s.interrupts} ${s.contract} ${store.register(this.#stackPointer).id}`;
    for (const [i, cell] of store.cells.entries()) if (this.#isVariable(cell)) key += ` ${store.contents[i]?.id}`;
    return key;
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
    const joined = hard && common !== b ? values.any : common;
    if (joined !== a) less = true;
    return joined;
  };
  for (const [i, value] of other.registers.entries()) store.registers[i] = both(store.register(i), value);
  if (store.flags !== other.flags) store.flags = flags.none;
  const theirs = new Map(other.cells.map((cell, i) => [cell, other.contents[i]]));
  for (const [i, cell] of store.cells.entries()) {
    const [mine, its] = [store.contents[i], theirs.get(cell)];
    if (mine !== undefined && its !== undefined) store.contents[i] = both(mine, its);
  }
  store.retain((cell) => {
    const stays = theirs.has(cell);
    if (!stays) less = true;
    return stays;
  });
  return less;
}

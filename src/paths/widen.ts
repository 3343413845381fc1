/** Makes a walk end: where a place is met again and again with other details, the details are given up. */
import type { Situation } from './pack.ts';
import type { Saved, Store } from './store.ts';
import type { Value } from './value.ts';

/** States of one place that agree in what the contract and the control flow need. */
interface Group {
  count: number;
  /** What all states since the limit have in common. */
  common: Saved | undefined;
}

/** One per walk. */
export class Widener {
  readonly #limit: number;
  readonly #isVariable: (cell: number) => boolean;
  readonly #stackPointer: number;
  readonly #groups = new Map<string, Group>();

  constructor(limit: number, isVariable: (cell: number) => boolean, stackPointer: number) {
    this.#limit = limit;
    this.#isVariable = isVariable;
    this.#stackPointer = stackPointer;
  }

  /** Counts a new state of its group. Call it once for each state that was not there before. */
  met(store: Store, situation: Situation): void {
    const key = this.#key(store, situation);
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { count: 1, common: undefined });
    else group.count++;
  }

  /** Gives up details where the group has too many states. Returns whether anything was given up. */
  widen(store: Store, situation: Situation): boolean {
    const group = this.#groups.get(this.#key(store, situation));
    if (group === undefined || group.count < this.#limit) return false;
    if (group.common !== undefined) join(store, group.common);
    group.common = store.save();
    return true;
  }

  /** Place, frame, interrupt flag, contract, stack pointer, and the contract's own words. */
  #key(store: Store, s: Situation): string {
    let key = `${s.insn.id} ${s.frame.id} ${s.interrupts} ${s.contract} ${store.register(this.#stackPointer).id}`;
    for (const [i, cell] of store.cells.entries()) if (this.#isVariable(cell)) key += ` ${store.contents[i]?.id}`;
    return key;
  }
}

/** Leaves in the store what it has in common with `other`. */
function join(store: Store, other: Saved): void {
  const { values, flags } = store.universe;
  const both = (a: Value, b: Value): Value => (a === b ? a : values.join(a, b));
  for (const [i, value] of other.registers.entries()) store.registers[i] = both(store.register(i), value);
  if (store.flags !== other.flags) store.flags = flags.none;
  const theirs = new Map(other.cells.map((cell, i) => [cell, other.contents[i]]));
  for (const [i, cell] of store.cells.entries()) {
    const [mine, its] = [store.contents[i], theirs.get(cell)];
    if (mine !== undefined && its !== undefined) store.contents[i] = both(mine, its);
  }
  store.retain((cell) => theirs.has(cell));
}

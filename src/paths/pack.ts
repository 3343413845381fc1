/** Packs a place, a store and what stands beside it into words, so that equal situations are equal words, and back. */
import { RESULT } from './analysis.ts';
import type { Frame } from './frame.ts';
import { FLAGS } from './liveness.ts';
import type { Insn } from './program.ts';
import type { Store } from './store.ts';
import type { Value } from './value.ts';

/** Where a walk stands, beside its store. */
export interface Situation {
  readonly insn: Insn;
  readonly frame: Frame;
  /** The hardware's interrupt flag; `undefined` where nobody knows. */
  readonly interrupts: boolean | undefined;
  /** The contract's state, by number. */
  readonly contract: number;
}

/** How the interrupt flag is packed. */
export const interruptWord = (interrupts: boolean | undefined): number =>
  interrupts === undefined ? 2 : interrupts ? 1 : 0;

/** Words before the registers: instruction, frame, interrupt flag, contract, flags. */
const HEAD = 5;

/** More than the places that can hold one name. */
const BEHIND = 1 << 12;

/** Packs and unpacks for one register model. */
export class Packer {
  #words = new Int32Array(1024);
  #counts = new Int32Array(256);
  readonly #named: number[] = [];
  readonly #registers: number;
  readonly #stackPointer: number;
  readonly #result: number;

  constructor(registers: number, stackPointer: number, result: number) {
    this.#registers = registers;
    this.#stackPointer = stackPointer;
    this.#result = 1 << result;
  }

  /** The store and what stands beside it as words; they are valid until the next call. */
  pack(store: Store, s: Situation): { readonly words: Int32Array; readonly length: number } {
    const needed = HEAD + this.#registers + store.cells.length * 2;
    if (needed > this.#words.length) this.#words = new Int32Array(needed * 2);
    const words = this.#words;
    words[0] = s.insn.id;
    words[1] = s.frame.id;
    words[2] = interruptWord(s.interrupts);
    words[3] = s.contract;
    words[4] = store.flags.id;
    let at = HEAD;
    for (let i = 0; i < this.#registers; i++) words[at++] = store.register(i).id;
    for (let i = 0; i < store.cells.length; i++) {
      words[at++] = store.cells[i] ?? 0;
      words[at++] = store.contents[i]?.id ?? 0;
    }
    return { words, length: at };
  }

  /** Fills the store from a state's words. Returns the head: instruction, frame, interrupt flag, contract. */
  unpack(
    words: Int32Array,
    store: Store,
  ): { insn: number; frame: number; interrupts: boolean | undefined; contract: number } {
    const { values, flags } = store.universe;
    store.flags = flags.at(words[4] ?? 0);
    for (let i = 0; i < this.#registers; i++) store.registers[i] = values.at(words[HEAD + i] ?? 0);
    let n = 0;
    for (let at = HEAD + this.#registers; at < words.length; at += 2, n++) {
      store.cells[n] = words[at] ?? 0;
      store.contents[n] = values.at(words[at + 1] ?? 0);
    }
    store.cells.length = n;
    store.contents.length = n;
    const interrupts = words[2] === 2 ? undefined : words[2] === 1;
    return { insn: words[0] ?? 0, frame: words[1] ?? 0, interrupts, contract: words[3] ?? 0 };
  }

  /** Drops what does not matter from the store: dead registers, dead stack, names that say nothing. */
  tidy(store: Store, frame: Frame, live: number): void {
    const { values, flags, cells } = store.universe;
    const wanted = (live & RESULT) !== 0 && frame.needsResult ? live | this.#result : live;
    for (let i = 0; i < this.#registers; i++) {
      if ((wanted & (1 << i)) === 0 && i !== this.#stackPointer) store.registers[i] = values.any;
    }
    if ((wanted & FLAGS) === 0) store.flags = flags.none;
    const sp = store.register(this.#stackPointer);
    // Whatever lies below the stack pointer is gone (the kernel is built without a red zone).
    if (sp.isAddress) {
      let below = false;
      for (const cell of store.cells) {
        const c = cells.at(cell);
        if (c.name === sp.name && c.offset < sp.offset) {
          below = true;
          break;
        }
      }
      if (below) {
        store.retain((cell) => {
          const c = cells.at(cell);
          return c.name !== sp.name || c.offset >= sp.offset;
        });
      }
    }
    store.forgetUnasked();
    this.#forgetIdleNames(store);
  }

  /** A name that only one place holds, and nothing lies behind, tells nothing; so does a word behind a name that nobody holds. */
  #forgetIdleNames(store: Store): void {
    const { values, names } = store.universe;
    this.#count(store);
    let idle = false;
    let orphans = store.contents.includes(values.any);
    for (const id of this.#named) {
      const name = names.at(id);
      if (name?.kind !== 'unknown') continue;
      const count = this.#counts[id] ?? 0;
      if (count === 1 && (name.nonzero0 | name.nonzero1) === 0) idle = true;
      else {
        if (count % BEHIND === 0) orphans = true;
        this.#counts[id] = 0;
      }
    }
    if (idle) {
      const strip = (v: Value): Value => {
        if (this.#counts[v.name] !== 1 || v.name === 0 || names.kind(v.name) !== 'unknown') return v;
        return v.offset !== 0 || v.loose ? values.any : values.bits(v.known0, v.known1, v.bits0, v.bits1);
      };
      for (let i = 0; i < this.#registers; i++) store.registers[i] = strip(store.register(i));
      for (let i = 0; i < store.contents.length; i++) {
        const v = store.contents[i];
        if (v === undefined || v.name === 0) continue;
        const stripped = strip(v);
        if (stripped === values.any) orphans = true;
        store.contents[i] = stripped;
      }
    }
    this.#forgetCounts();
    if (orphans) this.#dropOrphans(store);
  }

  #forgetCounts(): void {
    for (const name of this.#named) this.#counts[name] = 0;
    this.#named.length = 0;
  }

  /** A word whose address nobody holds, or that says nothing, equals one that is not there. */
  #dropOrphans(store: Store): void {
    const { values, names, cells } = store.universe;
    this.#count(store);
    store.retain((cell, value) => {
      const name = cells.at(cell).name;
      const reachable = names.kind(name) !== 'unknown' || (this.#counts[name] ?? 0) % BEHIND > 0;
      return reachable && (value !== values.any || store.policy.initial(cell) !== undefined);
    });
    this.#forgetCounts();
  }

  /** How many places hold each name; BEHIND more for each word that lies behind it. */
  #count(store: Store): void {
    const { cells } = store.universe;
    for (let i = 0; i < this.#registers; i++) this.#add(store.register(i).name, 1);
    this.#add(store.flags.left.name, 1);
    this.#add(store.flags.right.name, 1);
    for (let i = 0; i < store.cells.length; i++) {
      this.#add(store.contents[i]?.name ?? 0, 1);
      this.#add(cells.at(store.cells[i] ?? 0).name, BEHIND);
    }
  }

  #add(name: number, n: number): void {
    if (name === 0) return;
    if (name >= this.#counts.length) {
      const bigger = new Int32Array(Math.max(name + 1, this.#counts.length * 2));
      bigger.set(this.#counts);
      this.#counts = bigger;
    }
    if (this.#counts[name] === 0) this.#named.push(name);
    this.#counts[name] = (this.#counts[name] ?? 0) + n;
  }
}

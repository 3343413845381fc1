/** The abstract store: registers, flags and the words of memory that are remembered. Mutable; a state is a packed copy of it. */
import type { Cells } from './cells.ts';
import type { Flags, FlagTable, Learnt } from './flags.ts';
import type { NameKind, Names } from './names.ts';
import type { Value, Values } from './value.ts';

/** What all stores of one analysis share. */
export interface Universe {
  readonly values: Values;
  readonly names: Names;
  readonly cells: Cells;
  readonly flags: FlagTable;
}

/** Which words are remembered, and what is in them when nobody has written yet. */
export interface MemoryPolicy {
  /** Whether the word may stand in a store although no stack holds it. */
  readonly tracked: (cell: number) => boolean;
  /** From now on the word is tracked, and stable. */
  readonly track: (cell: number) => void;
  /** A word that other code may change, but never does while this is walked: it outlives calls of unknown code. */
  readonly stable: (cell: number) => boolean;
  /** A word that anybody may change at any time: every reading of it is a new unknown, which gets this name; 0 for others. */
  readonly changing: (cell: number) => number;
  /** What the word holds at first, where that is known or has a name of its own. */
  readonly initial: (cell: number) => Value | undefined;
  /** Words of which only some bits are ever asked for: states that differ in the others are one. */
  readonly partly: readonly Partly[];
}

/** The bits of a word that somebody asks for, lower and upper half. */
export interface Partly {
  readonly cell: number;
  readonly bits0: number;
  readonly bits1: number;
}

/** A copy of a store's contents. */
export interface Saved {
  readonly registers: readonly Value[];
  readonly flags: Flags;
  readonly cells: readonly number[];
  readonly contents: readonly Value[];
}

function copyInto<T>(to: T[], from: readonly T[]): void {
  // Setting a length, even to what it is, costs more than the copy of a short list.
  if (to.length !== from.length) to.length = from.length;
  for (let i = 0; i < from.length; i++) {
    const item = from[i];
    if (item !== undefined) to[i] = item;
  }
}

/** What is remembered wherever it is stored: the way back to a stack, and what must be given back to the hardware. */
const isPrecious = (kind: NameKind): boolean => kind === 'stack' || kind === 'hardware';

/** Names what is read where nobody knows it; absent where nobody will ask again. */
type Site = (() => number) | undefined;

export class Store {
  readonly universe: Universe;
  readonly policy: MemoryPolicy;
  readonly registers: Value[];
  flags: Flags;
  /** Sorted; `contents[i]` is the word of cell `cells[i]`. */
  readonly cells: number[] = [];
  readonly contents: Value[] = [];

  constructor(universe: Universe, policy: MemoryPolicy, registers: number) {
    this.universe = universe;
    this.policy = policy;
    this.registers = new Array<Value>(registers).fill(universe.values.any);
    this.flags = universe.flags.none;
  }

  /** A copy of everything, for `restore`. */
  save(): Saved {
    const { registers, flags, cells, contents } = this;
    return { registers: registers.slice(), flags, cells: cells.slice(), contents: contents.slice() };
  }

  restore(saved: Saved): void {
    copyInto(this.registers, saved.registers);
    this.flags = saved.flags;
    copyInto(this.cells, saved.cells);
    copyInto(this.contents, saved.contents);
  }

  register(n: number): Value {
    return this.registers[n] ?? this.universe.values.any;
  }

  /** Position of the cell, or where it would be inserted, as -1 - position. */
  #find(cell: number): number {
    let low = 0;
    let high = this.cells.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.cells[middle] ?? 0;
      if (at === cell) return middle;
      if (at < cell) low = middle + 1;
      else high = middle - 1;
    }
    return -1 - low;
  }

  /** The word, where it is remembered. */
  word(cell: number): Value | undefined {
    const at = this.#find(cell);
    return at < 0 ? undefined : this.contents[at];
  }

  setWord(cell: number, value: Value): void {
    const at = this.#find(cell);
    if (at >= 0) this.contents[at] = value;
    else {
      this.cells.splice(-1 - at, 0, cell);
      this.contents.splice(-1 - at, 0, value);
    }
  }

  forgetWord(cell: number): void {
    const at = this.#find(cell);
    if (at < 0) return;
    this.cells.splice(at, 1);
    this.contents.splice(at, 1);
  }

  /** Keeps only the words that `keep` says. */
  retain(keep: (cell: number, value: Value) => boolean): void {
    let to = 0;
    for (let i = 0; i < this.cells.length; i++) {
      const cell = this.cells[i] ?? 0;
      const value = this.contents[i] ?? this.universe.values.any;
      if (!keep(cell, value)) continue;
      this.cells[to] = cell;
      this.contents[to] = value;
      to++;
    }
    this.cells.length = to;
    this.contents.length = to;
  }

  /** Whether a word is remembered by its place alone. */
  remembers(cell: number): boolean {
    const name = this.universe.cells.at(cell).name;
    return this.universe.names.kind(name) === 'stack' || this.policy.tracked(cell);
  }

  /**
   * `width` bytes at `address`, up to 8; `site` names what is read where nobody knows it. `again`: it will be read
   * again, so what is known in part gets a name too.
   */
  load(address: Value, width: number, site: Site, again = false): Value {
    const { values } = this.universe;
    if (!address.isAddress) return values.unknown(width);
    const cell = this.universe.cells.of(address.name, address.offset);
    const shift = (address.offset - cell.offset) * 8;
    if (shift + width * 8 > 64) return this.#loadAcross(address, width, shift, site);
    return values.part(this.#read(cell.id, site, again), shift, width);
  }

  #loadAcross(address: Value, width: number, shift: number, site: Site): Value {
    const { values } = this.universe;
    const first = (64 - shift) / 8;
    const low = this.load(address, first, site);
    const high = this.load(values.address(address.name, address.offset + first), width - first, site);
    return values.part(values.replace(low, high, first * 8, width - first), 0, width);
  }

  #read(cell: number, site: Site, again: boolean): Value {
    const { values } = this.universe;
    const here = this.word(cell);
    if (again && site !== undefined && here !== undefined && !here.isExact && !here.loose) {
      // What is unknown of the word gets a name, so that a branch on it teaches the word.
      const named = site();
      this.forgetName(named);
      const value = values.bits(here.known0, here.known1, here.bits0, here.bits1, named, 0);
      this.setWord(cell, value);
      return value;
    }
    const known = here ?? this.policy.initial(cell);
    if (known !== undefined) return known;
    const changing = this.policy.changing(cell);
    if (changing === 0 && (site === undefined || !this.remembers(cell))) return values.any;
    const name = changing === 0 ? (site?.() ?? 0) : changing;
    this.forgetName(name);
    const value = values.address(name, 0);
    if (changing === 0) this.setWord(cell, value);
    return value;
  }

  /** Writes the lowest `width` bytes of `value`. Returns the cell that changed, -1 for none that is remembered. */
  store(address: Value, width: number, value: Value): number {
    const { values, names } = this.universe;
    if (!address.isAddress) return -1;
    const cell = this.universe.cells.of(address.name, address.offset);
    const shift = (address.offset - cell.offset) * 8;
    if (shift + width * 8 > 64) {
      const first = (64 - shift) / 8;
      this.store(address, first, values.part(value, 0, first));
      const rest = values.part(value, first * 8, width - first);
      return this.store(values.address(address.name, address.offset + first), width - first, rest);
    }
    if (!isPrecious(names.kind(value.name)) && !this.remembers(cell.id)) {
      this.forgetWord(cell.id);
      return -1;
    }
    const old = width === 8 ? values.any : (this.word(cell.id) ?? this.policy.initial(cell.id) ?? values.any);
    const now = values.replace(old, value, shift, width);
    if (now === values.any && this.policy.initial(cell.id) === undefined) this.forgetWord(cell.id);
    else this.setWord(cell.id, now);
    return cell.id;
  }

  /** Everybody who holds the name learns it. */
  learn(what: Learnt): void {
    if (what.nonzero === true) {
      this.#learnNonzero(what);
      return;
    }
    const { values, flags } = this.universe;
    const refine = (v: Value): Value =>
      v.name === what.name ? values.refine(v, what.name, what.known0, what.known1, what.bits0, what.bits1) : v;
    for (let i = 0; i < this.registers.length; i++) this.registers[i] = refine(this.register(i));
    for (let i = 0; i < this.contents.length; i++) {
      const v = this.contents[i];
      if (v !== undefined && v.name === what.name) this.contents[i] = refine(v);
    }
    const f = this.flags;
    if (f.left.name === what.name || f.right.name === what.name) {
      this.flags = flags.of(f.kind, refine(f.left), refine(f.right), f.width);
    }
  }

  /** The name becomes another one, which is known not to be 0. Not done where words are known by the old one. */
  #learnNonzero({ name, known0, known1 }: Learnt): void {
    const { values, names, cells, flags } = this.universe;
    if (this.cells.some((cell) => cells.at(cell).name === name)) return;
    const now = names.nonzero(name, known0, known1).id;
    if (now === name) return;
    this.forgetName(now);
    const rename = (v: Value): Value => {
      if (v.name !== name) return v;
      if (v.loose) return values.somewhere(now);
      return v.isAddress
        ? values.address(now, v.offset)
        : values.bits(v.known0, v.known1, v.bits0, v.bits1, now, v.shift);
    };
    for (let i = 0; i < this.registers.length; i++) this.registers[i] = rename(this.register(i));
    for (let i = 0; i < this.contents.length; i++) {
      const v = this.contents[i];
      if (v !== undefined && v.name === name) this.contents[i] = rename(v);
    }
    const f = this.flags;
    if (f.left.name === name || f.right.name === name)
      this.flags = flags.of(f.kind, rename(f.left), rename(f.right), f.width);
  }

  /** Nobody holds the name any longer: it is about to be given to something new. */
  forgetName(name: number): void {
    const { values, cells, flags } = this.universe;
    const strip = (v: Value): Value =>
      v.name !== name ? v : v.offset !== 0 || v.loose ? values.any : values.bits(v.known0, v.known1, v.bits0, v.bits1);
    for (let i = 0; i < this.registers.length; i++) {
      if (this.registers[i]?.name === name) this.registers[i] = strip(this.register(i));
    }
    let behind = false;
    for (let i = 0; i < this.contents.length; i++) {
      const v = this.contents[i];
      if (v !== undefined && v.name === name) this.contents[i] = strip(v);
      if (cells.at(this.cells[i] ?? 0).name === name) behind = true;
    }
    if (behind) this.retain((cell) => cells.at(cell).name !== name);
    if (this.flags.left.name === name || this.flags.right.name === name) this.flags = flags.none;
  }

  /** Forgets the bits that nobody asks for. */
  forgetUnasked(): void {
    const { values } = this.universe;
    for (const { cell, bits0, bits1 } of this.policy.partly) {
      const at = this.#find(cell);
      const v = at < 0 ? undefined : this.contents[at];
      if (v === undefined || ((v.known0 & ~bits0) | (v.known1 & ~bits1)) === 0) continue;
      this.contents[at] = values.bits(v.known0 & bits0, v.known1 & bits1, v.bits0, v.bits1, v.name, v.shift);
    }
  }

  /** Unknown code has run: what it may change is gone; the contract's words, stacks and what is stable stay. */
  forgetUnstable(keep: (cell: number) => boolean): void {
    this.retain((cell, value) => {
      const name = this.universe.cells.at(cell).name;
      const kind = this.universe.names.kind(name);
      if (kind === 'stack' || kind === 'regs' || keep(cell) || this.policy.stable(cell)) return true;
      return isPrecious(this.universe.names.kind(value.name));
    });
  }
}

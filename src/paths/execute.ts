/** Executes the effects of one instruction on a store, and tells what of it concerns the contract. */
import type { Condition, Deed, RegisterModel, RegisterOperand } from '../isa/effect.ts';
import { add, asOffset, compute } from './arithmetic.ts';
import { type Flags, holds, type Learnt, learn } from './flags.ts';
import type { Happening, KnownEffect, KnownMemory, KnownOperand } from './known-effect.ts';
import type { Store } from './store.ts';
import type { Value } from './value.ts';

/** Runs effects; one per analysis. */
export class Executor {
  readonly model: RegisterModel;
  /** Filled by `run`; the caller empties it. */
  readonly happenings: Happening[] = [];
  /** Where an indirect jump or call goes, after `run`. */
  target: Value | undefined;
  /** What this instruction reads behind an unknown pointer is asked for again, so it is worth remembering. */
  remembers = false;
  /** The name of such a pointer: one for each register of a function, or paths that meet could not agree on it. */
  baseName: (register: number) => number = () => 0;
  /** Cells whose reading is news. */
  watched: (cell: number) => boolean = () => false;
  /** The hardware's interrupt flag; `run` may change it. */
  interrupts: boolean | undefined = false;
  #store!: Store;
  #site: (slot: number) => number = () => 0;
  #decided: boolean | undefined;

  constructor(model: RegisterModel) {
    this.model = model;
  }

  /**
   * Runs one instruction. `site` gives this instruction's names for what it reads; `decided` answers its
   * set-if or assign-if where the caller has forked on it.
   */
  run(store: Store, effects: readonly KnownEffect[], site: (slot: number) => number, decided?: boolean): void {
    this.#store = store;
    this.#site = site;
    this.#decided = decided;
    for (const effect of effects) this.#step(effect);
  }

  #step(e: KnownEffect): void {
    const store = this.#store;
    const { values, flags } = store.universe;
    switch (e.do) {
      case 'assign':
        this.#assign(e.to, e.from, e.signed);
        return;
      case 'address':
        this.#write(e.to, values.part(this.#addressOf(e.of), 0, e.to.width));
        return;
      case 'compute':
        this.#compute(e);
        return;
      case 'compare':
        this.#compare(e.operator, e.left, e.right);
        return;
      case 'bit':
        this.#bit(e.of, e.bit, e.change);
        return;
      case 'exchange': {
        const [left, right] = [this.#read(e.left), this.#read(e.right)];
        this.#write(e.left, right);
        this.#write(e.right, left);
        return;
      }
      case 'exchange-add': {
        const old = this.#read(e.memory);
        const sum = compute(values, store.universe.names, 'add', old, this.#read(e.register), e.register.width);
        this.#write(e.register, old);
        this.#write(e.memory, sum);
        store.flags = flags.of('result', sum, values.zero, e.register.width);
        return;
      }
      case 'compare-exchange': {
        const old = this.#read(e.memory);
        this.#write(e.memory, values.join(old, this.#read(e.register)));
        this.#write(e.accumulator, values.join(old, this.#read(e.accumulator)));
        store.flags = flags.none;
        return;
      }
      case 'set-if': {
        const outcome = this.#decided ?? this.#holds(e.condition);
        const bit = values.bits(-2, -1, 0, 0, this.#site(3), 0);
        if (outcome === undefined) store.forgetName(this.#site(3));
        this.#write(e.to, outcome === undefined ? bit : outcome ? values.one : values.zero);
        return;
      }
      case 'assign-if': {
        const outcome = this.#decided ?? this.#holds(e.condition);
        if (outcome === true) this.#assign(e.to, e.from, false);
        else if (outcome === false) this.#write(e.to, this.#read(e.to));
        else this.#write(e.to, values.join(this.#read(e.to), this.#read(e.from)));
        return;
      }
      case 'push':
        this.push(this.#read(e.from), store);
        return;
      case 'pop': {
        const value = this.pop(store);
        this.#write(e.to, value);
        return;
      }
      case 'push-flags':
        this.push(this.#savedFlags(), store);
        return;
      case 'pop-flags':
        this.#restoreFlags(this.pop(store));
        return;
      case 'interrupts':
        this.interrupts = e.enabled;
        this.happenings.push({ kind: 'interrupts', enabled: e.enabled });
        return;
      case 'deed': {
        const operand = e.operand === undefined ? undefined : this.#read(e.operand);
        this.happenings.push({ kind: 'deed', deed: e.deed, operand });
        if (e.to !== undefined) this.#write(e.to, this.#hardware(e.deed));
        return;
      }
      case 'target':
        this.target = this.#read(e.of);
        return;
      default:
        this.#clobber(e);
    }
  }

  /** a + b in `width` bytes. */
  sum(store: Store, a: Value, b: Value, width: number): Value {
    const { values, names } = store.universe;
    return compute(values, names, 'add', a, values.part(b, 0, width), width);
  }

  /** Puts a word on the stack. */
  push(value: Value, store: Store): void {
    const sp = this.model.stackPointer;
    const to = add(store.universe.values, store.universe.names, store.register(sp), store.universe.values.number(-8));
    store.registers[sp] = to;
    store.store(to, 8, value);
  }

  /** Takes a word off the stack. */
  pop(store: Store): Value {
    const sp = this.model.stackPointer;
    const from = store.register(sp);
    const value = store.load(from, 8, undefined);
    // The stack pointer moves before `pop %rsp` writes it.
    store.registers[sp] = add(store.universe.values, store.universe.names, from, store.universe.values.number(8));
    return value;
  }

  /** Whether the condition holds on this store's flags. */
  holds(store: Store, condition: Condition): boolean | undefined {
    return holds(store.universe.names, store.flags, condition);
  }

  #holds(condition: Condition): boolean | undefined {
    return this.holds(this.#store, condition);
  }

  /** What is learnt where the condition comes out so. */
  lesson(f: Flags, condition: Condition, outcome: boolean): Learnt | undefined {
    return learn(f, condition, outcome);
  }

  #addressOf(m: KnownMemory): Value {
    const store = this.#store;
    const { values, names } = store.universe;
    let address = m.origin;
    if (m.base !== undefined) address = add(values, names, this.#pointer(m.base), address);
    if (m.index !== undefined) {
      const index = store.register(m.index);
      const n = asOffset(index);
      if (m.scale === 1) address = add(values, names, address, index);
      else if (n !== undefined) address = add(values, names, address, values.number(n * m.scale));
      else address = add(values, names, address, values.any);
    }
    if (!m.perCpu) return address;
    const here = names.at(address.name)?.perCpu;
    if (here === undefined)
      return address.isConstant ? values.address(names.of('per-cpu', 'per-cpu').id, asOffset(address) ?? 0) : address;
    return address.loose ? values.somewhere(here.id) : values.address(here.id, address.offset);
  }

  /** A register that is about to be a base: an unknown gets a name, so that what lies behind it can be remembered. */
  #pointer(register: number): Value {
    const store = this.#store;
    const value = store.register(register);
    const isBase = value.isAddress || value.isConstant || value.loose;
    if (value !== store.universe.values.any && (isBase || !this.remembers)) return value;
    const name = this.remembers ? this.baseName(register) : this.#site(4);
    store.forgetName(name);
    const named = store.universe.values.address(name, 0);
    store.registers[register] = named;
    return named;
  }

  #read(o: KnownOperand): Value {
    const store = this.#store;
    if (o.kind === 'register') {
      const whole = store.register(o.register);
      return o.width === 8 ? whole : store.universe.values.part(whole, o.shift, o.width);
    }
    if (o.kind === 'constant') return o.value;
    if (o.width > 8) return store.universe.values.any;
    const address = this.#addressOf(o);
    if (address.isAddress) {
      if (this.remembers) this.#track(address);
      const cell = store.universe.cells.of(address.name, address.offset).id;
      if (this.watched(cell)) this.happenings.push({ kind: 'read', cell });
    }
    return store.load(address, o.width, () => this.#site(0), this.remembers);
  }

  #track(address: Value): void {
    const store = this.#store;
    if (store.universe.names.kind(address.name) !== 'unknown') return;
    store.policy.track(store.universe.cells.of(address.name, address.offset).id);
  }

  #write(o: RegisterOperand | KnownMemory, value: Value): void {
    const store = this.#store;
    if (o.kind === 'register') {
      const { values } = store.universe;
      const whole = o.width === 8 ? value : o.width === 4 ? values.part(value, 0, 4) : undefined;
      const now = whole ?? values.replace(store.register(o.register), value, o.shift, o.width);
      store.registers[o.register] = o.register === this.model.stackPointer && now.loose ? this.#newStack() : now;
      return;
    }
    this.#storeAt(this.#addressOf(o), o.width, value);
  }

  /** The stack pointer moved by an unknown distance (alloca): what lies below is a stack of its own. */
  #newStack(): Value {
    const store = this.#store;
    const { names, values } = store.universe;
    const name = names.of(`stack below ${names.at(this.#site(6))?.text}`, 'stack').id;
    store.forgetName(name);
    return values.address(name, 0);
  }

  #storeAt(address: Value, width: number, value: Value): void {
    const store = this.#store;
    const { names, cells } = store.universe;
    if (address.loose && names.kind(address.name) === 'stack') this.happenings.push({ kind: 'stray-store' });
    const concerns = address.isAddress && names.kind(address.name) !== 'stack';
    const cell = concerns ? cells.of(address.name, address.offset).id : -1;
    const before = concerns ? (store.word(cell) ?? store.policy.initial(cell)) : undefined;
    for (let done = 0; done < width; done += 8) {
      const at = done === 0 ? address : add(store.universe.values, names, address, store.universe.values.number(done));
      store.store(at, Math.min(8, width - done), value);
    }
    if (concerns && store.remembers(cell)) this.happenings.push({ kind: 'written', cell, before });
  }

  #assign(to: RegisterOperand | KnownMemory, from: KnownOperand, signed: boolean): void {
    const { values } = this.#store.universe;
    // A copy is made: what is unknown gets a name, so that both are refined together.
    if (from.kind === 'register') this.#nameInPlace(from);
    let value = this.#read(from);
    if (signed) value = values.signExtend(value, from.width, to.width);
    this.#write(to, value);
  }

  #compute(e: Extract<KnownEffect, { do: 'compute' }>): void {
    const store = this.#store;
    const { values, names, flags } = store.universe;
    const width = e.to.width;
    const same = e.left.kind === 'register' && e.right.kind === 'register' && e.left.register === e.right.register;
    const left = this.#read(e.left);
    const right = this.#read(e.right);
    const cancels = same && (e.operator === 'xor' || e.operator === 'subtract');
    const result = cancels ? values.zero : compute(values, names, e.operator, left, right, width);
    this.#write(e.to, result);
    if (!e.flags) return;
    if (e.operator === 'subtract' && !cancels) store.flags = flags.of('subtract', left, right, width);
    else {
      const logic = e.operator === 'and' || e.operator === 'or' || e.operator === 'xor';
      store.flags = flags.of(logic ? 'logic' : 'result', result, values.zero, width);
    }
  }

  #compare(operator: 'subtract' | 'and', leftOperand: KnownOperand, rightOperand: KnownOperand): void {
    const store = this.#store;
    const { values, names, flags } = store.universe;
    const width = leftOperand.width;
    if (leftOperand.kind === 'register') this.#nameInPlace(leftOperand);
    const left = this.#read(leftOperand);
    const right = this.#read(rightOperand);
    if (operator === 'subtract') store.flags = flags.of('subtract', left, right, width);
    else store.flags = flags.of('logic', compute(values, names, 'and', left, right, width), values.zero, width);
  }

  /** A register that is tested or copied gets a name for what is unknown of it, so that a branch can teach it something. */
  #nameInPlace(o: RegisterOperand): void {
    const value = this.#store.register(o.register);
    if (!value.isExact && !value.loose) {
      const name = this.#site(5);
      this.#store.forgetName(name);
      const { values } = this.#store.universe;
      this.#store.registers[o.register] = values.bits(value.known0, value.known1, value.bits0, value.bits1, name, 0);
    }
  }

  /** What a hardware register holds. Breakpoints are armed: the first one, by its global bit (Intel SDM volume 3, 18.2.4). */
  #hardware(deed: Deed): Value {
    const { values, names } = this.#store.universe;
    if (deed === 'debug-control-read') return values.bits(2, 0, 2, 0, names.of('debug control', 'hardware').id, 0);
    return values.any;
  }

  /** A bit that a register chooses: known where all bits of the first word are alike. */
  #chosenBit(of: RegisterOperand | KnownMemory, change: 'none' | 'set' | 'clear' | 'flip'): void {
    const store = this.#store;
    const { values, flags } = store.universe;
    const word = this.#read(of);
    const ones = values.part(values.constant(-1, -1), 0, of.width);
    if (change !== 'none') this.#write(of, values.any);
    store.flags =
      word === ones || word === values.zero ? flags.of('carry', values.part(word, 0, 1), values.zero, 8) : flags.none;
  }

  #bit(
    of: RegisterOperand | KnownMemory,
    bit: number | RegisterOperand,
    change: 'none' | 'set' | 'clear' | 'flip',
  ): void {
    const store = this.#store;
    const { values, names, flags } = store.universe;
    if (typeof bit !== 'number') {
      this.#chosenBit(of, change);
      return;
    }
    if (of.kind === 'register') this.#nameInPlace(of);
    const old = this.#read(of);
    const mask = values.constant(bit < 32 ? 1 << bit : 0, bit < 32 ? 0 : 1 << (bit - 32));
    const single = values.part(old, bit, 8);
    const carry = compute(values, names, 'and', single, values.one, 8);
    if (change !== 'none') {
      const inverse = values.constant(~mask.bits0, ~mask.bits1);
      const operator = change === 'set' ? 'or' : change === 'clear' ? 'and' : 'xor';
      const right = change === 'clear' ? inverse : mask;
      this.#write(of, compute(values, names, operator, old, right, of.width));
    }
    store.flags = flags.of('carry', carry, values.zero, 8);
  }

  #savedFlags(): Value {
    const { values } = this.#store.universe;
    const mask = 1 << this.model.interruptFlagBit;
    if (this.interrupts === undefined) return values.any;
    return values.bits(mask, 0, this.interrupts ? mask : 0, 0);
  }

  #restoreFlags(value: Value): void {
    const mask = 1 << this.model.interruptFlagBit;
    const enabled = (value.known0 & mask) === 0 ? undefined : (value.bits0 & mask) !== 0;
    this.interrupts = enabled;
    this.happenings.push({ kind: 'interrupts', enabled });
    this.#store.flags = this.#store.universe.flags.none;
  }

  #clobber(e: Extract<KnownEffect, { do: 'clobber' }>): void {
    const store = this.#store;
    const { values, flags } = store.universe;
    if (e.memory !== undefined) this.#storeAt(this.#addressOf(e.memory), Math.min(e.memory.width, 4096), values.any);
    for (let r = 0; r < this.model.count; r++) if ((e.registers & (1 << r)) !== 0) store.registers[r] = values.any;
    if (e.flags) store.flags = flags.none;
  }
}

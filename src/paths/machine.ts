/** The abstract machine of one walk: store, call stack, interrupt flag and contract, and what calls and returns do to them. */
import type { Func } from '../code/code.ts';
import { type FieldName, INSTRUMENTABLE } from '../contract/fields.ts';
import type { Analysis } from './analysis.ts';
import type { Executor } from './execute.ts';
import { type Frame, Frames } from './frame.ts';
import type { Judge } from './judge.ts';
import { KEEPS_REGISTERS } from './known-calls.ts';
import type { Memory } from './memory.ts';
import { Observer } from './observe.ts';
import type { Packer } from './pack.ts';
import type { Insn, Program } from './program.ts';
import { isSegmentOf, SAVED_CS, savedWords } from './saved-registers.ts';
import { type Saved, Store } from './store.ts';
import type { Meaning, Territory } from './territory.ts';
import type { Value } from './value.ts';
import type { AsmEntry, Origin } from './walk-types.ts';

/** What all walks of one object share. */
export interface WalkTools {
  readonly program: Program;
  readonly analysis: Analysis;
  readonly territory: Territory;
  readonly executor: Executor;
  readonly packer: Packer;
  readonly memory: Memory;
}

/** A copy of the machine, to come back to. */
export interface Snapshot {
  readonly store: Saved;
  readonly frame: Frame;
  readonly interrupts: boolean | undefined;
  readonly contract: number;
}

/** Where a return leads, or why it is lost. */
export type Return =
  | { readonly kind: 'back'; readonly to: Insn }
  /** Out of the root. */
  | { readonly kind: 'end' }
  /** Into a caller that no path returns to. */
  | { readonly kind: 'never' }
  | { readonly kind: 'lost'; readonly why: string };

/** One per walk. */
export class Machine {
  readonly store: Store;
  readonly observer: Observer;
  readonly frames = new Frames();
  frame: Frame;
  readonly #tools: WalkTools;
  readonly #judge: Judge;
  /** The return address of each frame. */
  readonly #returns: Value[] = [];

  constructor(tools: WalkTools, judge: Judge, entry: Insn) {
    const { program, memory, executor } = tools;
    this.#tools = tools;
    this.#judge = judge;
    this.store = new Store(program.universe, memory, program.lifter.registers.count);
    this.observer = new Observer(judge, memory, executor, this.store);
    this.frame = this.frames.root(program.code.functionAt(entry.step.place));
  }

  /** A field of the contract's state. */
  field(name: FieldName): number {
    return this.#judge.field(this.observer.contract, name);
  }

  /** Puts everything where the origin says; `noinstr`: what the root's code is. */
  begin(origin: Origin, noinstr: boolean): void {
    const { executor, memory, program } = this.#tools;
    const model = program.lifter.registers;
    const { values, names, cells } = program.universe;
    this.frame = this.frames.at(0);
    this.observer.begin(origin, noinstr);
    memory.fill(this.store, origin, (name) => this.field(name));
    executor.interrupts = this.field('irq') === 1;
    if (origin.asm !== undefined && origin.saved !== undefined) {
      this.#pushFrame(origin.asm, origin.saved);
      return;
    }
    const stack = names.of('stack', 'stack').id;
    this.store.registers[model.stackPointer] = values.address(stack, -8);
    this.store.setWord(cells.of(stack, -8).id, this.#returnTo(this.frame));
    if (origin.saved !== undefined) {
      const [first] = model.argumentRegisters;
      if (first !== undefined) this.store.registers[first] = values.address(names.of('saved registers', 'regs').id, 0);
    }
  }

  save(): Snapshot {
    const { contract } = this.observer;
    return { store: this.store.save(), frame: this.frame, interrupts: this.#tools.executor.interrupts, contract };
  }

  restore(saved: Snapshot): void {
    this.store.restore(saved.store);
    this.frame = saved.frame;
    this.#tools.executor.interrupts = saved.interrupts;
    this.observer.contract = saved.contract;
  }

  /** Whether the function runs in this frame or below. */
  isRunning(func: Func | undefined): boolean {
    for (let f: Frame | undefined = this.frame; f !== undefined; f = f.caller) {
      if (f.func !== undefined && f.func === func) return true;
    }
    return false;
  }

  /** A function is entered by a call; `back` is where the caller goes on. A tail call keeps the frame. */
  enter(call: Insn, m: Extract<Meaning, { kind: 'enter' }>, back: Insn | undefined, tail: boolean): void {
    const { analysis, program, executor } = this.#tools;
    analysis.enter(m.entry);
    const windows = this.field('windows');
    if (m.local !== true) this.#setWindows(m.noinstr ? 0 : INSTRUMENTABLE);
    if (tail) return;
    const model = program.lifter.registers;
    const wanted = back === undefined ? 0 : analysis.live(back);
    const needsResult = (wanted & (1 << (model.resultRegisters[0] ?? 0))) !== 0;
    // The caller's dead registers must not live on in the callee's stack.
    this.#forgetDead(wanted | (analysis.live(m.entry) & model.callerSaved));
    // The frame is named by where its return address will lie, the return address by the frame.
    executor.push(program.universe.values.any, this.store);
    const slot = this.store.register(model.stackPointer);
    this.frame = this.frames.called(this.frame, call, back, needsResult, m.func, windows, slot);
    this.store.store(slot, 8, this.#returnTo(this.frame));
  }

  /** Local calls whose return address was dropped are over: x86 fills its return stack buffer in a loop of them. */
  leaveFinishedFrames(): void {
    const sp = this.store.register(this.#tools.program.lifter.registers.stackPointer);
    for (;;) {
      const { slot, caller } = this.frame;
      if (slot === undefined || caller === undefined || slot.name !== sp.name || sp.offset <= slot.offset) return;
      this.frame = caller;
    }
  }

  /** Takes the return address off the stack and goes back to whoever it belongs to. */
  return(): Return {
    const { program, executor } = this.#tools;
    const model = program.lifter.registers;
    if (!this.store.register(model.stackPointer).isAddress) {
      return { kind: 'lost', why: 'the stack pointer is not known at this return' };
    }
    const address = executor.pop(this.store);
    // A callee that took its return address off the stack (a local call that only pushes) is left with its caller.
    let frame = this.frame;
    while (address !== this.#returnTo(frame)) {
      if (frame.caller === undefined) {
        return { kind: 'lost', why: 'what lies on the stack at this return is not the return address' };
      }
      frame = frame.caller;
    }
    const { caller, back } = frame;
    if (caller === undefined) return { kind: 'end' };
    if (back === undefined) return { kind: 'never' };
    const result = frame.needsResult ? 1 << (model.resultRegisters[0] ?? 0) : 0;
    this.#clobber(model.callerSaved & ~result);
    this.#setWindows(frame.windows);
    this.frame = caller;
    return { kind: 'back', to: back };
  }

  /** Code that is not looked into has run: what it may change is unknown. `result`: what it returned, where known. */
  afterCall(name: string, result: Value | undefined): void {
    const { program, memory } = this.#tools;
    const model = program.lifter.registers;
    if (!KEEPS_REGISTERS.has(name)) this.#clobber(model.callerSaved);
    this.store.forgetUnstable(memory.isVariable);
    const [first] = model.resultRegisters;
    if (result !== undefined && first !== undefined) this.store.registers[first] = result;
  }

  /** Whether the first argument points to the registers of the interrupted code: by the side that it came from. */
  hasSavedRegisters({ saved }: Origin): boolean {
    const { program } = this.#tools;
    const [first] = program.lifter.registers.argumentRegisters;
    const regs = first === undefined ? undefined : this.store.register(first);
    if (regs?.isAddress !== true || saved === undefined) return false;
    const cs = this.store.load(program.universe.values.address(regs.name, regs.offset + SAVED_CS), 8, undefined);
    return isSegmentOf(cs, saved.user);
  }

  /** iret takes ip, cs, flags, sp and ss off the stack. Returns ip. */
  popReturnFrame(): Value | undefined {
    const sp = this.#tools.program.lifter.registers.stackPointer;
    const at = this.store.register(sp);
    if (!at.isAddress) return undefined;
    const { values } = this.#tools.program.universe;
    const ip = this.store.load(at, 8, undefined);
    this.store.registers[sp] = this.store.load(values.address(at.name, at.offset + 24), 8, undefined);
    return ip;
  }

  /** What hardware has pushed when it jumps to an entry in assembly. */
  #pushFrame({ frame }: AsmEntry, saved: NonNullable<Origin['saved']>): void {
    const { program } = this.#tools;
    const { values, names, cells } = program.universe;
    const { stackPointer } = program.lifter.registers;
    const stack = names.of('stack', 'stack').id;
    if (frame === 'none') {
      this.store.registers[stackPointer] = values.any;
      return;
    }
    const { cs, flags } = savedWords(values, saved);
    this.store.setWord(cells.of(stack, -24).id, flags);
    this.store.setWord(cells.of(stack, -32).id, cs);
    this.store.registers[stackPointer] = values.address(stack, frame === 'plain' ? -40 : -48);
  }

  /** iret took code segment, flags, stack pointer and stack segment off the stack; the call itself pushed the rest. */
  popInterruptFrame(): void {
    const sp = this.#tools.program.lifter.registers.stackPointer;
    const at = this.store.register(sp);
    if (!at.isAddress) return;
    const { values } = this.#tools.program.universe;
    this.store.registers[sp] = this.store.load(values.address(at.name, at.offset + 16), 8, undefined);
  }

  /** A guest ran: of the host's registers only the stack pointer is as it was. */
  afterGuest(): void {
    this.#clobber(~(1 << this.#tools.program.lifter.registers.stackPointer));
  }

  #returnTo(frame: Frame): Value {
    const old = this.#returns[frame.id];
    if (old !== undefined) return old;
    const { values, names } = this.#tools.program.universe;
    const address = values.address(names.of(`return of frame ${frame.id}`, 'static').id, 0);
    this.#returns[frame.id] = address;
    return address;
  }

  #setWindows(windows: number): void {
    this.observer.contract = this.#judge.with(this.observer.contract, 'windows', windows);
  }

  #forgetDead(live: number): void {
    const flags = this.store.flags;
    this.#clobber(~(live | (1 << this.#tools.program.lifter.registers.stackPointer)));
    this.store.flags = flags;
  }

  #clobber(registers: number): void {
    const { values, flags } = this.#tools.program.universe;
    for (let r = 0; r < this.store.registers.length; r++) {
      if ((registers & (1 << r)) !== 0) this.store.registers[r] = values.any;
    }
    this.store.flags = flags.none;
  }
}

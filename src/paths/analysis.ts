/**
 * What a function's code says before it is walked: which registers matter at each instruction, and where paths meet.
 * A register that nobody reads again must not tell two states apart.
 */
import type { Callee, Func } from '../code/code.ts';
import { KEEPS_REGISTERS, type KnownCall } from './known-calls.ts';
import { FLAGS } from './liveness.ts';
import type { Insn, Program, Way } from './program.ts';

/** Bit that stands for the result register where only the caller may want it. */
export const RESULT = 1 << 30;

/** What a call may come to: code that is walked into, or what it stands for; nothing for a closed box. */
export type Enters = (callee: Callee, from: Func | undefined) => readonly (Insn | KnownCall)[];

/** Whether what a call stands for depends on what it is given. */
const asksForArguments = ({ steps, returns }: KnownCall): boolean =>
  returns === 'argument' || steps.some((step) => typeof step === 'object' && 'addArgument' in step);

/** Liveness and meeting points of all instructions that a walk may come to; computed once for each entry. */
export class Analysis {
  readonly #program: Program;
  readonly #enters: Enters;
  /** By the instruction's number. */
  readonly #live: number[] = [];
  readonly #meets: boolean[] = [];
  readonly #retests: boolean[] = [];
  readonly #entries = new Map<number, number>();
  readonly #callerSaved: number;
  readonly #atReturn: number;
  readonly #arguments: number;
  readonly #result: number;

  constructor(program: Program, enters: Enters) {
    this.#program = program;
    this.#enters = enters;
    const model = program.lifter.registers;
    const all = (1 << model.count) - 1;
    this.#callerSaved = model.callerSaved;
    this.#atReturn = (all & ~model.callerSaved) | RESULT;
    this.#arguments = model.argumentRegisters.reduce((mask, r) => mask | (1 << r), 0);
    this.#result = 1 << (model.resultRegisters[0] ?? 0);
  }

  /** Registers that matter before the instruction runs; the flags are bit 31, an unasked result is `RESULT`. */
  live(insn: Insn): number {
    return this.#live[insn.id] ?? -1;
  }

  /** Whether paths meet here, so that states are worth comparing. */
  meets(insn: Insn): boolean {
    return this.#meets[insn.id] === true;
  }

  /** Whether the instruction tests memory behind a register that another one of the function tests in the same way. */
  remembers(insn: Insn): boolean {
    return this.#retests[insn.id] === true;
  }

  /** Analyses everything that can be reached from `entry` without a call. Returns what is live there. */
  enter(entry: Insn): number {
    const known = this.#entries.get(entry.id);
    if (known !== undefined) return known;
    // Against recursion: until it is known, every argument may matter.
    this.#entries.set(entry.id, this.#arguments);
    this.#solve(this.#discover(entry));
    const live = this.live(entry);
    this.#entries.set(entry.id, live);
    return live;
  }

  /** Every instruction that the entry leads to without a call; marks where paths meet. */
  #discover(entry: Insn): readonly Insn[] {
    const order: Insn[] = [];
    const todo = [entry];
    const seen = new Set<number>([entry.id]);
    this.#meets[entry.id] = true;
    for (let insn = todo.pop(); insn !== undefined; insn = todo.pop()) {
      order.push(insn);
      for (const way of waysOf(insn)) {
        const to = this.#program.next(way);
        if (to === undefined) continue;
        if (way.exit.kind === 'call' || seen.has(to.id)) this.#meets[to.id] = true;
        if (seen.has(to.id)) continue;
        seen.add(to.id);
        todo.push(to);
      }
    }
    this.#findRetests(order);
    return order;
  }

  #findRetests(order: readonly Insn[]): void {
    const byTest = new Map<string, number[]>();
    for (const insn of order) {
      for (const e of insn.effects) {
        if (e.do !== 'compare' || e.left.kind !== 'memory' || e.right.kind !== 'constant') continue;
        const { base, index, origin, perCpu } = e.left;
        if (base === undefined || index !== undefined || perCpu) continue;
        const key = `${base} ${origin.id} ${e.left.width} ${e.operator} ${e.right.value.id}`;
        byTest.set(key, [...(byTest.get(key) ?? []), insn.id]);
      }
    }
    for (const insns of byTest.values()) if (insns.length > 1) for (const id of insns) this.#retests[id] = true;
  }

  #solve(order: readonly Insn[]): void {
    for (const insn of order) this.#live[insn.id] ??= 0;
    let changed = true;
    while (changed) {
      changed = false;
      for (let i = order.length - 1; i >= 0; i--) {
        const insn = order[i];
        if (insn === undefined) continue;
        const before = this.#live[insn.id] ?? 0;
        const now = before | this.#before(insn);
        if (now === before) continue;
        this.#live[insn.id] = now;
        changed = true;
      }
    }
  }

  #before(insn: Insn): number {
    // Whoever overwrites the result register answers for what a caller would see.
    const kill = insn.writes | ((insn.writes & this.#result) !== 0 ? RESULT : 0);
    let live = insn.reads;
    for (const way of insn.ways) live |= this.#after(way, insn.func) & ~kill;
    for (const way of insn.skips) live |= this.#after(way, insn.func);
    return live;
  }

  /** What is live behind the instruction on this way out, before the callee if there is one. */
  #after(way: Way, from: Func | undefined): number {
    const { exit } = way;
    const next = this.#program.next(way);
    const then = next === undefined ? 0 : (this.#live[next.id] ?? 0);
    switch (exit.kind) {
      case 'flow':
        return then;
      case 'call':
        if (keepsRegisters(exit.callee)) return then;
        return (then & ~this.#callerSaved & ~FLAGS) | (this.#wanted(exit.callee, from) & this.#callerSaved);
      case 'tail-call':
        return this.#atReturn | (this.#wanted(exit.callee, from) & this.#callerSaved);
      case 'return':
        return this.#atReturn;
      default:
        return 0;
    }
  }

  /** What a callee reads of what it is given. A closed box's arguments never matter. */
  #wanted(callee: Callee, from: Func | undefined): number {
    let wanted = 0;
    for (const to of this.#enters(callee, from)) {
      if (!('steps' in to)) wanted |= this.enter(to) & ~RESULT & ~FLAGS;
      else if (asksForArguments(to)) wanted |= this.#arguments;
    }
    return wanted;
  }
}

const keepsRegisters = (callee: Callee): boolean =>
  callee.kind === 'function' && KEEPS_REGISTERS.has(callee.symbol.name);

/** All ways out, in the order of the step's exits. */
const waysOf = ({ ways, skips }: Insn): readonly Way[] => (skips.length === 0 ? ways : [...ways, ...skips]);

/**
 * What can happen next: the one place that knows how programs, hardware and the contract move together. The machine takes one
 * move after the other, the search takes all. A context is a record of words:
 *
 *     the contract's level | place in the code, and what hardware knows | local variables
 *
 * and a move reads two records, the running context's and the one that it interrupted, since no rule looks further.
 */
import { present, unreachable } from '../base/invariant.ts';
import { EVENT_NAMES, eventNumber } from '../contract/alphabet.ts';
import { compile, type Test } from '../contract/evaluate.ts';
import { is } from '../contract/expression.ts';
import { type FieldName, INSTRUMENTABLE } from '../contract/fields.ts';
import { LEVEL_WORDS, read, reader, write } from '../contract/layout.ts';
import { BOUND, KEPT, type Monitor } from '../contract/monitor.ts';
import { restoredFields } from '../contract/state.ts';
import { type CodeTest, compileTest } from './compile-test.ts';
import type { Code, CodeOption, Instruction } from './instruction.ts';
import type { Change, Move, Passing } from './move.ts';
import { ENDLESS, HANDLED, RESTORED, UNHANDLED } from './own-properties.ts';
import { type Handler, type Scenario, vectorOf } from './scenario.ts';
import { isCode } from './visible.ts';

/** Words of a record. */
export const RECORD_WORDS = LEVEL_WORDS + 2;
const FRAME = LEVEL_WORDS;
const LOCALS = LEVEL_WORDS + 1;
/** The place in the code has the low bits of its word. */
const PLACE_MASK = 0xfffff;
/** A machine check is being handled in this context or in one around it: a second one would shut the machine down. */
const MACHINE_CHECK = 1 << 20;

interface Injection {
  readonly label: number;
  readonly event: number;
  readonly deliverable: Test;
  readonly inCode: boolean;
  readonly machineCheck: boolean;
  readonly debug: boolean;
  readonly fromUser: number | undefined;
  readonly fromKernel: number | undefined;
}

const RETURN = present(eventNumber('return'), 'return is an event');
/** The beginning and the end of a function are no steps: the call that they belong to is one. */
const IS_FRAME = EVENT_NAMES.map((name) => name.startsWith('function.'));
const depthOf = reader('depth');
const modeOf = reader('mode');
const savedDr7 = reader('dr7Saved');
const USER = 1;
const CODE_EVENTS = new Set(EVENT_NAMES.flatMap((name, number) => (isCode(name) ? [number] : [])));

/** The semantics of a compiled scenario. */
export class Execution {
  readonly code: Code;
  readonly monitor: Monitor;
  readonly scenario: Scenario;
  readonly #words: Int32Array;
  readonly #injections: readonly Injection[];
  readonly #counted: boolean;
  readonly #passing: Passing | undefined;
  readonly #restored: readonly FieldName[];
  readonly #tests: readonly (CodeTest | undefined)[];
  readonly #initialLevels = new Map<number, Int32Array>();
  readonly #now = new Int32Array(RECORD_WORDS);
  readonly #outer = new Int32Array(RECORD_WORDS);
  readonly #code = new Int32Array(RECORD_WORDS);
  readonly #events: number[] = [];
  readonly #passed: number[] = [];
  #broken = -1;
  #bound = -1;
  #locals = 0;

  constructor(scenario: Scenario, code: Code, monitor: Monitor, passing?: Passing) {
    this.scenario = scenario;
    this.#passing = passing;
    this.code = code;
    this.monitor = monitor;
    this.#words = new Int32Array(monitor.words);
    this.#tests = code.instructions.map(testOf);
    this.#counted = monitor.configuration.features.has('markers');
    this.#restored = [...restoredFields(monitor.configuration), 'irq', 'mode'];
    this.#injections = scenario.handlers.map((handler, index) => this.#injection(handler, index));
    for (const root of scenario.roots) {
      const level = monitor.initial(root.from).slice(0, LEVEL_WORDS);
      this.#initialLevels.set(this.#entry(root.name), level);
    }
  }

  #injection(handler: Handler, index: number): Injection {
    const { kind, fromUser, fromKernel } = handler;
    const vector = vectorOf(kind);
    return {
      label: this.code.labels.length + index,
      event: present(eventNumber(vector.event), 'a vector has an event'),
      deliverable: compile(vector.deliverable),
      inCode: vector.where === 'in instrumentable code',
      machineCheck: kind === 'machine-check',
      debug: kind === 'debug',
      fromUser: fromUser === undefined ? undefined : this.#entry(fromUser),
      fromKernel: fromKernel === undefined ? undefined : this.#entry(fromKernel),
    };
  }

  #entry(name: string): number {
    return present(this.code.entries.get(name), 'every root and handler is compiled');
  }

  /** The record that each root begins with, in their order. */
  initial(): readonly Int32Array[] {
    return this.scenario.roots.map((root) => {
      this.#begin();
      this.#words.set(this.monitor.initial(root.from));
      const place = this.#settle(this.#entry(root.name));
      this.#store(place, 0);
      return this.#now.slice();
    });
  }

  /** Calls `visit` for all that can happen; returns whether something was left out because of the depth. */
  moves(now: Int32Array, outer: Int32Array | undefined, visit: (move: Move) => void): boolean {
    const place = placeOf(now);
    const instruction = this.#at(place);
    const deepest = depthOf(now, 0) >= this.monitor.deepest;
    let cut = false;
    if (instruction.op === 'choose') {
      for (const option of instruction.options) this.#choice(option, now, outer, visit);
    } else if (instruction.op === 'raise') {
      if (deepest) cut = true;
      else {
        const program = this.#entry(instruction.program);
        this.#push(instruction.step, instruction.event, program, instruction.next, 0, now, outer, visit);
      }
    } else if (instruction.op !== 'wait' && instruction.op !== 'stop') this.#step(instruction, now, outer, visit);
    if (instruction.op === 'stop') return cut;
    const inCode = instruction.op === 'event' && CODE_EVENTS.has(instruction.event);
    const here = this.#counted ? now : this.#asCode(now);
    const user = modeOf(now, 0) === USER;
    for (const injection of this.#injections) {
      const entry = user ? injection.fromUser : injection.fromKernel;
      if (entry === undefined || !this.#comes(injection, here, inCode || user)) continue;
      if (deepest) return true;
      const flags = injection.machineCheck ? MACHINE_CHECK : 0;
      this.#push(injection.label, injection.event, entry, place, flags, now, outer, visit);
    }
    return cut;
  }

  /** Without markers nothing counts windows: that code runs which is instrumentable is known by its event alone. */
  #asCode(now: Int32Array): Int32Array {
    this.#code.set(now);
    write(this.#code, 0, 'windows', INSTRUMENTABLE);
    return this.#code;
  }

  /** Whether hardware can deliver it here; a vector asks for nothing but the running context and the CPU. */
  #comes(injection: Injection, now: Int32Array, inCode: boolean): boolean {
    if (injection.inCode && !inCode) return false;
    if (injection.machineCheck && ((now[FRAME] ?? 0) & MACHINE_CHECK) !== 0) return false;
    // Until DR7 is saved, exc_debug() touches nothing that a breakpoint may cover (kernel/hw_breakpoint.c, within_cpu_entry()).
    if (injection.debug && isDebug(now, 0) && savedDr7(now, 0) === 0) return false;
    return injection.deliverable(now, 0);
  }

  #step(instruction: Instruction, now: Int32Array, outer: Int32Array | undefined, visit: (move: Move) => void): void {
    this.#begin();
    this.#load(now, outer);
    this.#pass(instruction.step);
    switch (instruction.op) {
      case 'event':
        if (this.#apply(instruction.event)) this.#emit('stay', instruction.step, instruction.next, now, visit);
        else this.#fail(instruction.step, visit);
        return;
      case 'set':
        this.#write(instruction.bit, this.#truth(placeOf(now)));
        this.#emit('stay', instruction.step, instruction.next, now, visit);
        return;
      case 'note':
        this.#emit('stay', instruction.step, instruction.next, now, visit);
        return;
      case 'leave': {
        const unhandled = isUnhandled(now, 0);
        if (unhandled) this.#broken = this.monitor.conditions.length + HANDLED;
        if (unhandled || !this.#apply(RETURN)) {
          this.#fail(instruction.step, visit);
          return;
        }
        const back = present(outer, 'a context that returns has interrupted another');
        this.#locals = back[LOCALS] ?? 0;
        this.#emit('pop', instruction.step, placeOf(back), back, visit);
        return;
      }
      default:
        throw new Error(`kentry is wrong here: ${instruction.op} is no step of its own`);
    }
  }

  #choice(option: CodeOption, now: Int32Array, outer: Int32Array | undefined, visit: (move: Move) => void): void {
    this.#begin();
    this.#load(now, outer);
    this.#pass(option.label);
    this.#pass(this.#at(placeOf(now)).step);
    for (const event of option.events) {
      if (this.#apply(event)) continue;
      this.#fail(option.label, visit);
      return;
    }
    if (option.bit >= 0) this.#write(option.bit, option.value);
    this.#emit('stay', option.label, option.next, now, visit);
  }

  #push(
    label: number,
    event: number,
    entry: number,
    back: number,
    flags: number,
    now: Int32Array,
    outer: Int32Array | undefined,
    visit: (move: Move) => void,
  ): void {
    this.#begin();
    this.#load(now, outer);
    this.#pass(label);
    if (!this.#apply(event)) {
      this.#fail(label, visit);
      return;
    }
    const at = depthOf(this.#words, 0) * LEVEL_WORDS;
    for (let word = 0; word < LEVEL_WORDS; word++) this.#outer[word] = this.#words[at + word] ?? 0;
    const hardware = (now[FRAME] ?? 0) & ~PLACE_MASK;
    this.#outer[FRAME] = hardware | back;
    this.#outer[LOCALS] = now[LOCALS] ?? 0;
    this.#locals = 0;
    const place = this.#settle(entry);
    this.#store(place, hardware | flags);
    visit(this.#move('push', label));
  }

  #emit(change: Change, label: number, next: number, frame: Int32Array, visit: (move: Move) => void): void {
    const place = this.#settle(next);
    this.#store(place, (frame[FRAME] ?? 0) & ~PLACE_MASK);
    visit(this.#move(change, label));
  }

  #fail(label: number, visit: (move: Move) => void): void {
    this.#store(0, 0);
    visit(this.#move('stay', label));
  }

  #move(change: Change, label: number): Move {
    return {
      label,
      change,
      now: this.#now,
      outer: this.#outer,
      broken: this.#broken,
      bound: this.#bound,
      events: this.#events,
      passed: this.#passed,
    };
  }

  /** Does what is not visible from there on; returns the place of the next visible instruction. */
  #settle(from: number): number {
    let place = from;
    for (let left = this.code.instructions.length; left >= 0; left--) {
      const instruction = this.#at(place);
      switch (instruction.op) {
        case 'event':
          if (instruction.visible) return place;
          if (!IS_FRAME[instruction.event]) this.#pass(instruction.step);
          if (!this.#apply(instruction.event)) return place;
          place = instruction.next;
          break;
        case 'set':
          if (instruction.visible) return place;
          this.#pass(instruction.step);
          this.#write(instruction.bit, this.#truth(place));
          place = instruction.next;
          break;
        case 'clear':
          this.#locals &= ~instruction.mask;
          place = instruction.next;
          break;
        case 'branch':
          this.#pass(instruction.step);
          place = this.#truth(place) ? instruction.yes : instruction.no;
          break;
        case 'note':
          if (instruction.visible) return place;
          this.#pass(instruction.step);
          place = instruction.next;
          break;
        case 'again':
          this.#pass(instruction.step);
          if (!this.#isRestored(place)) {
            this.#broken = this.monitor.conditions.length + RESTORED;
            return place;
          }
          place = instruction.next;
          break;
        case 'stop':
          this.#pass(instruction.step);
          return place;
        case 'choose':
        case 'raise':
        case 'leave':
        case 'wait':
          return place;
        default:
          return unreachable(instruction);
      }
    }
    this.#broken = this.monitor.conditions.length + ENDLESS;
    return place;
  }

  #isRestored(place: number): boolean {
    const level = present(this.#initialLevels.get(place), 'a program begins anew where its root began');
    return this.#restored.every((field) => read(this.#words, 0, field) === read(level, 0, field));
  }

  #apply(event: number): boolean {
    this.#events.push(event);
    const result = this.monitor.step(this.#words, 0, event);
    if (result === KEPT) return true;
    if (result === BOUND) this.#bound = event;
    else this.#broken = result;
    return false;
  }

  #pass(label: number): void {
    this.#passed.push(label);
    const step = this.#passing === undefined ? undefined : this.code.labels[label];
    if (step !== undefined) this.#passing?.(step, this.#words);
  }

  #write(bit: number, value: boolean): void {
    if (bit >= 0) this.#locals = value ? this.#locals | (1 << bit) : this.#locals & ~(1 << bit);
  }

  #begin(): void {
    this.#events.length = 0;
    this.#passed.length = 0;
    this.#broken = -1;
    this.#bound = -1;
    this.#locals = 0;
  }

  #load(now: Int32Array, outer: Int32Array | undefined): void {
    for (let word = 0; word < LEVEL_WORDS; word++) this.#words[word] = now[word] ?? 0;
    this.#locals = now[LOCALS] ?? 0;
    if (outer === undefined) return;
    const at = depthOf(now, 0) * LEVEL_WORDS;
    for (let word = 0; word < LEVEL_WORDS; word++) this.#words[at + word] = outer[word] ?? 0;
  }

  #store(place: number, flags: number): void {
    for (let word = 0; word < LEVEL_WORDS; word++) this.#now[word] = this.#words[word] ?? 0;
    this.#now[FRAME] = flags | place;
    this.#now[LOCALS] = this.#locals;
  }

  #truth(place: number): boolean {
    return present(this.#tests[place], 'the instruction has a test')(this.#words, 0, this.#locals);
  }

  #at(place: number): Instruction {
    return present(this.code.instructions[place], 'a record holds a place of the code');
  }
}

function testOf(instruction: Instruction): CodeTest | undefined {
  if (instruction.op === 'branch') return compileTest(instruction.test);
  return instruction.op === 'set' ? compileTest(instruction.to) : undefined;
}

const isUnhandled = compile(UNHANDLED);
const isDebug = compile(is('kind', 'debug'));

/** The place in the code where a record's context goes on. */
export const placeOf = (record: Int32Array): number => (record[FRAME] ?? 0) & PLACE_MASK;

/** Where a record's context goes on, and the bits of its local variables. */
export const frameOf = (record: Int32Array): { readonly place: number; readonly locals: number } => ({
  place: placeOf(record),
  locals: record[LOCALS] ?? 0,
});

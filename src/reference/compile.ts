/** Compiles programs: calls are expanded, names become bits, what the configuration decides is decided. */
import { invariant, present, unreachable } from '../base/invariant.ts';
import { type EventName, eventNumber, exists } from '../contract/alphabet.ts';
import type { Configuration } from '../contract/configuration.ts';
import { type Binding, bindingOf, decide, resolve, type Scope } from './compile-test.ts';
import type { Code, CodeCall, CodeLabel, CodeOption, Instruction } from './instruction.ts';
import { listsOf, stepsOf } from './paths.ts';
import type { Library, Program, ProgramClass, Step, Test } from './program.ts';
import { isCode, touchesCpu } from './visible.ts';

/** A root of a scenario: what runs in the context that nothing has interrupted. */
export interface RootProgram {
  readonly name: string;
  /** Absent: user mode, which has no steps of its own. */
  readonly program?: string;
}

/** What is compiled together. */
export interface CompileOptions {
  readonly library: Library;
  readonly configuration: Configuration;
  readonly roots: readonly RootProgram[];
  /** Programs that begin with a context of their own. */
  readonly handlers: readonly string[];
  /** `merged`: what cannot be told apart by an interrupting context is one step. `event`: each event is a step. */
  readonly granularity: 'merged' | 'event';
  /** Whether something of the scenario can come in instrumentable code only, so that such code must be a step. */
  readonly faults: boolean;
  /** Makes the end of each function a step, for whoever wants to know the state there. */
  readonly ends?: boolean;
}

/** The path of a function's end, where ends are steps. */
export const END = 'end';

/** Calls deeper than this are a cycle: the kernel's entry code is not recursive. */
const DEEPEST_CALL = 32;
/** Local variables of a root and all its calls at once. */
const MOST_LOCALS = 30;

/** A function where it is expanded. */
interface Frame extends Scope {
  readonly runsAs: ProgramClass;
  readonly prefix: string;
  readonly call: number;
  readonly depth: number;
  readonly freeBit: number;
  /** Where `return` goes, and the bit that its value is written to, or -1. */
  readonly exit: number;
  readonly result: number;
}

/** Compiles the programs of a scenario. Throws where a program calls one that the library lacks, or itself. */
export function compileCode(options: CompileOptions): Code {
  return new Compiler(options).compile();
}

class Compiler {
  readonly #options: CompileOptions;
  readonly #instructions: Instruction[] = [];
  readonly #labels: CodeLabel[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #calls: CodeCall[] = [];
  readonly #handlers = new Set<string>();

  constructor(options: CompileOptions) {
    this.#options = options;
  }

  compile(): Code {
    const entries = new Map<string, number>();
    for (const root of this.#options.roots) entries.set(root.name, this.#root(root));
    // Compiling a handler may find more of them: those that its programs raise.
    for (const name of this.#options.handlers) this.#handlers.add(name);
    for (const name of this.#handlers) if (!entries.has(name)) entries.set(name, this.#handler(name));
    return { instructions: this.#instructions, entries, labels: this.#labels, calls: this.#calls };
  }

  #root({ name, program }: RootProgram): number {
    const step = this.#label(program ?? name, '');
    if (program === undefined) return this.#emit({ op: 'wait', step, call: -1 });
    const again = this.#emit({ op: 'stop', step, call: -1 });
    const begin = this.#expand(this.#program(program), again, -1, 'instrumentable', step, -1, 0, new Map(), -1, 0);
    this.#instructions[again] = { op: 'again', next: begin, step, call: -1 };
    return again;
  }

  #handler(name: string): number {
    const step = this.#label(name, '');
    const program = this.#program(name);
    const leave = this.#emit({ op: 'leave', event: numberOf('return'), step, call: -1 });
    // A context begins in noinstr code: the assembly that calls the handler.
    const inNoinstr = program.class === 'noinstr' ? { ...program, class: 'inline' as const } : program;
    const begin = this.#expand(inNoinstr, leave, -1, 'noinstr', step, -1, 0, new Map(), -1, 0);
    return this.#emit({ op: 'note', next: begin, visible: false, step, call: -1 });
  }

  #program(name: string): Program {
    const program = this.#options.library.get(name);
    if (program === undefined) throw new Error(`there is no program ${name}`);
    return program;
  }

  /** The instructions of a call, before `next`. Returns where they begin. */
  #expand(
    program: Program,
    next: number,
    result: number,
    caller: ProgramClass,
    step: number,
    call: number,
    depth: number,
    given: ReadonlyMap<string, Binding>,
    outerCall: number,
    firstBit: number,
  ): number {
    if (depth > DEEPEST_CALL) throw new Error(`${program.name} calls itself`);
    const runsAs = program.class === 'inline' ? caller : program.class;
    // A call from instrumentable to instrumentable code changes nothing that the markers could say.
    const framed = program.class !== 'inline' && !(caller === 'instrumentable' && runsAs === 'instrumentable');
    const names = new Map<string, Binding>();
    for (const name of program.params ?? []) {
      const binding = given.get(name);
      if (binding === undefined) throw new Error(`${program.name} is called without its ${name}`);
      names.set(name, binding);
    }
    let freeBit = firstBit;
    for (const name of localsOf(program)) if (!names.has(name)) names.set(name, { bit: freeBit++ });
    invariant(freeBit <= MOST_LOCALS, `${program.name} and its callers have at most ${MOST_LOCALS} local variables`);
    const mask = ((1 << freeBit) - 1) & ~((1 << firstBit) - 1);
    let exit = next;
    if (framed) exit = this.#event('function.return', exit, step, outerCall, true);
    if (mask !== 0) exit = this.#emit({ op: 'clear', mask, next: exit, step, call });
    const { configuration, ends = false } = this.#options;
    if (ends) {
      const label = this.#label(program.name, END);
      exit = this.#emit({ op: 'note', next: exit, visible: false, step: label, call });
    }
    const frame: Frame = {
      program: program.name,
      names,
      configuration,
      runsAs,
      prefix: '',
      call,
      depth,
      freeBit,
      exit,
      result,
    };
    let begin = this.#steps(program.steps, exit, frame);
    if (framed) {
      const opens = runsAs === 'noinstr' ? 'function.noinstr' : 'function.instrumentable';
      begin = this.#event(opens, begin, step, outerCall, true);
    }
    return begin;
  }

  #steps(steps: readonly Step[], next: number, frame: Frame): number {
    let begin = next;
    for (let index = steps.length - 1; index >= 0; index--) {
      const step = present(steps[index], 'the index is one of the list');
      begin = this.#step(step, `${frame.prefix}${index}`, begin, frame);
    }
    return begin;
  }

  #step(step: Step, path: string, next: number, frame: Frame): number {
    const { configuration, granularity } = this.#options;
    const { call } = frame;
    if (step.op === 'event' && !exists(step.event, configuration)) return next;
    const label = this.#label(frame.program, path);
    const note = (to: number) => this.#emit({ op: 'note', next: to, visible: false, step: label, call });
    switch (step.op) {
      case 'event':
        return this.#event(step.event, next, label, call, false);
      case 'call':
        return this.#call(step, label, next, frame);
      case 'set':
        return this.#set(step.local, step.to, next, label, frame, true);
      case 'if': {
        const known = decide(step.test, frame);
        const then = () => this.#inner(step.then, path, 'then', next, frame);
        const otherwise = () => (step.else === undefined ? next : this.#inner(step.else, path, 'else', next, frame));
        if (known !== undefined) {
          const taken = known ? then() : otherwise();
          return taken === next ? next : note(taken);
        }
        return this.#emit({
          op: 'branch',
          test: resolve(step.test, frame),
          yes: then(),
          no: otherwise(),
          step: label,
          call,
        });
      }
      case 'while':
      case 'repeat': {
        // The test comes first in the list of instructions, since the body goes on there.
        const at = this.#emit({ op: 'stop', step: label, call });
        const body = this.#inner(step.body, path, 'body', at, frame);
        const test = resolve(step.test, frame);
        this.#instructions[at] = { op: 'branch', test, yes: body, no: next, step: label, call };
        return step.op === 'while' ? at : body;
      }
      case 'choose': {
        const binding = step.into === undefined ? undefined : bindingOf(step.into, frame);
        const bit = binding !== undefined && 'bit' in binding ? binding.bit : -1;
        const options = step.options.map(
          (option, index): CodeOption => ({
            events: option.events.filter((event) => exists(event, configuration)).map(numberOf),
            bit: option.value === undefined ? -1 : bit,
            value: option.value === true,
            next,
            label: this.#label(frame.program, path, index),
          }),
        );
        return this.#emit({ op: 'choose', options, step: label, call });
      }
      case 'raise': {
        this.#handlers.add(step.program);
        const back = this.#emit({ op: 'note', next, visible: true, step: label, call });
        return this.#emit({
          op: 'raise',
          event: numberOf(step.event),
          program: step.program,
          next: back,
          step: label,
          call,
        });
      }
      case 'return':
        if (step.value === undefined || frame.result < 0) return note(frame.exit);
        return this.#emit({
          op: 'set',
          bit: frame.result,
          to: resolve(step.value, frame),
          next: frame.exit,
          visible: granularity === 'event',
          step: label,
          call,
        });
      case 'panic':
        return this.#emit({ op: 'stop', step: label, call });
      default:
        return unreachable(step);
    }
  }

  #inner(steps: readonly Step[], path: string, list: string, next: number, frame: Frame): number {
    return this.#steps(steps, next, { ...frame, prefix: `${path}.${list}.` });
  }

  #call(step: Step & { readonly op: 'call' }, label: number, next: number, frame: Frame): number {
    const callee = this.#program(step.callee);
    const given = new Map<string, Binding>();
    let freeBit = frame.freeBit;
    const evaluated: { readonly bit: number; readonly test: Test }[] = [];
    for (const [name, test] of Object.entries(step.given ?? {})) {
      const known = decide(test, frame);
      if (known !== undefined) given.set(name, { constant: known });
      else if (test.op === 'local') given.set(name, bindingOf(test.name, frame));
      else {
        evaluated.push({ bit: freeBit, test });
        given.set(name, { bit: freeBit++ });
      }
    }
    const into = step.into === undefined ? undefined : bindingOf(step.into, frame);
    const result = into !== undefined && 'bit' in into ? into.bit : -1;
    const site = this.#calls.push({ step: label, outer: frame.call }) - 1;
    const mask = ((1 << freeBit) - 1) & ~((1 << frame.freeBit) - 1);
    const after = mask === 0 ? next : this.#emit({ op: 'clear', mask, next, step: label, call: frame.call });
    let begin = this.#expand(
      callee,
      after,
      result,
      frame.runsAs,
      label,
      site,
      frame.depth + 1,
      given,
      frame.call,
      freeBit,
    );
    for (const { bit, test } of evaluated) {
      const to = resolve(test, frame);
      begin = this.#emit({ op: 'set', bit, to, next: begin, visible: false, step: label, call: frame.call });
    }
    return begin === next
      ? next
      : this.#emit({ op: 'note', next: begin, visible: false, step: label, call: frame.call });
  }

  #set(name: string, test: Test, next: number, step: number, frame: Frame, visible: boolean): number {
    const binding = bindingOf(name, frame);
    if (!('bit' in binding)) throw new Error(`${frame.program} writes to its constant ${name}`);
    return this.#emit({
      op: 'set',
      bit: binding.bit,
      to: resolve(test, frame),
      next,
      visible,
      step,
      call: frame.call,
    });
  }

  #event(event: EventName, next: number, step: number, call: number, glued: boolean): number {
    const { granularity, faults } = this.#options;
    const alone = granularity === 'event' || touchesCpu(event) || (faults && isCode(event));
    return this.#emit({ op: 'event', event: numberOf(event), next, visible: alone && !glued, step, call });
  }

  #emit(instruction: Instruction): number {
    return this.#instructions.push(instruction) - 1;
  }

  #label(program: string, path: string, option?: number): number {
    const key = `${program} ${path} ${option ?? ''}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#labels.push(option === undefined ? { program, path } : { program, path, option }) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

const numberOf = (event: EventName): number => present(eventNumber(event), 'every event has a number');

/** The local variables that a program writes. */
export function localsOf(program: Program): readonly string[] {
  const names = new Set<string>();
  for (const { step } of stepsOf(program)) {
    if (step.op === 'set') names.add(step.local);
    if ((step.op === 'call' || step.op === 'choose') && step.into !== undefined) names.add(step.into);
  }
  return [...names];
}

/** The names of the programs that a program calls or raises, itself not included. */
export function calleesOf(program: Program): readonly string[] {
  const found = new Set<string>();
  const collect = (steps: readonly Step[]): void => {
    for (const step of steps) {
      if (step.op === 'call') found.add(step.callee);
      if (step.op === 'raise') found.add(step.program);
      for (const list of listsOf(step)) collect(list.steps);
    }
  };
  collect(program.steps);
  return [...found];
}

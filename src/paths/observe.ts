/** Turns what instructions and calls do into events of the contract, and asks the contract about each. */
import { invariant } from '../base/invariant.ts';
import type { EventName } from '../contract/alphabet.ts';
import { codeOf, INSTRUMENTABLE } from '../contract/fields.ts';
import type { Judged } from '../contract/monitor.ts';
import { sequencesOf } from '../contract/sequences.ts';
import type { Executor } from './execute.ts';
import { isExempt, type Judge } from './judge.ts';
import { baseName, type CallStep, KNOWN_IN, TRANSITIONS } from './known-calls.ts';
import type { Happening } from './known-effect.ts';
import type { Memory } from './memory.ts';
import { asksToPreempt, phaseBefore, unseenAtReturn, unseenAtStart, unseenIn } from './phase.ts';
import type { Store } from './store.ts';
import type { Value } from './value.ts';
import { eventsOf, type Variable, type VariableName } from './variables.ts';
import type { Origin } from './walk-types.ts';
import { WorkReader } from './work-reader.ts';

/** What came of something that happened. */
export interface Outcome {
  /** In order; the last one is the broken one, where one is. */
  readonly events: readonly EventName[];
  readonly broken?: { readonly judged: Judged; readonly event: EventName };
  /** The contract's state cannot hold it: the path ends here, and is a gap. */
  readonly bound: boolean;
  /** What could not be told, as a clause. */
  readonly unknown?: string;
}

/** An outcome, with the contract's state behind it. */
interface Answer {
  readonly outcome: Outcome;
  readonly contract: number;
}

/** All answers of one judge, by event. */
const ANSWERS = new WeakMap<Judge, Map<EventName, Map<number, Answer>>>();

const NOTHING: Outcome = { events: [], bound: false };

/** The contract's state would not be the memory's any more: whatever came behind would be judged by a state that is not there. */
const notUnderstood = (unknown: string): Outcome => ({ events: [], bound: true, unknown });

/** One per walk. */
export class Observer {
  readonly #judge: Judge;
  readonly #memory: Memory;
  readonly #executor: Executor;
  readonly #store: Store;
  readonly #answers: Map<EventName, Map<number, Answer>>;
  /** What is read of the words that say which work waits. */
  readonly work: WorkReader;
  /** The contract's state. */
  contract = 0;
  #start = 0;

  constructor(judge: Judge, memory: Memory, executor: Executor, store: Store) {
    this.#judge = judge;
    this.#memory = memory;
    this.#executor = executor;
    this.#store = store;
    this.work = new WorkReader(judge, memory, this);
    this.#answers = ANSWERS.get(judge) ?? new Map();
    ANSWERS.set(judge, this.#answers);
    memory.isEnabled = () => executor.interrupts === true;
    const count = this.#variable('preempt-count')?.cell ?? -1;
    executor.watched = (cell) => cell === memory.workFlags || cell === memory.syscallWork || cell === count;
  }

  /** Puts the contract where the origin says. */
  begin(origin: Origin, noinstr: boolean): void {
    this.contract = this.#judge.initial(origin.start);
    for (const event of [...(origin.before ?? []), ...(origin.enter === undefined ? [] : [origin.enter])]) {
      if (!this.#judge.has(event)) continue;
      // Whatever the root's own code is, the code before it was where it may do this.
      const before =
        event === origin.enter ? this.contract : this.#judge.with(this.contract, 'windows', INSTRUMENTABLE);
      const verdict = this.#judge.event(before, event);
      const why = verdict.kind === 'broken' ? verdict.judged.condition.name : verdict.kind;
      invariant(verdict.kind === 'kept', `${origin.name}: ${event} does not lead to a start: ${why}`);
      this.contract = verdict.state;
    }
    this.contract = this.#judge.with(this.contract, 'windows', noinstr ? 0 : INSTRUMENTABLE);
    this.ask(unseenAtStart(this.#judge, this.contract));
    // Hardware enters from anywhere; code that is called is so by the instrumentable code that the root's source names.
    if (noinstr && origin.enter === undefined && origin.inNoinstr !== true)
      this.contract = this.#judge.with(this.contract, 'callers', INSTRUMENTABLE);
    this.#start = this.contract;
  }

  /** One event; what it tells of the phase that it begins comes first. */
  event(event: EventName, direct = false): Outcome {
    const answers = this.#answersTo(event);
    const key = this.contract * 2 + (direct ? 1 : 0);
    const old = answers.get(key);
    if (old !== undefined) {
      this.contract = old.contract;
      return old.outcome;
    }
    const phase = phaseBefore(this.#judge, this.contract, event, direct);
    const outcome = this.ask(phase === undefined ? [event] : [phase, event]);
    answers.set(key, { outcome, contract: this.contract });
    return outcome;
  }

  /** What was answered before, in the same state of the contract. */
  #answersTo(event: EventName): Map<number, Answer> {
    const known = this.#answers.get(event);
    if (known !== undefined) return known;
    const answers = new Map<number, Answer>();
    this.#answers.set(event, answers);
    return answers;
  }

  /** Events in a row, as they are. */
  ask(events: readonly EventName[]): Outcome {
    const outcome = this.#askAll(events);
    // A page fault may come in the handler of an NMI: whoever reads CR2 again has looked.
    if (events.includes('call.nmi-handler')) this.contract = this.#judge.with(this.contract, 'cr2Written', 1);
    return outcome;
  }

  #askAll(events: readonly EventName[]): Outcome {
    const told: EventName[] = [];
    for (const event of events) {
      if (!this.#judge.has(event)) continue;
      told.push(event);
      const verdict = this.#judge.event(this.contract, event);
      if (verdict.kind === 'bound') return { events: told, bound: true };
      this.contract = verdict.state;
      if (verdict.kind === 'broken') return { events: told, bound: false, broken: { judged: verdict.judged, event } };
    }
    return { events: told, bound: false };
  }

  #all(events: readonly EventName[], direct = false): Outcome {
    let told: readonly EventName[] = [];
    for (const event of events) {
      const outcome = this.event(event, direct);
      told = [...told, ...outcome.events];
      if (outcome.bound || outcome.broken !== undefined) return { ...outcome, events: told };
    }
    return { events: told, bound: false };
  }

  /** What an instruction did. */
  happening(h: Exclude<Happening, { kind: 'stray-store' }>, beforeHalt: boolean, caller: string): Outcome {
    switch (h.kind) {
      case 'written':
        return this.#written(h.cell, h.before);
      case 'read':
        return this.#read(h.cell, caller);
      case 'interrupts':
        return this.#interrupts(h.enabled, beforeHalt);
      default:
        return this.#deed(h);
    }
  }

  #written(cell: number, before: Value | undefined): Outcome {
    const { values } = this.#store.universe;
    let outcome = NOTHING;
    for (const v of this.#memory.variablesIn(cell)) {
      const old = values.part(before ?? values.any, v.shift, v.width);
      const now = values.part(this.#store.word(cell) ?? values.any, v.shift, v.width);
      if (old === now) continue;
      const events = eventsOf(v.name, old, now);
      if (events === undefined) return notUnderstood(`${v.name} changes in a way that the contract has no event for`);
      outcome = this.#all(events);
      if (outcome.bound || outcome.broken !== undefined) return outcome;
    }
    return outcome;
  }

  #read(cell: number, caller: string): Outcome {
    if (cell === this.#memory.workFlags) return NOTHING;
    if (cell !== this.#memory.syscallWork)
      return asksToPreempt(this.#judge, this.contract, caller) ? this.event('preempt.check') : NOTHING;
    return this.work.readSyscallWork(caller) ?? NOTHING;
  }

  #interrupts(enabled: boolean | undefined, beforeHalt: boolean): Outcome {
    const was = this.#judge.field(this.contract, 'irq') === 1;
    if (enabled === undefined) {
      this.#executor.interrupts = was;
      return { ...NOTHING, unknown: 'the interrupt flag is restored from something unknown' };
    }
    if (enabled === was) return NOTHING;
    if (!enabled) return this.event('irq.disable');
    this.work.beforeEnable();
    return this.event(beforeHalt ? 'irq.enable.shadowed' : 'irq.enable');
  }

  #deed(h: Extract<Happening, { kind: 'deed' }>): Outcome {
    switch (h.deed) {
      case 'halt':
        return this.event('cpu.halt');
      case 'wait':
        return this.event('cpu.mwait');
      case 'guest-enter':
        return this.guestRun();
      case 'global-interrupts-off':
        return this.event('gif.clear');
      case 'global-interrupts-on':
        return this.event('gif.set');
      case 'fault-address-read':
        return this.event('cr2.read');
      case 'fault-address-write':
        return this.event('cr2.restore');
      case 'debug-control-write':
        // Outside of exceptions it is a debugger's or a guest's register that changes.
        if (this.#judge.field(this.contract, 'kind') === TASK) return NOTHING;
        return this.event(h.operand !== undefined && isDisarmed(h.operand) ? 'dr7.save' : 'dr7.restore');
      case 'debug-status-read':
        return this.event('dr6.read');
      default:
        return NOTHING;
    }
  }

  /** The guest runs, and comes back for a reason of its own. */
  guestRun(): Outcome {
    return this.#all(['guest.run', 'guest.exit']);
  }

  /** What guest_state_enter_irqoff(), the run and guest_state_exit_irqoff() are in this kernel. */
  #guestRound(exit: EventName): Outcome {
    const { vmx } = sequencesOf(this.#judge.monitor.configuration);
    const inside = vmx.slice(vmx.indexOf('function.noinstr') + 1, vmx.indexOf('function.return'));
    return this.#all(inside.filter((e) => !e.startsWith('window.')).map((e) => (e === 'guest.exit' ? exit : e)));
  }

  /** Another context runs from here and gives everything back: only its entry is judged. */
  nested(events: readonly EventName[]): Outcome {
    const before = this.contract;
    const outcome = this.ask(events);
    this.contract = before;
    return outcome;
  }

  /** One step of a known function; `argumentOf` is what it was called with. */
  step(step: CallStep, name: string, argumentOf: (n: number) => Value): Outcome {
    // trace_hardirqs_on() is what local_irq_enable() calls; the single steps are what entries and exits call.
    const direct = baseName(name) !== 'trace_hardirqs_on' && baseName(name) !== 'trace_hardirqs_off';
    if ('unless' in step && this.#judge.field(this.contract, 'loopStep') === step.unless) return NOTHING;
    if ('unseen' in step && step.unseen !== undefined && this.#judge.field(this.contract, 'workSeen') === 0)
      return this.event(step.unseen, direct);
    if ('nested' in step) return this.nested(step.nested);
    if ('clear' in step) {
      this.contract = this.#judge.with(this.contract, step.clear, 0);
      return NOTHING;
    }
    if ('set' in step) {
      this.#put(step.set, this.#store.universe.values.constant(step.to, 0));
      return this.event(step.event, direct);
    }
    if ('add' in step) return this.#add(step.add, step.by);
    if ('guestRound' in step) return this.#guestRound(step.guestRound);
    if ('addArgument' in step) {
      const argument = argumentOf(step.argument);
      if (argument.known0 !== -1) return notUnderstood(`${name} is called with an unknown amount`);
      return this.#add(step.addArgument, argument.bits0 * step.sign);
    }
    return this.event(step.event, direct);
  }

  #add(name: VariableName, by: number): Outcome {
    const variable = this.#variable(name);
    if (variable === undefined) return NOTHING;
    const { values } = this.#store.universe;
    const word = this.#store.word(variable.cell) ?? values.any;
    const old = values.part(word, variable.shift, variable.width);
    const now = this.#executor.sum(this.#store, old, values.constant(by, 0), variable.width);
    this.#put(name, now);
    const events = eventsOf(name, old, now);
    return events === undefined
      ? notUnderstood(`${name} changes in a way that the contract has no event for`)
      : this.#all(events);
  }

  #put(name: VariableName, value: Value): void {
    const variable = this.#variable(name);
    if (variable === undefined) return;
    const { values } = this.#store.universe;
    const word = this.#store.word(variable.cell) ?? values.any;
    this.#store.setWord(variable.cell, values.replace(word, value, variable.shift, variable.width));
  }

  #variable(name: VariableName): Variable | undefined {
    return this.#memory.variables.find((v) => v.name === name);
  }

  /** local_irq_enable(), done by code that is not looked into. */
  enable(): Outcome {
    this.#put('hardirqs-enabled', this.#store.universe.values.one);
    return this.#all(['trace.on-prepare', 'lockdep.hardirqs-on-prepare', 'lockdep.hardirqs-on', 'irq.enable']);
  }

  /** A call of code that is not looked into. */
  box(event: EventName, name: string, caller: string): Outcome {
    const base = baseName(name);
    const here = KNOWN_IN.find(
      ({ callee, callers, where }) =>
        (callee === base || callee === event) &&
        callers.has(caller) &&
        (where === undefined || this.#judge.field(this.contract, where.field) === where.value),
    )?.event;
    const ordinary = event === 'call.plain' && TRANSITIONS.has(caller) ? 'call.transition' : event;
    const outcome = this.event(here ?? ordinary);
    if (outcome.broken !== undefined && isExempt(outcome.broken.judged, base, caller))
      return { events: outcome.events, bound: false };
    return outcome;
  }

  /** Events that the start of a function tells. */
  onEntry(name: string, events: readonly EventName[]): readonly EventName[] {
    const entered = this.#judge.field(this.contract, 'entered');
    const unseen = unseenIn(this.#judge, this.contract, name);
    if (unseen !== undefined) return [unseen];
    if (name === 'irqentry_exit' && entered === KERNEL_ENTRY) return ['exit.kernel'];
    if (name === 'ct_nmi_enter' && entered === NMI_ENTRY) return ['ct.nmi.enter'];
    if (name === 'ct_nmi_exit' && entered === NMI_ENTRY) return ['ct.nmi.exit'];
    return events;
  }

  /** Noinstr code returns to instrumentable code that was looked into too: what no such code may find is told there. */
  back(): Outcome {
    const before = this.contract;
    this.contract = this.#judge.with(before, 'callers', INSTRUMENTABLE);
    const outcome = this.ask(['function.return']);
    if (outcome.broken !== undefined) return outcome;
    this.contract = before;
    return NOTHING;
  }

  /** The root returns to where it was entered from. */
  end(origin: Origin): Outcome {
    if (origin.enter !== undefined) return this.ask(this.#returning(['return']));
    const returned = this.ask(['function.return']);
    if (returned.broken !== undefined) return returned;
    const judged = origin.givesBack === true ? this.#judge.unchanged(this.#start, this.contract) : undefined;
    if (judged !== undefined) return { events: ['return'], bound: false, broken: { judged, event: 'return' } };
    if (origin.after === undefined) return NOTHING;
    this.contract = this.#judge.with(this.contract, 'windows', INSTRUMENTABLE);
    return this.ask(this.#returning(origin.after));
  }

  /** Events, of which one may be the context's return. */
  #returning(events: readonly EventName[]): readonly EventName[] {
    return events.includes('return') ? [...unseenAtReturn(this.#judge, this.contract), ...events] : events;
  }
}

const KERNEL_ENTRY = codeOf('entered', 'kernel');
const NMI_ENTRY = codeOf('entered', 'nmi');
const TASK = codeOf('kind', 'task');

/** No breakpoint is enabled: 0, or only the bit that is always set (DR_FIXED_1; arch/x86/include/asm/debugreg.h). */
const isDisarmed = (v: Value): boolean => v.isConstant && (v.bits0 & ~0x400) === 0;

/** Turns what instructions and calls do into events of the contract, and asks the contract about each. */
import { invariant } from '../base/invariant.ts';
import type { EventName } from '../contract/alphabet.ts';
import { codeOf, type FieldName, INSTRUMENTABLE } from '../contract/fields.ts';
import type { Judged } from '../contract/monitor.ts';
import { sequencesOf } from '../contract/sequences.ts';
import type { Condition } from '../isa/effect.ts';
import type { Executor } from './execute.ts';
import type { Flags, Learnt } from './flags.ts';
import { isExempt, type Judge } from './judge.ts';
import { baseName, type CallStep, KNOWN_IN, SYSCALL_EXITS, TRANSITIONS } from './known-calls.ts';
import type { Happening } from './known-effect.ts';
import type { Memory } from './memory.ts';
import { asksToPreempt, phaseBefore } from './phase.ts';
import type { Store } from './store.ts';
import { WANTED_FIELDS, workTest } from './syscall-bits.ts';
import type { Value } from './value.ts';
import { eventsOf, type Variable, type VariableName } from './variables.ts';
import type { Origin } from './walk-types.ts';
import { type BitTest, bitsIn, bitTest, WHOLE_WORK } from './work-bits.ts';

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
  /** The contract's state. */
  contract = 0;
  #start = 0;

  constructor(judge: Judge, memory: Memory, executor: Executor, store: Store) {
    this.#judge = judge;
    this.#memory = memory;
    this.#executor = executor;
    this.#store = store;
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
    const outcome = this.#ask(phase === undefined ? [event] : [phase, event]);
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

  #ask(events: readonly EventName[]): Outcome {
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
    const isFirst = this.#judge.field(this.contract, 'entryWorkRead') === 0;
    // The tracer may have changed them: they are read once more.
    if (!isFirst && caller === 'syscall_trace_enter') return NOTHING;
    this.#decide(WANTED_FIELDS);
    if (!isFirst && SYSCALL_EXITS.has(caller)) this.#endOfSyscallWork();
    return this.event(isFirst ? 'syscall.read-entry-work' : 'syscall.read-exit-work');
  }

  #interrupts(enabled: boolean | undefined, beforeHalt: boolean): Outcome {
    const was = this.#judge.field(this.contract, 'irq') === 1;
    if (enabled === undefined) {
      this.#executor.interrupts = was;
      return { ...NOTHING, unknown: 'the interrupt flag is restored from something unknown' };
    }
    if (enabled === was) return NOTHING;
    if (!enabled) return this.event('irq.disable');
    // The loop before user mode begins a pass: until each piece of work was looked at it may wait.
    const isPass = this.#judge.field(this.contract, 'workSeen') === 1;
    if (isPass && this.#judge.field(this.contract, 'loopStep') === 0) this.#mayWait(-1, false);
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
    const outcome = this.#ask(events);
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
    if (name === 'irqentry_exit' && entered === KERNEL_ENTRY) return ['exit.kernel'];
    if (name === 'ct_nmi_enter' && entered === NMI_ENTRY) return ['ct.nmi.enter'];
    if (name === 'ct_nmi_exit' && entered === NMI_ENTRY) return ['ct.nmi.exit'];
    return events;
  }

  /** A branch on the work flags: whether work was seen. `undefined` where the branch is about something else. */
  workRead(flags: Flags, condition: Condition, taken: boolean, caller: string): Outcome | undefined {
    const test = bitTest(flags, condition, taken);
    if (test === undefined) return undefined;
    const { syscallName, workName, staleName } = this.#memory;
    if (test.name === syscallName) return flags.kind === 'logic' ? this.#syscallWork(flags.left, test.none) : undefined;
    const isStale = test.name === staleName;
    if (test.name !== workName && !isStale) return undefined;
    if (bitsIn(test.mask) < WHOLE_WORK) {
      this.#decide(this.#lookedAt(test));
      return undefined;
    }
    if (this.#judge.field(this.contract, 'kind') === TASK) {
      // Before a guest's run the first look may be forgotten: it is repeated. The loop that does the work must not.
      if (caller === GUEST_LOOP) this.#mayWait(test.none ? ~test.mask : -1, true);
      return this.event(test.none ? 'kvm.check.none' : 'kvm.check.some');
    }
    this.#endOfSyscallWork();
    if (test.none) this.#mayWait(~test.mask, false);
    const outcome = this.event(test.none ? 'work.read.none' : 'work.read.some');
    if (isStale) this.contract = this.#judge.with(this.contract, 'flagsFresh', 0);
    return outcome;
  }

  /** Work of which one of these bits is left may wait from here on. */
  #mayWait(bits: number, beforeGuest: boolean): void {
    for (const work of this.#memory.workItems) {
      if ((work.bits & bits) === 0 || (beforeGuest && !work.guest)) continue;
      this.contract = this.#judge.with(this.contract, work.field, 1);
    }
  }

  /** What a test says of: work that does not wait, and work that is done where it was tested. The rest waits until it is done. */
  #lookedAt({ mask, none }: BitTest): readonly FieldName[] {
    const whole = this.#memory.workItems.filter(({ bits }) => (bits & ~mask) === 0);
    return whole.filter(({ inlined }) => none || inlined).map(({ field }) => field);
  }

  /**
   * Whether a lesson about this name is worth remembering. Of work flags every bit is asked once, and what its branch
   * means to the contract is told as an event: paths that differ only in bits already asked must meet again.
   */
  isWorth(lesson: Learnt): boolean {
    const { workName, staleName, syscallName } = this.#memory;
    if (![workName, staleName, syscallName].includes(lesson.name)) return true;
    return lesson.nonzero !== true && bitsIn(lesson.known0) >= WHOLE_WORK;
  }

  #syscallWork(tested: Value, none: boolean): Outcome | undefined {
    if (tested.shift !== 0) return undefined;
    const leaving = this.#judge.field(this.contract, 'exitWorkRead') === 1;
    const { wanted, decided } = workTest(~tested.known0, none, leaving);
    this.#decide(decided);
    return this.#ask(wanted);
  }

  /** From the exit on nobody asks which work a syscall had at its entry: paths that differ only in that are one. */
  #endOfSyscallWork(): void {
    if (this.#judge.field(this.contract, 'kind') !== SYSCALL) return;
    this.contract = this.#judge.with(this.contract, 'entryWork', INVOKED);
    this.#decide(['exitWork']);
  }

  #decide(fields: readonly FieldName[]): void {
    for (const field of fields) this.contract = this.#judge.with(this.contract, field, 0);
  }

  /** Noinstr code returns to instrumentable code that was looked into too: what no such code may find is told there. */
  back(): Outcome {
    const before = this.contract;
    this.contract = this.#judge.with(before, 'callers', INSTRUMENTABLE);
    const outcome = this.#ask(['function.return']);
    if (outcome.broken !== undefined) return outcome;
    this.contract = before;
    return NOTHING;
  }

  /** The root returns to where it was entered from. */
  end(origin: Origin): Outcome {
    if (origin.enter !== undefined) return this.#ask(['return']);
    const returned = this.#ask(['function.return']);
    if (returned.broken !== undefined) return returned;
    const judged = origin.givesBack === true ? this.#judge.unchanged(this.#start, this.contract) : undefined;
    if (judged !== undefined) return { events: ['return'], bound: false, broken: { judged, event: 'return' } };
    if (origin.after === undefined) return NOTHING;
    this.contract = this.#judge.with(this.contract, 'windows', INSTRUMENTABLE);
    return this.#ask(origin.after);
  }
}

/** The function whose loop does the work before a guest's run (kernel/entry/kvm.c). */
const GUEST_LOOP = 'xfer_to_guest_mode_handle_work';

const KERNEL_ENTRY = codeOf('entered', 'kernel');
const NMI_ENTRY = codeOf('entered', 'nmi');
const TASK = codeOf('kind', 'task');
const SYSCALL = codeOf('kind', 'syscall');
const INVOKED = codeOf('entryWork', 'invoked');

/** No breakpoint is enabled: 0, or only the bit that is always set (DR_FIXED_1; arch/x86/include/asm/debugreg.h). */
const isDisarmed = (v: Value): boolean => v.isConstant && (v.bits0 & ~0x400) === 0;

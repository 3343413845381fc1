/** What a walk does at calls and returns: looks into the callee, takes it for what it is known to be, or for a closed box. */
import type { Callee, Place } from '../code/code.ts';
import { LEAVES } from '../code/exits.ts';
import type { EventName } from '../contract/alphabet.ts';
import { INSTRUMENTABLE } from '../contract/fields.ts';
import { isHandler, isHandlerOf } from './handler-names.ts';
import { baseName, type KnownCall, ON_ENTRY } from './known-calls.ts';
import type { Machine, WalkTools } from './machine.ts';
import type { Outcome } from './observe.ts';
import type { Insn } from './program.ts';
import type { Meaning } from './territory.ts';
import type { Value } from './value.ts';
import type { AsmEntry, Fork, Origin, Root } from './walk-types.ts';

/** What calls need of the walk that they are part of. */
export interface Ways {
  /** A path is being retold, and its end was reached. */
  readonly found: () => boolean;
  /** Hears what an event came to; whether the path goes on. */
  readonly tell: (outcome: Outcome, callee?: string, place?: Place) => boolean;
  /** Another path goes on here. */
  readonly emit: (insn: Insn) => void;
  readonly gap: (place: Place, why: string) => void;
  /** A function is looked into, called there; it is left again from there. */
  readonly entered: (place: Place, callee: string) => void;
  readonly left: (place: Place) => void;
  /** The root returns, which broke nothing. */
  readonly ended: (place: Place) => void;
  readonly save: () => Fork;
  readonly restore: (fork: Fork) => void;
}

/** Where VMX lands when a guest exits: HOST_RIP (arch/x86/kvm/vmx/vmx.c, vmx_set_constant_host_state). */
const GUEST_EXIT = 'vmx_vmexit';

/** One per walk. */
export class Calls {
  readonly #tools: WalkTools;
  readonly #machine: Machine;
  readonly #root: Root;
  readonly #origin: Origin;
  readonly #depth: number;
  readonly #walk: Ways;
  /** How often assembly came to a handler. */
  handled = 0;
  /** Whether the root's name has told that a call is one of its handler. */
  namesHandler = false;

  constructor(tools: WalkTools, machine: Machine, root: Root, origin: Origin, depth: number, walk: Ways) {
    this.#tools = tools;
    this.#machine = machine;
    this.#root = root;
    this.#origin = origin;
    this.#depth = depth;
    this.#walk = walk;
  }

  /** A call, or a tail call; `back`: the instruction behind it. Returns where to go on; nothing where ways part or end. */
  call(insn: Insn, callee: Callee, back: Insn | undefined, tail: boolean): Insn | undefined {
    // What never returns leaves nothing behind.
    const from = back === undefined && !tail ? undefined : insn.func;
    const found = this.#tools.territory.meanings(callee, from);
    const meant = (m: Meaning): Meaning => (m.kind === 'register' ? this.#throughRegister(m.register) : m);
    const [only] = found;
    if (only !== undefined && found.length === 1) return this.#mean(insn, meant(only), back, tail);
    const meanings = found.map(meant);
    const saved = this.#walk.save();
    for (const meaning of meanings) {
      if (this.#walk.found()) return undefined;
      this.#walk.restore(saved);
      const next = this.#mean(insn, meaning, back, tail);
      if (next !== undefined) this.#walk.emit(next);
    }
    return undefined;
  }

  /** An indirect call, as far as the walk knows where it goes. */
  #throughRegister(register: string): Meaning {
    const { executor, program, territory } = this.#tools;
    const n = program.lifter.registers.names.indexOf(register);
    const target = n >= 0 ? this.#machine.store.register(n) : executor.target;
    executor.target = undefined;
    const place = target === undefined ? undefined : program.placeOf(target);
    const func = place === undefined ? undefined : program.code.functionAt(place);
    if (place !== undefined && func !== undefined && func.start.offset === place.offset) {
      return territory.meaningOf(func);
    }
    return { kind: 'box', name: 'a pointer', event: 'call.indirect', noinstr: false };
  }

  #mean(insn: Insn, meaning: Meaning, back: Insn | undefined, tail: boolean): Insn | undefined {
    switch (meaning.kind) {
      case 'enter':
        if (this.#origin.asm === undefined || !isHandler(baseName(meaning.name)))
          return this.#enter(insn, meaning, back, tail);
        if (!this.#handler(insn, meaning.name, this.#origin.asm)) return undefined;
        break;
      case 'known':
        if (meaning.call.or !== undefined) this.#instead(insn, { ...meaning, call: meaning.call.or }, back, tail);
        if (!this.#known(meaning.name, meaning.call) || meaning.call.ends === true) return undefined;
        if (meaning.call.mayEnable === true && !tail && back !== undefined) this.#alsoEnabled(back);
        break;
      case 'box':
        if (
          !meaning.noinstr &&
          !this.#walk.tell(
            this.#isOwnHandler(insn, meaning.name)
              ? this.#machine.observer.event('call.handler')
              : this.#machine.observer.box(meaning.event, meaning.name, insn.functionName),
            meaning.name,
          )
        )
          return undefined;
        this.#machine.afterCall(baseName(meaning.name), undefined);
        break;
      case 'lost':
        this.#walk.gap(insn.step.place, meaning.why);
        return undefined;
      default:
        return undefined;
    }
    return tail ? this.return(insn.step.place) : back;
  }

  /** Goes on behind the call as if this had happened. */
  #instead(insn: Insn, meaning: Meaning, back: Insn | undefined, tail: boolean): void {
    const saved = this.#walk.save();
    const next = this.#mean(insn, meaning, back, tail);
    if (next !== undefined) this.#walk.emit(next);
    this.#walk.restore(saved);
  }

  /** Goes on behind the call as if it had enabled interrupts as well. */
  #alsoEnabled(back: Insn): void {
    const saved = this.#walk.save();
    const { executor } = this.#tools;
    const outcome = this.#machine.observer.enable();
    executor.interrupts = true;
    if (this.#walk.tell(outcome)) this.#walk.emit(back);
    this.#walk.restore(saved);
  }

  #known(name: string, call: KnownCall): boolean {
    const argument = (n: number): Value =>
      this.#machine.store.register(this.#tools.program.lifter.registers.argumentRegisters[n] ?? 0);
    for (const step of call.steps)
      if (!this.#walk.tell(this.#machine.observer.step(step, name, argument), name)) return false;
    if (call.popsFrame === true) this.#machine.popInterruptFrame();
    const { values } = this.#tools.program.universe;
    const returned = call.returns === 'watching' ? this.#machine.field('watching') : call.returns;
    const result = returned === 'argument' ? argument(0) : undefined;
    this.#machine.afterCall(baseName(name), typeof returned === 'number' ? values.constant(returned, 0) : result);
    return true;
  }

  /** Entry code calls the C handler, which is a root of its own and gives everything back. */
  #handler(insn: Insn, name: string, { handlers }: AsmEntry): boolean {
    this.handled++;
    if (!handlers.has(baseName(name)) && !this.#walk.tell(this.#machine.observer.event('call.other-handler'), name))
      return false;
    if (!this.#machine.hasSavedRegisters(this.#origin))
      this.#walk.gap(insn.step.place, `what ${name} is given is not known to be the saved registers`);
    this.#machine.afterCall(baseName(name), undefined);
    return true;
  }

  /** The end of a path. iret: on in this code where the frame says so, as the NMI's entry does to let the next one come; else out of it. */
  leave(why: string): Insn | undefined {
    const ip = this.#origin.asm === undefined || why !== LEAVES ? undefined : this.#machine.popReturnFrame();
    const place = ip === undefined ? undefined : this.#tools.program.placeOf(ip);
    return place === undefined ? undefined : this.#tools.program.at(place);
  }

  #enter(insn: Insn, m: Extract<Meaning, { kind: 'enter' }>, back: Insn | undefined, tail: boolean): Insn | undefined {
    const local = m.local === true;
    if (local) this.#machine.leaveFinishedFrames();
    if (this.#machine.frame.depth >= this.#depth || (!local && this.#machine.isRunning(m.func))) {
      this.#walk.gap(insn.step.place, `${m.name} is entered again and again`);
      return undefined;
    }
    if (!local)
      for (const event of this.#machine.observer.onEntry(baseName(m.name), this.#eventsOf(insn, m))) {
        if (!this.#walk.tell(this.#machine.observer.event(event), m.name)) return undefined;
      }
    if (!local && !tail) this.#walk.entered(insn.step.place, m.name);
    this.#machine.enter(insn, m, back, tail);
    return m.entry;
  }

  /** What the start of a function tells. */
  #eventsOf(insn: Insn, { name, noinstr }: Extract<Meaning, { kind: 'enter' }>): readonly EventName[] {
    if (!noinstr && this.#isOwnHandler(insn, name)) return ['call.handler'];
    return ON_ENTRY.get(baseName(name)) ?? [];
  }

  /** DEFINE_IDTENTRY_* (arch/x86/include/asm/idtentry.h): `name` calls its handler, which is `__name`. */
  #isOwnHandler({ functionName }: Insn, callee: string): boolean {
    const { name } = this.#root;
    // Only what hardware enters has one: __irq_exit_rcu() is no handler of irq_exit_rcu().
    const isEntered = this.#origin.enter !== undefined;
    const isOwn = isEntered && functionName === baseName(name) && isHandlerOf(callee, name);
    this.namesHandler ||= isOwn;
    return isOwn;
  }

  /** The guest runs and control comes back at the place that the host named; behind the instruction the launch failed. */
  launch(insn: Insn): void {
    const { program } = this.#tools;
    const landing = program.object.symbolsNamed(GUEST_EXIT)[0]?.place;
    const to =
      landing?.kind === 'defined' ? program.at({ section: landing.section, offset: landing.offset }) : undefined;
    if (to === undefined) {
      this.#walk.gap(insn.step.place, `where the guest's exit lands is not known: there is no ${GUEST_EXIT}`);
      return;
    }
    const saved = this.#walk.save();
    if (this.#walk.tell(this.#machine.observer.guestRun())) {
      this.#machine.afterGuest();
      this.#walk.emit(to);
    }
    this.#walk.restore(saved);
  }

  /** A return. */
  return(place: Place): Insn | undefined {
    const { frame, observer } = this.#machine;
    // Assembly outside of .entry.text (ret_from_fork of 6.1) has no instrumentation of its own.
    const isInstrumentable = frame.windows === INSTRUMENTABLE && frame.caller?.func?.typed === true;
    const leavesNoinstr = isInstrumentable && this.#machine.field('windows') !== INSTRUMENTABLE;
    const way = this.#machine.return();
    if (way.kind === 'back') {
      if (leavesNoinstr && !this.#walk.tell(observer.back(), undefined, way.to.step.place)) return undefined;
      this.#walk.left(place);
      return way.to;
    }
    if (way.kind === 'lost') this.#walk.gap(place, way.why);
    if (way.kind === 'end' && this.#walk.tell(this.#machine.observer.end(this.#origin))) this.#walk.ended(place);
    return undefined;
  }
}

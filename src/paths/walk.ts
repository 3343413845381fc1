/** Walks every path of one root from one origin: breadth first, so that the first path to a place is a shortest one. */
import type { Place } from '../code/code.ts';
import type { EventName } from '../contract/alphabet.ts';
import type { Condition } from '../isa/effect.ts';
import { Calls } from './calls.ts';
import type { Entrances } from './entrances.ts';
import { isBeforeHalt, isWorthForking, possibleExits } from './exits.ts';
import { ATTEMPTS, beginsAt, type Goal, samePlace } from './goal.ts';
import type { Judge } from './judge.ts';
import type { Happening } from './known-effect.ts';
import { Machine, type Snapshot, type WalkTools } from './machine.ts';
import type { Outcome } from './observe.ts';
import type { Insn, Way } from './program.ts';
import type { Recorder } from './recorder.ts';
import { StateTable } from './state-table.ts';
import {
  DEFAULT_BOUNDS,
  type End,
  type Fork,
  type Origin,
  type PathGap,
  type Root,
  type TraceStep,
  type Violation,
  type WalkBounds,
} from './walk-types.ts';
import { Widener } from './widen.ts';

/** One walk. */
export class Walk {
  readonly #tools: WalkTools;
  readonly #origin: Origin;
  readonly #root: Root;
  readonly #bounds: WalkBounds;
  readonly #states = new StateTable();
  readonly #machine: Machine;
  readonly #widener: Widener;
  readonly calls: Calls;
  /** By number; those at which a state begins. */
  readonly #insns: Insn[] = [];
  readonly violations: Violation[] = [];
  /** Where the root returned, each with a state that leads there. */
  readonly ends: End[] = [];
  readonly gaps: PathGap[] = [];
  steps = 0;
  /** False where the bound of states was reached. */
  finished = true;
  widened = 0;
  /** The contract's state that was added to `reached` last: most instructions leave it as it is. */
  #met = -1;
  /** The contract's states at every instruction's start, each with the first such instruction: what can be interrupted. */
  readonly reached = new Map<number, Insn>();
  #current = 0;
  #insn: Insn;
  /** Names for what the current instruction reads. */
  readonly #site = (slot: number): number => this.#tools.program.site(this.#insn, slot);
  readonly #baseName = (register: number): number => this.#tools.program.baseName(this.#insn, register);
  #trace: TraceStep[] | undefined;
  /** While a path is retold: the state or the violation that it leads to. */
  #wanted: { readonly words: Int32Array } | Goal | undefined;
  #found = false;
  /** While a path is confirmed: the machines that came to the next state. */
  #caught: Snapshot[] | undefined;
  readonly #blank: Snapshot;
  #entrances: Entrances | undefined;
  #recorder: Recorder | undefined;

  constructor(tools: WalkTools, judge: Judge, root: Root, origin: Origin, bounds: WalkBounds = DEFAULT_BOUNDS) {
    this.#tools = tools;
    this.#root = root;
    this.#origin = origin;
    this.#bounds = bounds;
    this.#machine = new Machine(tools, judge, root.entry);
    this.#widener = new Widener(bounds.variants, tools.memory, tools.program.lifter.registers.stackPointer);
    this.#insn = root.entry;
    this.#blank = this.#machine.save();
    this.calls = new Calls(tools, this.#machine, root, origin, bounds.depth, {
      found: () => this.#found,
      tell: (outcome, callee, place) => this.#tell(outcome, callee, place),
      emit: (insn) => this.#emit(insn),
      gap: (place, why) => this.#gap(place, why),
      entered: (place, callee) => this.#note({ kind: 'entered', place, callee }),
      left: (place) => this.#note({ kind: 'left', place }),
      ended: (place) => this.#end(place),
      save: () => this.#save(),
      restore: (fork) => this.#restore(fork),
    });
  }

  get states(): number {
    return this.#states.count;
  }
  /** Walks everything; the recorder keeps the ways. `entrances`: where walks of the same monitor have gone on. */
  run(recorder?: Recorder, entrances?: Entrances): void {
    this.#recorder = recorder;
    this.#entrances = entrances;
    const { analysis, territory } = this.#tools;
    const { entry } = this.#root;
    analysis.enter(entry);
    this.#machine.begin(this.#origin, territory.isNoinstr(entry.step.place.section));
    this.#emit(entry);
    for (this.#current = 0; this.#current < this.#states.count; this.#current++) {
      if (this.#states.count > this.#bounds.states) {
        this.finished = false;
        this.#gap(this.#insn.step.place, `more than ${this.#bounds.states} states from ${this.#root.name}`);
        return;
      }
      this.#load(this.#current);
      this.#recorder?.begin(this.#current);
      this.#segment();
    }
    // A root whose name has decided what is its handler is nothing that another root becomes.
    const own = this.calls.namesHandler ? entry.id : -1;
    if (this.violations.length === 0 && this.gaps.length === 0) entrances?.share(own);
  }

  /** The path to a violation or an end, from the root's entry. */
  retell(goal: Goal): readonly TraceStep[] {
    const chain = this.#states.chainTo(('end' in goal ? goal.end : goal.violation).state);
    const trace: TraceStep[] = [{ kind: 'entry', place: this.#root.entry.step.place }];
    for (const [i, state] of chain.entries()) {
      const next = chain[i + 1];
      this.#wanted = next === undefined ? goal : { words: this.#states.words(next).slice() };
      this.#found = false;
      this.#trace = [];
      this.#current = state;
      this.#load(state);
      const before = this.violations.length;
      this.#segment();
      // What the retelling finds on its way is known already.
      this.violations.length = before;
      trace.push(...this.#trace);
    }
    this.#trace = undefined;
    this.#wanted = undefined;
    return trace;
  }

  /** Whether the path to a violation holds when every word of memory is remembered on it: else it contradicts itself. */
  confirm(violation: Violation): boolean {
    const { memory, territory } = this.#tools;
    const chain = this.#states.chainTo(violation.state);
    this.#trace = [];
    memory.everything = true;
    try {
      this.#machine.restore(this.#blank);
      this.#machine.begin(this.#origin, territory.isNoinstr(this.#root.entry.step.place.section));
      this.#insn = this.#root.entry;
      return this.#attempt(chain, 0, violation, { left: ATTEMPTS });
    } finally {
      memory.everything = false;
      this.#trace = undefined;
      this.#wanted = undefined;
      this.#caught = undefined;
      this.#found = false;
    }
  }

  /** Goes on from where the machine stands, through the rest of the chain; several ways may lead to the next state. */
  #attempt(chain: readonly number[], at: number, violation: Violation, budget: { left: number }): boolean {
    const next = chain[at + 1];
    const words = next === undefined ? undefined : this.#states.words(next).slice();
    const caught: Snapshot[] = [];
    this.#wanted = words === undefined ? { violation } : { words };
    this.#caught = words === undefined ? undefined : caught;
    this.#found = false;
    this.#segment();
    if (words === undefined) return this.#found;
    for (const snapshot of caught) {
      budget.left--;
      // Out of patience: what was not refuted stands.
      if (budget.left <= 0) return true;
      this.#machine.restore(snapshot);
      const insn = this.#insns[words[0] ?? -1];
      if (insn === undefined) return false;
      this.#insn = insn;
      if (this.#attempt(chain, at + 1, violation, budget)) return true;
    }
    return false;
  }

  #load(state: number): void {
    const head = this.#tools.packer.unpack(this.#states.words(state), this.#machine.store);
    this.#machine.frame = this.#machine.frames.at(head.frame);
    this.#tools.executor.interrupts = head.interrupts;
    this.#machine.observer.contract = head.contract;
    this.#insn = this.#insns[head.insn] ?? this.#insn;
  }

  #emit(insn: Insn): void {
    const { packer, analysis, executor } = this.#tools;
    this.#insns[insn.id] = insn;
    const { store, frame, observer } = this.#machine;
    const situation = { insn, frame, interrupts: executor.interrupts, contract: observer.contract };
    const wanted = this.#wanted;
    const isThere = wanted !== undefined && 'words' in wanted && beginsAt(wanted.words, situation);
    if (this.#caught !== undefined) {
      if (isThere) this.#caught.push(this.#machine.save());
      return;
    }
    packer.tidy(store, frame, analysis.live(insn));
    if (this.#trace !== undefined) {
      this.#found ||= isThere;
      return;
    }
    if (store.cells.length > this.#bounds.words) {
      this.#gap(insn.step.place, `more than ${this.#bounds.words} words of memory matter here`);
      return;
    }
    if (this.#widener.widen(store, situation)) this.widened++;
    const { words, length } = packer.pack(store, situation);
    const isEntrance = insn.isStart && frame.caller === undefined;
    if (isEntrance && this.#entrances?.has(words, length) === true) return;
    const added = this.#states.add(words, length, this.#states.count === 0 ? -1 : this.#current);
    this.#recorder?.reached(added >= 0 ? added : -1 - added);
    if (added < 0) return;
    if (isEntrance) this.#entrances?.pass(words, length);
    this.#widener.met(store, situation);
  }

  #note(step: TraceStep): void {
    if (this.#trace !== undefined) this.#trace.push(step);
    else this.#recorder?.step(step, this.#machine.field('windows') > 0);
  }

  #end(place: Place): void {
    const wanted = this.#wanted;
    if (this.#trace === undefined) this.#recorder?.returned();
    if (this.#trace === undefined) this.ends.push({ place, state: this.#current });
    else if (wanted !== undefined && 'end' in wanted) this.#found ||= samePlace(wanted.end.place, place);
  }

  #gap(place: Place, why: string): void {
    if (this.#trace === undefined) this.gaps.push({ place, why });
  }

  #segment(): void {
    let insn: Insn | undefined = this.#insn;
    while (insn !== undefined && !this.#found) {
      this.steps++;
      const { contract } = this.#machine.observer;
      if (contract !== this.#met && !this.reached.has(contract)) this.reached.set(contract, insn);
      this.#met = contract;
      this.#insn = insn;
      if (insn.step.marker !== 0 && !this.#marker(insn)) return;
      insn = this.#advance(insn);
    }
  }

  #marker(insn: Insn): boolean {
    const event: EventName = insn.step.marker > 0 ? 'window.begin' : 'window.end';
    for (let n = Math.abs(insn.step.marker); n > 0; n--)
      if (!this.#tell(this.#machine.observer.event(event))) return false;
    return true;
  }

  /** Handles what an event came to, at the running instruction where `place` does not say another; whether the path goes on. */
  #tell(outcome: Outcome, callee?: string, place = this.#insn.step.place): boolean {
    const of = callee === undefined ? { place } : { place, callee };
    if (this.#trace ?? this.#recorder) for (const event of outcome.events) this.#note({ kind: 'event', event, ...of });
    if (outcome.bound) {
      this.#gap(place, outcome.unknown ?? 'the contract cannot hold this nesting');
      return false;
    }
    if (outcome.unknown !== undefined) this.#gap(place, outcome.unknown);
    if (outcome.broken === undefined) return true;
    const { judged, event } = outcome.broken;
    const wanted = this.#wanted;
    if (wanted !== undefined && 'violation' in wanted) {
      this.#found ||= wanted.violation.judged === judged && samePlace(wanted.violation.place, place);
      return false;
    }
    this.violations.push({ judged, event, callee, place, state: this.#current });
    this.#recorder?.breaks(judged.rule.id);
    return false;
  }

  /** Runs one instruction. Returns the next where there is just one that no other path meets. */
  #advance(insn: Insn): Insn | undefined {
    for (const way of insn.skips) {
      const to = this.#tools.program.next(way);
      if (to !== undefined) this.#emit(to);
    }
    const { executor } = this.#tools;
    if (
      insn.choice !== undefined &&
      executor.holds(this.#machine.store, insn.choice) === undefined &&
      isWorthForking(executor, this.#machine.store, insn)
    ) {
      const saved = this.#save();
      for (const outcome of [true, false]) {
        if (this.#found) return undefined;
        this.#restore(saved);
        if (!this.#assume(insn.choice, outcome)) continue;
        const next = this.#execute(insn, outcome);
        if (next !== undefined) this.#emit(next);
      }
      return undefined;
    }
    return this.#execute(insn, undefined);
  }

  /** The condition comes out so: what that means to the contract, and what it teaches. Whether the path goes on. */
  #assume(condition: Condition, outcome: boolean): boolean {
    const { store, observer } = this.#machine;
    const work = observer.work.branch(store.flags, condition, outcome, this.#insn.functionName);
    if (work !== undefined && !this.#tell(work)) return false;
    const lesson = this.#tools.executor.lesson(store.flags, condition, outcome);
    if (lesson !== undefined && observer.work.isWorth(lesson)) store.learn(lesson);
    return true;
  }

  #save(): Fork {
    return { machine: this.#machine.save(), told: this.#trace?.length ?? this.#recorder?.mark ?? 0 };
  }

  #restore(saved: Fork): void {
    this.#machine.restore(saved.machine);
    // While a path is retold, other ways out of the same instruction are no part of it.
    if (this.#trace === undefined) this.#recorder?.rewind(saved.told);
    else if (!this.#found) this.#trace.length = saved.told;
  }

  #execute(insn: Insn, decided: boolean | undefined): Insn | undefined {
    if (insn.effects.length > 0) {
      const { executor, analysis } = this.#tools;
      executor.remembers = analysis.remembers(insn);
      if (executor.remembers) executor.baseName = this.#baseName;
      executor.run(this.#machine.store, insn.effects, this.#site, decided);
      if (executor.happenings.length > 0 && !this.#happen(insn, executor.happenings.splice(0))) return undefined;
    }
    return this.#leave(insn);
  }

  #happen(insn: Insn, happenings: readonly Happening[]): boolean {
    for (const happening of happenings) {
      if (happening.kind === 'stray-store') this.#gap(insn.step.place, 'a store may hit the stack');
      else if (happening.kind === 'deed' && happening.deed === 'guest-launch') this.calls.launch(insn);
      else {
        const beforeHalt = happening.kind === 'interrupts' && isBeforeHalt(this.#tools.program, insn);
        if (!this.#tell(this.#machine.observer.happening(happening, beforeHalt, insn.functionName))) return false;
      }
    }
    return true;
  }

  /** Follows the ways out of an instruction that has run. */
  #leave(insn: Insn): Insn | undefined {
    const { executor } = this.#tools;
    const outcome = insn.condition === undefined ? undefined : executor.holds(this.#machine.store, insn.condition);
    const ways = possibleExits(insn, outcome, this.#origin.keys);
    const [only] = ways;
    if (only !== undefined && ways.length === 1) {
      const next = this.#follow(insn, only);
      if (next === undefined) return undefined;
      if (!this.#tools.analysis.meets(next)) return next;
      this.#emit(next);
      return undefined;
    }
    const saved = this.#save();
    for (const way of ways) {
      if (this.#found) return undefined;
      this.#restore(saved);
      const assumes = 'assumes' in way.exit ? way.exit.assumes : undefined;
      const asks = assumes?.kind === 'branch' && insn.condition !== undefined;
      if (asks && !this.#assume(insn.condition, assumes.taken)) continue;
      const next = this.#follow(insn, way);
      if (next !== undefined) this.#emit(next);
    }
    return undefined;
  }

  #follow(insn: Insn, way: Way): Insn | undefined {
    const { exit } = way;
    const { place } = insn.step;
    switch (exit.kind) {
      case 'flow': {
        const to = this.#tools.program.next(way);
        if (to === undefined) this.#gap(exit.to, 'there is no instruction here');
        return to;
      }
      case 'call':
        return this.calls.call(insn, exit.callee, this.#tools.program.next(way), false);
      case 'tail-call':
        return this.calls.call(insn, exit.callee, undefined, true);
      case 'return':
        return this.calls.return(place);
      case 'lost':
        this.#gap(place, exit.why);
        return undefined;
      default:
        return this.calls.leave(exit.why);
    }
  }
}

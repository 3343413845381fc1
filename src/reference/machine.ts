/**
 * Runs one scenario step by step, with its trace.
 *
 * ```ts
 * const machine = new Machine({ scenario, configuration });
 * while (machine.depth < 2) machine.take(machine.moves[0]);   // or the move that you want
 * show(machine.trace);
 * ```
 */
import { present } from '../base/invariant.ts';
import { read } from '../contract/layout.ts';
import type { State } from '../contract/state.ts';
import type { Execution } from './execution.ts';
import { prepare, type ScenarioOptions } from './scenario-model.ts';
import { stateOf, type TraceStep, tell } from './trace.ts';

/** What a machine is made of; `granularity` is `event` where absent: each event is a step. */
export interface MachineOptions extends ScenarioOptions {
  /** The root to begin with; the first where absent. */
  readonly root?: string;
}

/** One thing that can happen next. It is of use until the machine moves. */
export interface MachineMove {
  /** What it is, and what it would do: its events, changes, and what it would break. */
  readonly step: TraceStep;
  /** Why it cannot be taken: it breaks a rule, or the contract's state cannot hold it. */
  readonly ends?: 'broken' | 'bound';
  /** The contexts after it, the running one first. */
  readonly contexts: readonly Int32Array[];
}

/** A CPU in a scenario. It changes by `take` alone. */
export class Machine {
  readonly execution: Execution;
  readonly initial: State;
  readonly #trace: TraceStep[] = [];
  #contexts: readonly Int32Array[];
  #moves: readonly MachineMove[] | undefined;
  #ended = false;

  constructor(options: MachineOptions) {
    this.execution = prepare({ granularity: 'event', ...options });
    const { roots } = options.scenario;
    const index = options.root === undefined ? 0 : roots.findIndex(({ name }) => name === options.root);
    const first = this.execution.initial()[index];
    if (first === undefined) throw new Error(`the scenario ${options.scenario.name} has no root ${options.root}`);
    this.#contexts = [first];
    this.initial = stateOf(this.#contexts);
  }

  /** The contract's state by now. */
  get state(): State {
    return stateOf(this.#contexts);
  }

  /** How many contexts are interrupted. */
  get depth(): number {
    return this.#contexts.length - 1;
  }

  /** The records of the contexts, the running one first. */
  get contexts(): readonly Int32Array[] {
    return this.#contexts;
  }

  /** Whether a move broke a rule, or the machine has stopped for good: nothing follows. */
  get ended(): boolean {
    return this.#ended || this.moves.length === 0;
  }

  /** What was taken so far. */
  get trace(): readonly TraceStep[] {
    return this.#trace;
  }

  /** All that can happen next: the step of the running program or the answers to its choice, then what hardware may bring. */
  get moves(): readonly MachineMove[] {
    if (this.#ended) return [];
    this.#moves ??= this.#find();
    return this.#moves;
  }

  #find(): readonly MachineMove[] {
    const found: MachineMove[] = [];
    const [now, outer, ...rest] = this.#contexts;
    const running = present(now, 'something runs');
    this.execution.moves(running, outer, (move) => {
      const after = move.now.slice();
      const interrupted = outer === undefined ? [] : [outer, ...rest];
      const contexts = {
        stay: [after, ...interrupted],
        push: [after, move.outer.slice(), ...interrupted],
        pop: [after, ...rest],
      }[move.change];
      const ends = move.broken >= 0 ? ('broken' as const) : move.bound >= 0 ? ('bound' as const) : undefined;
      found.push({ step: tell(this.execution, running, move), contexts, ...(ends !== undefined && { ends }) });
    });
    return found;
  }

  /** Takes a move. One that breaks a rule is the last: the state stays as it was before the event that broke it. */
  take(move: MachineMove | undefined): TraceStep {
    if (move === undefined || !this.moves.includes(move)) throw new Error('this move cannot be taken now');
    if (move.ends === 'bound') throw new Error("the contract's state cannot hold what this move does");
    this.#trace.push(move.step);
    if (move.ends === 'broken') this.#ended = true;
    else this.#contexts = move.contexts;
    this.#moves = undefined;
    return move.step;
  }

  /** The next step of the running program: for a choice its first option. Undefined where only hardware can go on. */
  get nextStep(): MachineMove | undefined {
    return this.moves.find(({ step }) => step.handler === undefined);
  }

  /** Lets the running program go on until it is back at that depth and has returned, or `most` steps were taken. */
  runUntilDepth(depth: number, most = 10_000): void {
    for (let left = most; left > 0 && this.depth > depth && !this.ended; left--) {
      const next = this.nextStep;
      if (next === undefined || next.ends === 'bound') return;
      this.take(next);
    }
  }

  /** Whether interrupts are on in hardware. */
  get interruptsOn(): boolean {
    return read(present(this.#contexts[0], 'something runs'), 0, 'irq') === 1;
  }
}

/**
 * The monitor: one state and one event give the next state or a violation. It is made once for a configuration, allocates
 * nothing while it judges, and does not know whether a program, a compiled kernel or a trace speaks to it.
 */
import { present } from '../base/invariant.ts';
import { EVENT_NAMES, type EventName, eventNumber, eventSpec, exists } from './alphabet.ts';
import { type Apply, BELOW_ZERO, compileEffects, DONE } from './apply.ts';
import { type ApplyPartial, compilePartialEffects } from './apply-partial.ts';
import { type Configuration, hasAll } from './configuration.ts';
import { compile, compilePartial, type PartialTest, type Test } from './evaluate.ts';
import type { Effect } from './event.ts';
import { type InitialState, initialState } from './initial.ts';
import { stateWords } from './layout.ts';
import { type Condition, forbidden, type Rule } from './rule.ts';
import { RULES } from './rules.ts';

/** A condition with the rule that it belongs to: what a violation is reported as. */
export interface Judged {
  readonly rule: Rule;
  readonly condition: Condition;
}

/** The event was legal and has been applied. */
export const KEPT = -1;
/** The event was legal, but the contract's state cannot hold what it does: the words are unchanged. A bound, never a finding. */
export const BOUND = -2;

/** What is known about an event in a state that is known in part. */
export interface PartialJudgement {
  readonly broken: readonly Judged[];
  /** Conditions that what is unknown would decide: to be counted as gaps, not as findings. */
  readonly undecided: readonly Judged[];
}

/** What a monitor is made of. */
export interface MonitorOptions {
  /** How many contexts may be interrupted, 0 to 7; 3 where absent. */
  readonly deepest?: number;
  /** The rules to judge by; all of them where absent. */
  readonly rules?: readonly Rule[];
}

/** The contract for one configuration. */
export interface Monitor {
  readonly configuration: Configuration;
  readonly deepest: number;
  /** Words of a state. */
  readonly words: number;
  /** All conditions that apply; the numbers that `step` returns are places in this list. */
  readonly conditions: readonly Judged[];
  /** The events that exist in this kernel. */
  readonly events: readonly EventName[];
  /** A state to begin from. */
  readonly initial: (state: InitialState) => Int32Array<ArrayBuffer>;
  /**
   * Judges the event in the state at `words[at]` and, if it is legal, applies it there.
   * Returns KEPT, BOUND, or the place in `conditions` of the first condition that it breaks; then the words are unchanged.
   * `event` is from `eventNumber`; one that does not exist in this kernel throws: the source has mistaken the configuration.
   */
  readonly step: (words: Int32Array, at: number, event: number) => number;
  /** Only judges: KEPT or a place in `conditions`. It does not see a counter that would fall below zero; `step` does. */
  readonly judge: (words: Int32Array, at: number, event: number) => number;
  /** Only judges, and names every condition that the event breaks. */
  readonly judgeAll: (words: Int32Array, at: number, event: number) => readonly Judged[];
  /** Judges in a state of which the bits set in `unknown` (same layout) are not known. */
  readonly judgePartial: (words: Int32Array, unknown: Int32Array, at: number, event: number) => PartialJudgement;
  /**
   * Applies the event without judging it, in such a state; both arrays change in place. Returns KEPT, BOUND, or the place of
   * PAIR's underflow; then neither may be used further.
   */
  readonly applyPartial: (words: Int32Array, unknown: Int32Array, at: number, event: number) => number;
}

interface Guard {
  readonly place: number;
  readonly test: Test;
  readonly partial: PartialTest;
}

/** The condition that a counter below zero breaks: PAIR has it for all events. */
const UNDERFLOW = 'below-zero';

/** Makes the contract for one configuration. */
export function createMonitor(configuration: Configuration, options: MonitorOptions = {}): Monitor {
  const { deepest = 3, rules = RULES } = options;
  const conditions: Judged[] = [];
  const guards: Guard[][] = EVENT_NAMES.map(() => []);
  for (const rule of rules) {
    for (const condition of rule.conditions) {
      if (!hasAll(configuration, condition.needs)) continue;
      const states = forbidden(condition);
      const guard = { place: conditions.length, test: compile(states), partial: compilePartial(states) };
      conditions.push({ rule, condition });
      for (const event of condition.on) {
        const own = guards[numberOf(event)];
        if (condition.explains === true) own?.unshift(guard);
        else own?.push(guard);
      }
    }
  }
  const underflow = conditions.findIndex(({ condition }) => condition.name === UNDERFLOW);
  const applies: readonly (Apply | undefined)[] = EVENT_NAMES.map((name) =>
    exists(name, configuration) ? compileEffects(eventSpec(name).effects, configuration) : undefined,
  );
  const partialApplies: readonly (ApplyPartial | undefined)[] = EVENT_NAMES.map((name) =>
    exists(name, configuration) ? compilePartialEffects(eventSpec(name).effects, configuration) : undefined,
  );
  const size = stateWords(deepest);
  const before = new Int32Array(size);
  const mayFailLate = EVENT_NAMES.map((name) => failsLate(eventSpec(name).effects));

  const judge = (words: Int32Array, at: number, event: number): number => {
    const own = guards[event];
    if (own === undefined) throw new Error(`kentry is wrong here: no event has the number ${event}`);
    for (const guard of own) if (guard.test(words, at)) return guard.place;
    return KEPT;
  };

  return {
    configuration,
    deepest,
    words: size,
    conditions,
    events: EVENT_NAMES.filter((name) => exists(name, configuration)),
    initial: (state) => initialState(state, configuration, deepest),
    judge,
    step: (words, at, event) => {
      const apply = applies[event];
      if (apply === undefined) throw absent(event, configuration);
      const broken = judge(words, at, event);
      if (broken !== KEPT) return broken;
      const undo = mayFailLate[event] === true;
      if (undo) for (let word = 0; word < size; word++) before[word] = words[at + word] ?? 0;
      const outcome = apply(words, at, deepest);
      if (outcome === DONE) return KEPT;
      if (undo) words.set(before, at);
      // Without the rule PAIR nobody minds the underflow, but no state follows it either.
      return outcome === BELOW_ZERO && underflow >= 0 ? underflow : BOUND;
    },
    judgeAll: (words, at, event) =>
      (guards[event] ?? []).filter((guard) => guard.test(words, at)).map(({ place }) => judgedAt(conditions, place)),
    applyPartial: (words, unknown, at, event) => {
      const apply = partialApplies[event];
      if (apply === undefined) throw absent(event, configuration);
      const outcome = apply(words, unknown, at, deepest);
      if (outcome === DONE) return KEPT;
      return outcome === BELOW_ZERO && underflow >= 0 ? underflow : BOUND;
    },
    judgePartial: (words, unknown, at, event) => {
      const broken: Judged[] = [];
      const undecided: Judged[] = [];
      for (const { partial, place } of guards[event] ?? []) {
        const truth = partial(words, unknown, at);
        if (truth === 'yes') broken.push(judgedAt(conditions, place));
        else if (truth === 'unknown') undecided.push(judgedAt(conditions, place));
      }
      return { broken, undecided };
    },
  };
}

const judgedAt = (conditions: readonly Judged[], place: number): Judged =>
  present(conditions[place], 'a guard knows the place of its condition');

/** Whether an effect that may fail comes after one that has written already: only then must the words be kept to be put back. */
const failsLate = (effects: readonly Effect[]): boolean =>
  effects.slice(1).some(({ op }) => op !== 'set') ||
  effects.some((effect) => effect.op === 'when' && failsLate(effect.then));

const numberOf = (event: EventName): number => present(eventNumber(event), 'every event has a number');

function absent(event: number, { name }: Configuration): Error {
  const known = EVENT_NAMES[event];
  return new Error(
    `kentry is wrong here: ${known === undefined ? `no event has the number ${event}` : `${known} does not exist in ${name}`}`,
  );
}

/**
 * Which edits cannot change what the contract's state is, by the effects of events alone: such a mutant is no mistake, whatever
 * the rules are. To leave out or repeat an event without effects is one; so is to repeat what only sets fields to constants.
 */
import { eventSpec } from '../contract/alphabet.ts';
import { fieldsOf } from '../contract/evaluate.ts';
import type { Effect } from '../contract/event.ts';
import type { FieldName } from '../contract/fields.ts';
import { listsOf } from './paths.ts';
import type { Library, Step, Test } from './program.ts';

/** Answers for the programs of one library. */
export class NoChange {
  readonly #library: Library;
  readonly #silent = new Map<string, boolean>();
  readonly #idempotent = new Map<string, boolean>();

  constructor(library: Library) {
    this.#library = library;
  }

  /** Whether the step changes neither the contract's state nor a local variable, so that it can be left out or repeated. */
  silent = (step: Step): boolean => {
    switch (step.op) {
      case 'event':
        return eventSpec(step.event).effects.length === 0;
      case 'call':
        return step.into === undefined && this.#ofProgram(step.callee, this.#silent, this.silent);
      case 'if':
        return listsOf(step).every(({ steps }) => steps.every(this.silent));
      default:
        return false;
    }
  };

  /** Whether the step done twice leaves the state that it leaves when it is done once. */
  idempotent = (step: Step): boolean => {
    if (this.silent(step)) return true;
    switch (step.op) {
      case 'event':
        return onlySets(eventSpec(step.event).effects);
      case 'set':
        return true;
      case 'call':
        return step.into === undefined && this.#ofProgram(step.callee, this.#idempotent, this.idempotent);
      case 'if': {
        // Where the test cannot be changed by the step, the second time goes the same way; without an else it may also do nothing.
        const bodies = listsOf(step).flatMap(({ steps }) => steps);
        const stable = step.else === undefined || !writesWhatItReads(bodies, step.test);
        return stable && bodies.every((inner) => inner.op === 'event' && this.idempotent(inner));
      }
      default:
        return false;
    }
  };

  /** Programs of which every step is so; one that calls itself is not. A branch among several steps is not looked into. */
  #ofProgram(name: string, known: Map<string, boolean>, is: (step: Step) => boolean): boolean {
    const answer = known.get(name);
    if (answer !== undefined) return answer;
    known.set(name, false);
    const steps = this.#library.get(name)?.steps ?? [];
    const alone = steps.length === 1 || is === this.silent;
    const all = steps.every((step) => is(step) && (alone || step.op !== 'if' || this.silent(step)));
    known.set(name, all);
    return all;
  }
}

/** Constants into fields that no condition of the same event reads: the last one wins, however often. */
function onlySets(effects: readonly Effect[]): boolean {
  const written = new Set<FieldName>();
  const read = new Set<FieldName>();
  const pending = [...effects];
  for (const effect of pending) {
    if (effect.op === 'set') written.add(effect.field);
    else if (effect.op === 'when') {
      for (const field of fieldsOf(effect.if)) read.add(field);
      pending.push(...effect.then);
    } else return false;
  }
  return ![...read].some((field) => written.has(field));
}

function writesWhatItReads(steps: readonly Step[], test: Test): boolean {
  const read = new Set(fieldsOfTest(test));
  return steps.some(
    (step) =>
      step.op !== 'event' ||
      eventSpec(step.event).effects.some((effect) => effect.op !== 'set' || read.has(effect.field)),
  );
}

function fieldsOfTest(test: Test): readonly FieldName[] {
  switch (test.op) {
    case 'state':
      return fieldsOf(test.holds);
    case 'not':
      return fieldsOfTest(test.of);
    case 'all':
    case 'any':
      return test.of.flatMap(fieldsOfTest);
    default:
      return [];
  }
}

/**
 * Which steps cannot change the contract's state, by the effects of events alone: to leave one out, to repeat it, or to exchange it
 * with another is no mistake, whatever the rules are, since they see the same events in the same states or fewer.
 */
import { eventSpec } from '../contract/alphabet.ts';
import { listsOf } from './paths.ts';
import type { Library, Step } from './program.ts';

/** Answers for the programs of one library. */
export class NoChange {
  readonly #library: Library;
  readonly #known = new Map<string, boolean>();

  constructor(library: Library) {
    this.#library = library;
  }

  /** Whether the step changes neither the contract's state nor a local variable, so that it can be left out or repeated. */
  silent = (step: Step): boolean => {
    switch (step.op) {
      case 'event':
        return eventSpec(step.event).effects.length === 0;
      case 'call':
        return step.into === undefined && this.#ofProgram(step.callee);
      case 'if':
        return listsOf(step).every(({ steps }) => steps.every(this.silent));
      default:
        return false;
    }
  };

  /** Programs of which every step is silent; one that calls itself is not. */
  #ofProgram(name: string): boolean {
    const answer = this.#known.get(name);
    if (answer !== undefined) return answer;
    this.#known.set(name, false);
    const all = (this.#library.get(name)?.steps ?? []).every(this.silent);
    this.#known.set(name, all);
    return all;
  }
}

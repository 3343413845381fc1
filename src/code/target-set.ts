/** Callees without repetition, in the order in which they were found. */
import type { Callee } from './code.ts';
import { placeKey } from './references.ts';

/** Functions and undefined names. */
export class TargetSet {
  readonly #found = new Map<string, Callee>();

  add(callee: Extract<Callee, { kind: 'function' | 'undefined' }>): void {
    const key = callee.kind === 'function' ? `${placeKey(callee.place)}` : `?${callee.name}`;
    if (!this.#found.has(key)) this.#found.set(key, callee);
  }

  get all(): readonly Callee[] {
    return [...this.#found.values()];
  }
}

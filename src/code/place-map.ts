/** Values by place, for what is asked of every instruction: a map for each section, since maps are fastest with small numbers. */
import type { Place } from './code.ts';

/** A map whose keys are places. */
export class PlaceMap<T> {
  readonly #sections: Map<number, T>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get({ section, offset }: Place): T | undefined {
    return this.#sections[section]?.get(offset);
  }

  /** Sets what was not set before. */
  add({ section, offset }: Place, value: T): void {
    const known = this.#sections[section] ?? new Map<number, T>();
    this.#sections[section] = known;
    known.set(offset, value);
    this.#size += 1;
  }

  *values(): Iterable<T> {
    for (const section of this.#sections) if (section !== undefined) yield* section.values();
  }
}

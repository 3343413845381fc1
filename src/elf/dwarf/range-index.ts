/** Ranges of code that do not overlap, and what each belongs to. */
import type { SectionIndex } from '../../base/brand.ts';
import type { Range } from './ranges.ts';

/** Where ranges overlap all the same, the one that starts last is found. */
export class RangeIndex<T> {
  readonly #sections = new Map<SectionIndex, { readonly range: Range; readonly owner: T }[]>();
  #sorted = true;

  add(range: Range, owner: T): void {
    const list = this.#sections.get(range.section);
    if (list === undefined) this.#sections.set(range.section, [{ range, owner }]);
    else list.push({ range, owner });
    this.#sorted = false;
  }

  /** What the range that holds a place belongs to. */
  at(section: SectionIndex, offset: number): T | undefined {
    if (!this.#sorted) for (const list of this.#sections.values()) list.sort((a, b) => a.range.low - b.range.low);
    this.#sorted = true;
    const list = this.#sections.get(section) ?? [];
    const found = list[lastNotAfter(list.length, (i) => list[i]?.range.low ?? 0, offset)];
    return found !== undefined && offset < found.range.high ? found.owner : undefined;
  }
}

/** Index of the last of `count` rising numbers that is not greater than `limit`; -1 where none is. */
export function lastNotAfter(count: number, number: (index: number) => number, limit: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (number(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

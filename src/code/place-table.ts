/** Numbers by place: for tables that name thousands of places, of which few are ever asked for. */
/** The numbers of one section, ordered by offset when first asked for. */
interface Column {
  offsets: number[];
  values: number[];
  ordered: boolean;
}

/** An entry that was found. */
export interface PlaceEntry {
  readonly offset: number;
  readonly value: number;
}

const NONE: readonly number[] = [];

/** Filled first, then asked. Every question costs a binary search. */
export class PlaceTable {
  readonly #columns = new Map<number, Column>();
  #lastSection = -1;
  #last: Column | undefined;

  get isEmpty(): boolean {
    return this.#columns.size === 0;
  }

  hasSection(section: number): boolean {
    return this.#columns.has(section);
  }

  add(section: number, offset: number, value: number): void {
    let column = section === this.#lastSection ? this.#last : this.#columns.get(section);
    if (column === undefined) {
      column = { offsets: [], values: [], ordered: true };
      this.#columns.set(section, column);
    }
    // Tables name the places of one section in a row.
    this.#lastSection = section;
    this.#last = column;
    if (offset < (column.offsets[column.offsets.length - 1] ?? 0)) column.ordered = false;
    column.offsets.push(offset);
    column.values.push(value);
  }

  /** The numbers at exactly that place, in the order in which they were added. */
  at(section: number, offset: number): readonly number[] {
    const column = this.#ordered(section);
    if (column === undefined) return NONE;
    let index = firstAtLeast(column.offsets, offset);
    if (column.offsets[index] !== offset) return NONE;
    const found: number[] = [];
    for (; column.offsets[index] === offset; index += 1) found.push(column.values[index] ?? 0);
    return found;
  }

  has(section: number, offset: number): boolean {
    const column = this.#ordered(section);
    return column !== undefined && column.offsets[firstAtLeast(column.offsets, offset)] === offset;
  }

  /** The sum of the numbers at exactly that place. */
  sum(section: number, offset: number): number {
    const column = this.#ordered(section);
    if (column === undefined) return 0;
    let sum = 0;
    for (let i = firstAtLeast(column.offsets, offset); column.offsets[i] === offset; i += 1) {
      sum += column.values[i] ?? 0;
    }
    return sum;
  }

  /** Tells the offset of every entry of a section, in no order. */
  eachIn(section: number, visit: (offset: number) => void): void {
    const column = this.#columns.get(section);
    if (column !== undefined) for (const offset of column.offsets) visit(offset);
  }

  /** The last entry at or before that place; of several at one place the first. */
  before(section: number, offset: number): PlaceEntry | undefined {
    const column = this.#ordered(section);
    if (column === undefined) return undefined;
    const behind = firstAtLeast(column.offsets, offset + 1);
    const last = column.offsets[behind - 1];
    if (last === undefined) return undefined;
    return { offset: last, value: column.values[firstAtLeast(column.offsets, last)] ?? 0 };
  }

  #ordered(section: number): Column | undefined {
    const column = this.#columns.get(section);
    if (column === undefined || column.ordered) return column;
    const { offsets, values } = column;
    const order = Uint32Array.from(offsets, (_, i) => i);
    order.sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0) || a - b);
    column.offsets = Array.from(order, (i) => offsets[i] ?? 0);
    column.values = Array.from(order, (i) => values[i] ?? 0);
    column.ordered = true;
    return column;
  }
}

/** The index of the first element that is `wanted` or more; the length where there is none. */
export function firstAtLeast(sorted: ArrayLike<number>, wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

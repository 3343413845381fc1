/** Numbers by place: for tables that name thousands of places, of which few are ever asked for. */

/** The numbers of one section, by offset. */
interface Column {
  readonly offsets: Uint32Array;
  readonly values: Int32Array;
}

/** An entry that was found. */
export interface PlaceEntry {
  readonly offset: number;
  readonly value: number;
}

const NONE: readonly number[] = [];

/** Entries that there is room for at first. */
const FEW = 256;

/** Filled first, then asked. The entries of a section are sought out when it is first asked for; then every question costs a binary search. */
export class PlaceTable {
  #count = 0;
  #sections = new Uint32Array(FEW);
  #offsets = new Uint32Array(FEW);
  #values = new Int32Array(FEW);
  readonly #columns = new Map<number, Column>();

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  hasSection(section: number): boolean {
    return this.#column(section).offsets.length > 0;
  }

  add(section: number, offset: number, value: number): void {
    const at = this.#count;
    if (at === this.#sections.length) this.#grow();
    this.#sections[at] = section;
    this.#offsets[at] = offset;
    this.#values[at] = value;
    this.#count = at + 1;
  }

  /** The numbers at exactly that place, in the order in which they were added. */
  at(section: number, offset: number): readonly number[] {
    const { offsets, values } = this.#column(section);
    let index = firstAtLeast(offsets, offset);
    if (offsets[index] !== offset) return NONE;
    const found: number[] = [];
    for (; offsets[index] === offset; index += 1) found.push(values[index] ?? 0);
    return found;
  }

  has(section: number, offset: number): boolean {
    const { offsets } = this.#column(section);
    return offsets[firstAtLeast(offsets, offset)] === offset;
  }

  /** The sum of the numbers at exactly that place. */
  sum(section: number, offset: number): number {
    const { offsets, values } = this.#column(section);
    let sum = 0;
    for (let i = firstAtLeast(offsets, offset); offsets[i] === offset; i += 1) sum += values[i] ?? 0;
    return sum;
  }

  /** Tells the offset of every entry of a section. */
  eachIn(section: number, visit: (offset: number) => void): void {
    for (const offset of this.#column(section).offsets) visit(offset);
  }

  /** The last entry at or before that place; of several at one place the first. */
  before(section: number, offset: number): PlaceEntry | undefined {
    const { offsets, values } = this.#column(section);
    const last = offsets[firstAtLeast(offsets, offset + 1) - 1];
    return last === undefined ? undefined : { offset: last, value: values[firstAtLeast(offsets, last)] ?? 0 };
  }

  #grow(): void {
    const room = this.#sections.length * 4;
    const [sections, offsets, values] = [this.#sections, this.#offsets, this.#values];
    this.#sections = new Uint32Array(room);
    this.#sections.set(sections);
    this.#offsets = new Uint32Array(room);
    this.#offsets.set(offsets);
    this.#values = new Int32Array(room);
    this.#values.set(values);
  }

  #column(section: number): Column {
    let column = this.#columns.get(section);
    if (column === undefined) {
      column = this.#seek(section);
      this.#columns.set(section, column);
    }
    return column;
  }

  #seek(section: number): Column {
    const sections = this.#sections.subarray(0, this.#count);
    const found: number[] = [];
    let ordered = true;
    let before = 0;
    for (let at = sections.indexOf(section); at >= 0; at = sections.indexOf(section, at + 1)) {
      const offset = this.#offsets[at] ?? 0;
      if (offset < before) ordered = false;
      before = offset;
      found.push(at);
    }
    if (!ordered) found.sort((a, b) => (this.#offsets[a] ?? 0) - (this.#offsets[b] ?? 0) || a - b);
    const offsets = new Uint32Array(found.length);
    const values = new Int32Array(found.length);
    for (let i = 0; i < found.length; i += 1) {
      const at = found[i] ?? 0;
      offsets[i] = this.#offsets[at] ?? 0;
      values[i] = this.#values[at] ?? 0;
    }
    return { offsets, values };
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

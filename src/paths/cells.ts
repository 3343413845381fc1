/** Words of memory, as numbers: 8 bytes at a known distance from a name. */

/** One word. */
export interface Cell {
  readonly id: number;
  /** Number of the name it lies behind; 0 for an absolute address. */
  readonly name: number;
  /** Its first byte, from the name on; a multiple of 8, may be negative. */
  readonly offset: number;
}

/** All cells of one analysis. */
export class Cells {
  readonly #ids = new Map<number, number>();
  readonly #all: Cell[] = [];

  /** The word that holds byte `offset` behind `name`. */
  of(name: number, offset: number): Cell {
    const word = Math.floor(offset / 8);
    const key = name * 0x1_0000_0000 + (word + 0x4000_0000);
    const old = this.#ids.get(key);
    const known = old === undefined ? undefined : this.#all[old];
    if (known !== undefined) return known;
    const cell: Cell = { id: this.#all.length, name, offset: word * 8 };
    this.#ids.set(key, cell.id);
    this.#all.push(cell);
    return cell;
  }

  at(id: number): Cell {
    const cell = this.#all[id];
    if (cell === undefined) throw new Error('kentry is wrong here: no cell has this number');
    return cell;
  }
}

/**
 * Names of things whose value nobody knows: the address of a section, the stack of the root, the pointer to the
 * current task, what a call returned. Two values with one name are equal, whatever they are.
 */

/** What a name stands for; it decides what a store remembers about the memory behind it. */
export type NameKind =
  /** A stack: every word of it is remembered. */
  | 'stack'
  /** The registers of the interrupted context. */
  | 'regs'
  /** This CPU's copy of a per-CPU section. */
  | 'per-cpu'
  /** The distance from a per-CPU section to this CPU's copy of it. */
  | 'per-cpu-base'
  /** A section of the object, or a symbol that is not defined in it. */
  | 'static'
  /** The current task. */
  | 'current'
  /** What a register of the hardware holds that handlers save and restore: remembered wherever it is stored. */
  | 'hardware'
  /** What waits for the task, as it was last read. */
  | 'work'
  /** Anything else: an argument, a result, a loaded word. */
  | 'unknown';

/** One name. */
export interface Name {
  readonly id: number;
  readonly text: string;
  readonly kind: NameKind;
  /** For 'static': the name of the same thing in this CPU's area, where the section is a per-CPU one. */
  readonly perCpu?: Name;
  /** Bits of it of which at least one is set, lower and upper half; 0 where that is not known. */
  readonly nonzero0: number;
  readonly nonzero1: number;
}

/** All names of one analysis; one text is one name. Number 0 is nobody's. */
export class Names {
  readonly #byText = new Map<string, Name>();
  readonly #byId: (Name | undefined)[] = [undefined];
  /** Of a name, by its number: what it became where a bit of it was learnt to be set. */
  readonly #nonzero: (readonly Name[])[] = [];

  /** The name `text`; `kind` counts when it is made. */
  of(text: string, kind: NameKind, perCpu?: Name): Name {
    const old = this.#byText.get(text);
    if (old !== undefined) return old;
    const shape = { id: this.#byId.length, text, kind, nonzero0: 0, nonzero1: 0 };
    return this.#add(perCpu === undefined ? shape : { ...shape, perCpu });
  }

  /** The same thing once it is learnt that one of these bits is set. */
  nonzero(id: number, low: number, high: number): Name {
    const known = this.#nonzero[id] ?? [];
    const old = known.find(({ nonzero0, nonzero1 }) => nonzero0 === low && nonzero1 === high);
    if (old !== undefined) return old;
    const base = this.#byId[id];
    const text = `${base?.text}, not 0 in ${high >>> 0}:${low >>> 0}`;
    const kind = base?.kind ?? 'unknown';
    const name = this.#add({ id: this.#byId.length, text, kind, nonzero0: low, nonzero1: high });
    this.#nonzero[id] = [...known, name];
    return name;
  }

  #add(name: Name): Name {
    this.#byText.set(name.text, name);
    this.#byId.push(name);
    return name;
  }

  /** The name with that number; `undefined` for 0. */
  at(id: number): Name | undefined {
    return this.#byId[id];
  }

  /** Its kind; 'unknown' for 0. */
  kind(id: number): NameKind {
    return this.#byId[id]?.kind ?? 'unknown';
  }
}

/** The .debug_* sections of one object, and how much of them may be read before kentry gives up. */
import type { SectionIndex, SymbolIndex } from '../../base/brand.ts';
import type { ElfObject, Relocation, Section } from '../elf-object.ts';

/** Debugging information that cannot be: caught in `elf/source-lines.ts`, where it becomes "no line". */
export class BrokenDwarf extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'BrokenDwarf';
  }
}

/** What a relocation adds to the field at its place. */
export type Operation = 'set' | 'add' | 'subtract';

/**
 * RISC-V's relocations that compute with what is already there (psABI, "Relocations"): R_RISCV_ADD8 to ADD64 are 33 to
 * 36, SUB8 to SUB64 37 to 40, SUB6 52, SUB_ULEB128 61. All others that stand in debug sections set the field.
 */
const RISCV: Readonly<Record<number, Operation>> = {
  33: 'add',
  34: 'add',
  35: 'add',
  36: 'add',
  37: 'subtract',
  38: 'subtract',
  39: 'subtract',
  40: 'subtract',
  52: 'subtract',
  61: 'subtract',
};

/** A symbol's value: an offset in a section, or a plain number. */
export interface SymbolValue {
  readonly section: SectionIndex | undefined;
  readonly value: number;
}

/** One section as a cursor reads it. */
export interface DebugSection {
  readonly name: string;
  readonly size: number;
  /** Whether ULEB128 numbers may be relocated, as on RISC-V. */
  readonly relocatesLeb: boolean;
  readonly read: (offset: number, length: number) => Uint8Array;
  readonly relocations: (from: number, to: number) => readonly Relocation[];
  readonly operation: (relocation: Relocation) => Operation;
  readonly symbolValue: (index: SymbolIndex) => SymbolValue;
}

/** What is read besides a multiple of the sections' size, so that small objects may be asked often. */
const FREE_BYTES = 4 << 20;

/** How often all debug sections may be read, all in all: once is usual, since units are kept. */
const PASSES = 4;

/** How many ranges may be looked at for all questions together: a fraction of a second. */
const MOST_LOOKS = 1 << 28;

/** Finds the sections by name and counts what is read of them. */
export class DebugSections {
  readonly #object: ElfObject;
  readonly #found = new Map<string, DebugSection | undefined>();
  readonly #symbols = new Map<SymbolIndex, SymbolValue>();
  #left: number | undefined;
  #looks = 0;

  constructor(object: ElfObject) {
    this.#object = object;
  }

  /** The largest section of that name: others are units of types in groups, which hold no code. */
  find(name: string): DebugSection | undefined {
    if (this.#found.has(name)) return this.#found.get(name);
    let largest: Section | undefined;
    for (const section of this.#object.sectionsNamed(name)) {
      if (largest === undefined || section.size > largest.size) largest = section;
    }
    const found = largest === undefined || largest.size === 0 ? undefined : this.#open(largest);
    this.#found.set(name, found);
    return found;
  }

  /** As `find`. Throws `BrokenDwarf` where there is no such section. */
  need(name: string): DebugSection {
    const section = this.find(name);
    if (section === undefined) throw new BrokenDwarf(`there is no ${name}`);
    return section;
  }

  /** Counts ranges that were looked at. Throws `BrokenDwarf` when they are too many. */
  look(ranges: number): void {
    this.#looks += ranges;
    if (this.#looks > MOST_LOOKS) throw new BrokenDwarf('the ranges of functions are too many');
  }

  /**
   * Counts bytes that are read. Throws `BrokenDwarf` when they are more than an honest file can need,
   * as where units and tables lie over each other.
   */
  #spend(bytes: number): void {
    this.#left ??= this.#allowance();
    this.#left -= bytes;
    if (this.#left < 0) throw new BrokenDwarf('the debug sections refer to themselves too often');
  }

  #allowance(): number {
    let bytes = 0;
    for (const { name, size } of this.#object.sections) if (name.startsWith('.debug_')) bytes += size;
    return FREE_BYTES + PASSES * bytes;
  }

  #open(section: Section): DebugSection {
    const object = this.#object;
    const relocations = object.relocations(section.index);
    const riscv = object.machine === 'riscv64';
    return {
      name: section.name,
      size: section.size,
      relocatesLeb: riscv,
      read: (offset, length) => {
        this.#spend(length);
        return object.contents(section.index, offset, length);
      },
      relocations: (from, to) => relocations.between(from, to),
      operation: ({ type }) => (riscv ? (RISCV[type] ?? 'set') : 'set'),
      symbolValue: (index) => this.#symbolValue(index),
    };
  }

  #symbolValue(index: SymbolIndex): SymbolValue {
    const known = this.#symbols.get(index);
    if (known !== undefined) return known;
    const { place } = this.#object.symbol(index);
    const value: SymbolValue =
      place.kind === 'defined'
        ? { section: place.section, value: place.offset }
        : { section: undefined, value: place.kind === 'absolute' ? place.value : 0 };
    this.#symbols.set(index, value);
    return value;
  }
}

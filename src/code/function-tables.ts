/**
 * Calls through tables of function pointers: the slots of pv_ops with everyone that is seen to write them, and pointers in
 * read-only data (arch/x86/kernel/paravirt.c; tools/objtool/check.c, add_pv_ops(), pv_call_dest()).
 */
import type { SectionIndex } from '../base/brand.ts';
import type { ElfSymbol } from '../elf/elf-object.ts';
import type { Instruction } from '../isa/instruction.ts';
import type { Callee, Place } from './code.ts';
import type { CodeBytes } from './code-bytes.ts';
import type { FieldOwners } from './field-owners.ts';
import type { Functions } from './functions.ts';
import type { FunctionTableNames } from './kernel-layout.ts';
import type { References, Referent } from './references.ts';
import type { SymbolReferences } from './symbol-references.ts';
import { TargetSet } from './target-set.ts';

/** A table with the targets of its slots. */
interface Slots {
  readonly targets: readonly (TargetSet | undefined)[];
  /** Slots with a writer that is not understood; `all`: any slot may be meant. */
  readonly incomplete: ReadonlySet<number>;
  readonly all: boolean;
}

interface NamedTable {
  readonly names: FunctionTableNames;
  readonly symbol: ElfSymbol;
}

/** The tables of one object. */
export class FunctionTables {
  readonly #references: References;
  readonly #bytes: CodeBytes;
  readonly #owners: FieldOwners;
  readonly #functions: Functions;
  readonly #symbols: SymbolReferences;
  #tables: readonly NamedTable[] | undefined;
  readonly #slots = new Map<string, Slots>();
  readonly #callees = new Map<string, Callee>();

  constructor(
    references: References,
    bytes: CodeBytes,
    owners: FieldOwners,
    functions: Functions,
    symbols: SymbolReferences,
  ) {
    this.#references = references;
    this.#bytes = bytes;
    this.#owners = owners;
    this.#functions = functions;
    this.#symbols = symbols;
  }

  /** Whom an indirect call or jump through memory reaches: a table's slot, or nobody knows. */
  callee(section: SectionIndex, instruction: Instruction): Callee {
    const { displacement: field, offset, length } = instruction;
    const relocation =
      field === undefined ? undefined : this.#references.relocationIn(section, offset + field.offset, field.size);
    if (field === undefined || relocation === undefined) return { kind: 'indirect', why: 'it is read from memory' };
    const { relative, viaTable } = this.#references.layout.relocations;
    const counts = relative.has(relocation.type) || viaTable.has(relocation.type);
    const referent = this.#references.referent(relocation, counts ? offset + length - relocation.offset : 0);
    if (viaTable.has(relocation.type)) return this.#viaLinkage(referent);
    const symbol = this.#references.object.symbol(relocation.symbol);
    if (referent.kind === 'nowhere') return { kind: 'indirect', why: `it is read from nowhere: ${referent.why}` };
    if (referent.kind === 'undefined') {
      const way = relocation.addend + (counts ? offset + length - relocation.offset : 0);
      return this.#undefinedTable(symbol, way);
    }
    const table = this.#tableAt(referent.place);
    if (table !== undefined) {
      if (!counts) return { kind: 'indirect', why: `it is read from some slot of ${table.symbol.name}` };
      return this.#slotCallee(table.names, table.symbol, referent.place);
    }
    return this.#readOnly(referent.place, counts);
  }

  /** A global offset table of the linker's has the function itself. */
  #viaLinkage(referent: Referent): Callee {
    if (referent.kind === 'undefined') return this.#references.undefinedCallee(referent.symbol.name);
    const { symbol } = referent.kind === 'place' ? referent : { symbol: undefined };
    if (symbol?.place.kind !== 'defined') return { kind: 'indirect', why: 'it is read from the global offset table' };
    return { kind: 'function', symbol, place: symbol.place };
  }

  /** Another file has what is read, `way` bytes behind the symbol. */
  #undefinedTable({ name }: ElfSymbol, way: number): Callee {
    const { functionTables, pointerSize } = this.#references.layout;
    if (functionTables.some((table) => table.name === name) && way >= 0) {
      return { kind: 'table-slot', table: name, slot: Math.floor(way / pointerSize), targets: [], complete: false };
    }
    return { kind: 'indirect', why: `it is read from ${name}, which is not in this file` };
  }

  #tableAt({ section, offset }: Place): NamedTable | undefined {
    this.#tables ??= this.#references.layout.functionTables.flatMap((names) =>
      this.#references.object
        .symbolsNamed(names.name)
        .filter(({ place }) => place.kind === 'defined')
        .map((symbol) => ({ names, symbol })),
    );
    for (const table of this.#tables) {
      const { place, size } = table.symbol;
      if (place.kind !== 'defined' || place.section !== section) continue;
      if (offset >= place.offset && offset < place.offset + size) return table;
    }
    return undefined;
  }

  #slotCallee(names: FunctionTableNames, symbol: ElfSymbol, place: Place): Callee {
    const start = symbol.place.kind === 'defined' ? symbol.place.offset : 0;
    const slot = Math.floor((place.offset - start) / this.#references.layout.pointerSize);
    const key = `${names.name} ${slot}`;
    const known = this.#callees.get(key);
    if (known !== undefined) return known;
    const slots = (): Slots => this.#slotsOf(names, symbol);
    const callee: Callee = {
      kind: 'table-slot',
      table: names.name,
      slot,
      get targets() {
        return slots().targets[slot]?.all ?? [];
      },
      get complete() {
        const { all, incomplete } = slots();
        return !all && !incomplete.has(slot);
      },
    };
    this.#callees.set(key, callee);
    return callee;
  }

  /** A pointer that nobody may write holds what the object says. */
  #readOnly(place: Place, exact: boolean): Callee {
    const { object } = this.#references;
    const section = object.sections[place.section];
    const name = this.#references.nameOf(place);
    if (!exact) return { kind: 'indirect', why: `it is read from a table at ${name}` };
    if (section === undefined || section.writable || section.executable) {
      return { kind: 'indirect', why: `it is read from ${name}, which may be written` };
    }
    const targets = new TargetSet();
    this.#add(this.#references.pointerAt(place.section, place.offset), targets);
    if (targets.all.length === 0) return { kind: 'indirect', why: `it is read from ${name}, which holds no function` };
    const [, table = name, way = '0'] = /^(.*)\+0x([0-9a-f]+)$/.exec(name) ?? [];
    const slot = Math.floor(Number.parseInt(way, 16) / this.#references.layout.pointerSize);
    return { kind: 'table-slot', table, slot, targets: targets.all, complete: true };
  }

  #slotsOf(names: FunctionTableNames, symbol: ElfSymbol): Slots {
    let known = this.#slots.get(names.name);
    if (known === undefined) {
      known = this.#readSlots(names, symbol);
      this.#slots.set(names.name, known);
    }
    return known;
  }

  #readSlots(names: FunctionTableNames, symbol: ElfSymbol): Slots {
    const targets: (TargetSet | undefined)[] = [];
    const { object } = this.#references;
    this.#addTable(symbol, targets);
    for (const copy of names.copies) for (const other of object.symbolsNamed(copy)) this.#addTable(other, targets);
    const found = this.#symbols.fromCode(symbol);
    const incomplete = new Set<number>();
    let all = found === undefined;
    for (const { section, relocation } of found ?? []) {
      const writes = this.#writer(section, relocation.offset, symbol);
      if (writes === 'none') continue;
      if (writes === 'any') {
        all = true;
      } else {
        if (writes.value === undefined) incomplete.add(writes.slot);
        else this.#add(writes.value, slotOf(targets, writes.slot));
      }
    }
    return { targets, incomplete, all };
  }

  /** The relocations in a table's own data. */
  #addTable({ place, size }: ElfSymbol, targets: (TargetSet | undefined)[]): void {
    if (place.kind !== 'defined') return;
    const { object, layout } = this.#references;
    for (const relocation of object.relocations(place.section).between(place.offset, place.offset + size)) {
      if (!layout.relocations.absolute.has(relocation.type)) continue;
      const slot = Math.floor((relocation.offset - place.offset) / layout.pointerSize);
      this.#add(this.#references.referent(relocation, 0), slotOf(targets, slot));
    }
  }

  /** What an instruction that names the table writes to it: `value` absent where it may write what is not seen. */
  #writer(
    section: SectionIndex,
    field: number,
    symbol: ElfSymbol,
  ): 'none' | 'any' | { readonly slot: number; readonly value?: Referent } {
    // Nearly all are calls.
    if (this.#bytes.isCallThrough(section, field)) return 'none';
    const owner = this.#owners.of(section, field);
    // An address that is taken may be written through.
    if (owner === undefined || owner.offset + (owner.displacement?.offset ?? -1) !== field) return 'any';
    if (owner.flow.kind !== 'next') return 'none';
    const relocation = this.#references.relocationIn(section, field, 1);
    if (relocation === undefined || symbol.place.kind !== 'defined') return 'none';
    const counts = this.#references.layout.relocations.relative.has(relocation.type);
    const to = this.#references.referent(relocation, counts ? owner.offset + owner.length - field : 0);
    if (to.kind !== 'place' || !counts) return 'any';
    const slot = Math.floor((to.place.offset - symbol.place.offset) / this.#references.layout.pointerSize);
    if (slot < 0) return 'none';
    const { immediate } = owner;
    if (immediate === undefined) return { slot };
    const value = this.#references.pointerAt(section, owner.offset + immediate.offset);
    return value === undefined ? 'none' : { slot, value };
  }

  #add(referent: Referent | undefined, targets: TargetSet): void {
    if (referent?.kind === 'undefined') targets.add(this.#references.undefinedCallee(referent.symbol.name));
    if (referent?.kind !== 'place') return;
    const func = this.#functions.startingAt(referent.place);
    const named = referent.symbol.type === 'func' ? referent.symbol : undefined;
    const symbol = func?.symbol ?? named;
    if (symbol !== undefined) targets.add({ kind: 'function', symbol, place: referent.place });
  }
}

function slotOf(targets: (TargetSet | undefined)[], slot: number): TargetSet {
  const known = targets[slot] ?? new TargetSet();
  targets[slot] = known;
  return known;
}

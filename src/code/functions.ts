/** Functions by place: what symbols say of an object's code. Symbols at one place are aliases. */
import { type SectionIndex, symbolIndex } from '../base/brand.ts';
import { present } from '../base/invariant.ts';
import type { ElfObject, ElfSymbol } from '../elf/elf-object.ts';
import type { Func, Place } from './code.ts';
import { placeAt, placeKey } from './references.ts';
import { readSectionCode, type SectionCode } from './section-code.ts';

/** The part of a function that the compiler has split off as unlikely: "foo.cold", and "foo.cold.1" of older or other compilers. */
const COLD = /^(.+)\.cold(?:\.\d+)?$/;

/** Padding before a function that objtool or the compiler has named: tools/objtool/elf.c and check.c, "__pfx_", "__cfi_". */
const PREFIX = /^__(?:pfx|cfi)_/;

/** How far apart in the symbol table two local symbols of one source file are sought. */
const SAME_FILE = 4096;

/** Places of a section that are looked about before all of its symbols are read, and how far before each. */
const MOST_NEAR = 32;
const NEAR = 1024;

/** A section's groups, and what each came to be: `null` is no function of its own. */
interface Known {
  readonly code: SectionCode;
  readonly funcs: (Func | null | undefined)[];
  readonly parents: Map<number, Func | undefined>;
}

/** The functions of one object. */
export class Functions {
  readonly #object: ElfObject;
  readonly #mapping: RegExp;
  readonly #sections = new Map<number, Known>();
  /** How many places of a section that was not read were asked about. */
  readonly #asked = new Map<number, number>();
  readonly #singles = new Map<number, Func | undefined>();

  /** `mappingSymbol`: names of symbols without a type that mark other things than code. */
  constructor(object: ElfObject, mappingSymbol: RegExp) {
    this.#object = object;
    this.#mapping = mappingSymbol;
  }

  /** The functions of a section by offset, without padding and cold parts. */
  in(section: SectionIndex): readonly Func[] {
    const known = this.#section(section);
    return Array.from({ length: known.code.count }, (_, group) => this.#func(section, known, group)).flatMap(
      (func) => func ?? [],
    );
  }

  /** The function that starts exactly there. */
  startingAt(place: Place): Func | undefined {
    const { section, offset } = place;
    // To read all symbols of a large section for a few starts would be a waste.
    if (this.#object.symbolsAt !== undefined && !this.#sections.has(section)) return this.#single(place);
    const known = this.#section(section);
    const group = known.code.startingAt(offset);
    return group < 0 ? undefined : (this.#func(section, known, group) ?? undefined);
  }

  /** The function that a place belongs to: of padding the one behind it, of a cold part its parent. */
  at(place: Place): Func | undefined {
    const near = this.#near(place);
    if (near !== undefined) return near;
    const { section, offset } = place;
    const known = this.#section(section);
    const group = known.code.at(offset);
    if (group < 0) return undefined;
    return this.#func(section, known, group) ?? this.#folded(section, known, group);
  }

  /** Where the piece of code begins that a place lies in: a function, a cold part, padding. */
  pieceAt({ section, offset }: Place): Place | undefined {
    const { code } = this.#section(section);
    const group = code.at(offset);
    return group < 0 ? undefined : placeAt(section, code.offsets[group] ?? 0);
  }

  /** The same where few places of a large section are asked about, and the function starts close before: no symbols but those are read. */
  #near(place: Place): Func | undefined {
    const { section, offset } = place;
    const asked = this.#asked.get(section) ?? 0;
    if (this.#object.symbolsAt === undefined || this.#sections.has(section) || asked >= MOST_NEAR) return undefined;
    this.#asked.set(section, asked + 1);
    for (let start: number = offset; start >= 0 && offset - start < NEAR; start -= 1) {
      const at = placeAt(section, start);
      if (!this.#object.symbolsAt(section, start).some(({ type }) => type === 'func')) continue;
      const func = this.startingAt(at);
      // Padding and cold parts are told from their neighbours.
      if (func === undefined) return undefined;
      if (offset < start + func.size) return func;
    }
    return undefined;
  }

  /** The function at a place of a section that was not read. */
  #single(place: Place): Func | undefined {
    const { section, offset } = place;
    const header = this.#object.sections[section];
    if (header?.executable !== true || offset >= header.size) return undefined;
    const key = placeKey(place);
    if (this.#singles.has(key)) return this.#singles.get(key);
    const symbols = (this.#object.symbolsAt?.(section, offset) ?? []).filter(
      ({ type, name }) => type === 'func' || (type === 'notype' && !this.#mapping.test(name)),
    );
    const size = symbols.reduce((most, symbol) => Math.max(most, symbol.size), 0);
    const typed = symbols.some(({ type }) => type === 'func');
    let func: Func | undefined;
    // How far a label reaches only the others tell.
    if (symbols.length > 0 && size === 0) {
      const known = this.#section(section);
      func = this.#func(section, known, known.code.startingAt(offset)) ?? undefined;
    } else if (symbols.length > 0) {
      func = funcOf(symbols, place, Math.min(size, header.size - offset), typed) ?? undefined;
    }
    this.#singles.set(key, func);
    return func;
  }

  #section(section: SectionIndex): Known {
    let known = this.#sections.get(section);
    if (known === undefined) {
      const isMapping = (symbol: number): boolean => this.#mapping.test(this.#symbol(symbol).name);
      const code = readSectionCode(this.#object, section, isMapping);
      known = { code, funcs: [], parents: new Map() };
      this.#sections.set(section, known);
    }
    return known;
  }

  #symbol(index: number): ElfSymbol {
    return this.#object.symbol(symbolIndex(index));
  }

  #func(section: SectionIndex, { code, funcs }: Known, group: number): Func | null {
    const known = funcs[group];
    if (known !== undefined) return known;
    const symbols = code.symbols(group).map((index) => this.#symbol(index));
    const start = placeAt(section, code.offsets[group] ?? 0);
    const func = funcOf(symbols, start, code.sizes[group] ?? 0, code.isTyped(group));
    funcs[group] = func;
    return func;
  }

  /** The function that padding stands before, or that a cold part was split off. */
  #folded(section: SectionIndex, { code, parents }: Known, group: number): Func | undefined {
    if (!parents.has(group)) {
      const symbol = foremost(code.symbols(group).map((index) => this.#symbol(index)));
      const behind = placeAt(section, (code.offsets[group] ?? 0) + (code.sizes[group] ?? 0));
      parents.set(group, PREFIX.test(symbol.name) ? this.startingAt(behind) : this.#parent(symbol));
    }
    return parents.get(group);
  }

  /** The function of that name; of several the one of the same source file, whose symbols stand together. */
  #parent(cold: ElfSymbol): Func | undefined {
    const name = COLD.exec(cold.name)?.[1] ?? '';
    const found = this.#object.symbolsNamed(name).filter(({ type }) => type === 'func');
    const far = (symbol: ElfSymbol): number => Math.abs(symbol.index - cold.index);
    let parent = found[0];
    for (const symbol of found) {
      if (symbol.binding !== 'local' || far(symbol) >= SAME_FILE) continue;
      if (parent === undefined || parent.binding !== 'local' || far(symbol) < far(parent)) parent = symbol;
    }
    return parent?.place.kind === 'defined' ? this.startingAt(parent.place) : undefined;
  }
}

/** `null` where the symbols are of padding or of a cold part. */
function funcOf(symbols: readonly ElfSymbol[], start: Place, size: number, typed: boolean): Func | null {
  const symbol = foremost(symbols);
  if (PREFIX.test(symbol.name) || (typed && COLD.test(symbol.name))) return null;
  return { symbol, name: symbol.name, aliases: symbols.map(({ name }) => name), start, size, typed };
}

/** Functions before code; global before weak before local; sized before labels; then as the table has them. */
function rank({ type, binding, size }: ElfSymbol): number {
  const bound = binding === 'global' ? 0 : binding === 'weak' ? 1 : 2;
  return (type === 'func' ? 0 : 8) + bound * 2 + (size > 0 ? 0 : 1);
}

function foremost(symbols: readonly ElfSymbol[]): ElfSymbol {
  let best = present(symbols[0], 'a group has a symbol');
  for (const symbol of symbols) if (rank(symbol) < rank(best)) best = symbol;
  return best;
}

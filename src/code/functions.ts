/**
 * Functions by place: what symbols say of a section's code.
 *
 * Symbols at one place are aliases. Where they overlap, a place belongs to the innermost STT_FUNC that holds it, else to
 * the innermost sized assembly code, else to the last label before it. Names are looked at late: an object has some
 * hundred thousand, and few are asked for.
 */
import type { SectionIndex } from '../base/brand.ts';
import { present } from '../base/invariant.ts';
import type { ElfObject, ElfSymbol } from '../elf/elf-object.ts';
import type { Func, Place } from './code.ts';
import { placeAt, placeKey } from './references.ts';
import { flatten, ownerAt, type Segments } from './segments.ts';

/** The part of a function that the compiler has split off as unlikely: "foo.cold", and "foo.cold.1" of older or other compilers. */
const COLD = /^(.+)\.cold(?:\.\d+)?$/;

/** Padding before a function that objtool or the compiler has named: tools/objtool/elf.c and check.c, "__pfx_", "__cfi_". */
const PREFIX = /^__(?:pfx|cfi)_/;

/** How far apart in the symbol table two local symbols of one source file are sought. */
const SAME_FILE = 4096;

/** Symbols at one place. */
interface Group {
  readonly offset: number;
  readonly symbols: readonly ElfSymbol[];
  /** The one that reports use. */
  readonly symbol: ElfSymbol;
  readonly size: number;
  readonly typed: boolean;
}

/** The functions of one section. */
interface SectionFunctions {
  readonly groups: readonly Group[];
  readonly starts: readonly number[];
  /** Whom bytes belong to, the strongest claim first: STT_FUNC, sized code, labels. */
  readonly claims: readonly Segments[];
  /** Filled when asked for; `null` for what is no function of its own. */
  readonly funcs: (Func | null | undefined)[];
}

/** The functions of one object. */
export class Functions {
  readonly #object: ElfObject;
  readonly #mapping: RegExp;
  readonly #sections = new Map<number, SectionFunctions>();
  readonly #parents = new Map<number, Func | undefined>();

  constructor(object: ElfObject, mappingSymbol: RegExp) {
    this.#object = object;
    this.#mapping = mappingSymbol;
  }

  /** The functions of a section by offset, without padding and cold parts. */
  in(section: SectionIndex): readonly Func[] {
    const { groups } = this.#section(section);
    return groups.flatMap((_, i) => this.#func(section, i) ?? []);
  }

  /** The function that starts exactly there. */
  startingAt({ section, offset }: Place): Func | undefined {
    const { starts } = this.#section(section);
    const index = indexOf(starts, offset);
    return index < 0 ? undefined : (this.#func(section, index) ?? undefined);
  }

  /** The function that a place belongs to: of padding the one behind it, of a cold part its parent. */
  at({ section, offset }: Place): Func | undefined {
    const { claims, groups } = this.#section(section);
    for (const claim of claims) {
      const index = ownerAt(claim, offset);
      if (index < 0) continue;
      const func = this.#func(section, index);
      if (func !== null) return func;
      const group = present(groups[index], 'segments name groups');
      return PREFIX.test(group.symbol.name) ? this.#behind(section, group) : this.#parent(section, group);
    }
    return undefined;
  }

  #section(section: SectionIndex): SectionFunctions {
    let known = this.#sections.get(section);
    if (known === undefined) {
      known = this.#read(section);
      this.#sections.set(section, known);
    }
    return known;
  }

  #read(section: SectionIndex): SectionFunctions {
    const header = this.#object.sections[section];
    const end = header?.executable === true ? header.size : 0;
    const groups: Group[] = [];
    let symbols: ElfSymbol[] = [];
    let offset = -1;
    const close = (behind: number): void => {
      if (symbols.length > 0) groups.push(groupOf(offset, symbols, behind));
      symbols = [];
    };
    for (const symbol of this.#object.symbolsIn(section)) {
      const { place, type } = symbol;
      if (place.kind !== 'defined' || place.offset >= end) continue;
      if (type !== 'func' && (type !== 'notype' || this.#mapping.test(symbol.name))) continue;
      if (place.offset !== offset) close(place.offset);
      offset = place.offset;
      symbols.push(symbol);
    }
    close(end);
    const claim = (wanted: (group: Group) => boolean): Segments => {
      const indices = groups.flatMap((group, i) => (wanted(group) ? [i] : []));
      const range = (i: number) => present(groups[i], 'indices are of groups');
      return flatten(
        indices.map((i) => ({ from: range(i).offset, to: Math.min(end, range(i).offset + range(i).size), owner: i })),
      );
    };
    const isSized = ({ symbols: all }: Group): boolean => all.some(({ size }) => size > 0);
    return {
      groups,
      starts: groups.map((group) => group.offset),
      claims: [
        claim(({ typed }) => typed),
        claim((group) => !group.typed && isSized(group)),
        claim((group) => !group.typed && !isSized(group)),
      ],
      funcs: new Array(groups.length),
    };
  }

  #func(section: SectionIndex, index: number): Func | null {
    const { groups, funcs } = this.#section(section);
    const known = funcs[index];
    if (known !== undefined) return known;
    const { symbol, symbols, offset, size, typed } = present(groups[index], 'asked for by an index of the section');
    const { name } = symbol;
    const folded = PREFIX.test(name) || (typed && COLD.test(name));
    const func = folded
      ? null
      : { symbol, name, aliases: symbols.map((s) => s.name), start: placeAt(section, offset), size, typed };
    funcs[index] = func;
    return func;
  }

  #behind(section: SectionIndex, { offset, size }: Group): Func | undefined {
    return this.startingAt(placeAt(section, offset + size));
  }

  #parent(section: SectionIndex, { symbol, offset }: Group): Func | undefined {
    const key = placeKey(placeAt(section, offset));
    if (!this.#parents.has(key)) this.#parents.set(key, this.#findParent(symbol));
    return this.#parents.get(key);
  }

  /** The function of that name; of several the one of the same source file, whose symbols stand together. */
  #findParent(cold: ElfSymbol): Func | undefined {
    const name = COLD.exec(cold.name)?.[1] ?? '';
    const found = this.#object.symbolsNamed(name).filter(({ type }) => type === 'func');
    const far = (symbol: ElfSymbol): number => Math.abs(symbol.index - cold.index);
    const near = found
      .filter((symbol) => symbol.binding === 'local' && far(symbol) < SAME_FILE)
      .sort((a, b) => far(a) - far(b));
    const parent = near[0] ?? found[0];
    return parent?.place.kind === 'defined' ? this.startingAt(parent.place) : undefined;
  }
}

/** Global before weak before local, functions before code, sized before labels; then as the table has them. */
function rank({ type, binding, size }: ElfSymbol): number {
  const bound = binding === 'global' ? 0 : binding === 'weak' ? 1 : 2;
  return (type === 'func' ? 0 : 8) + bound * 2 + (size > 0 ? 0 : 1);
}

function groupOf(offset: number, symbols: readonly ElfSymbol[], behind: number): Group {
  let symbol = present(symbols[0], 'a group is closed only with symbols in it');
  let size = 0;
  let typed = false;
  for (const candidate of symbols) {
    if (rank(candidate) < rank(symbol)) symbol = candidate;
    if (candidate.type === 'func') typed = true;
    size = Math.max(size, candidate.size);
  }
  return { offset, symbols, symbol, size: size > 0 ? size : behind - offset, typed };
}

function indexOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return starts[low] === offset ? low : -1;
}

/** Where code names a symbol: the places that write a static call's key, or a table of functions. */
import type { SectionIndex, SymbolIndex } from '../base/brand.ts';
import type { ElfObject, ElfSymbol, Relocation } from '../elf/elf-object.ts';
import type { Func } from './code.ts';

/** A relocation of code against the symbol. */
export interface CodeReference {
  readonly section: SectionIndex;
  readonly relocation: Relocation;
}

/** Whether code of that place and size names one of the symbols. */
export function namesAnyOf(
  object: ElfObject,
  { start: { section, offset }, size }: Pick<Func, 'start' | 'size'>,
  symbols: readonly SymbolIndex[],
): boolean {
  const relocations = object.relocations(section);
  return (
    relocations.anyAgainst?.(offset, offset + size, symbols) ??
    relocations.between(offset, offset + size).some(({ symbol }) => symbols.includes(symbol))
  );
}

/** Looks through all relocations of code, once for each symbol, and for so many symbols at most: a look costs as much as the table has. */
export class SymbolReferences {
  readonly #object: ElfObject;
  #left: number;

  constructor(object: ElfObject, mostSymbols = 64) {
    this.#object = object;
    this.#left = mostSymbols;
  }

  /** The references from all executable sections; `undefined` where too many symbols were asked for. */
  fromCode(symbol: ElfSymbol): readonly CodeReference[] | undefined {
    if (this.#left === 0) return undefined;
    this.#left -= 1;
    return this.#object.sections.flatMap(({ index, executable, size }) => {
      if (!executable) return [];
      const table = this.#object.relocations(index);
      const found =
        table.against?.(symbol.index) ??
        table.between(0, size).filter((relocation) => relocation.symbol === symbol.index);
      return found.map((relocation) => ({ section: index, relocation }));
    });
  }
}

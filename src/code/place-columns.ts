/** Symbols as columns, of an object that has them only one by one. */
import type { ElfSymbol, SymbolColumns } from '../elf/elf-object.ts';

/** Where each stands, how far it reaches, and which it is. */
export type PlaceColumns = Pick<SymbolColumns, 'offsets' | 'sizes' | 'indices'>;

/** Makes them. */
export const placeColumns = (symbols: readonly ElfSymbol[]): PlaceColumns => ({
  offsets: Uint32Array.from(symbols, ({ place }) => (place.kind === 'defined' ? place.offset : 0)),
  sizes: Uint32Array.from(symbols, ({ size }) => Math.min(size, 0xffff_ffff)),
  indices: Uint32Array.from(symbols, ({ index }) => index),
});

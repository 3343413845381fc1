/** Numbers that know what they count: one may not stand where another is wanted. */

declare const brand: unique symbol;

/** `T` with a name that only the compiler sees. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Byte offset from the start of a file. */
export type FileOffset = Brand<number, 'FileOffset'>;

/** Byte offset from the start of a section; the only position that the analyses use. */
export type SectionOffset = Brand<number, 'SectionOffset'>;

/** Index in the section header table. */
export type SectionIndex = Brand<number, 'SectionIndex'>;

/** Index in the symbol table. */
export type SymbolIndex = Brand<number, 'SymbolIndex'>;

/** Makes a `FileOffset` of a plain number. */
export const fileOffset = (value: number): FileOffset => value as FileOffset;

/** Makes a `SectionOffset` of a plain number. */
export const sectionOffset = (value: number): SectionOffset => value as SectionOffset;

/** Makes a `SectionIndex` of a plain number. */
export const sectionIndex = (value: number): SectionIndex => value as SectionIndex;

/** Makes a `SymbolIndex` of a plain number. */
export const symbolIndex = (value: number): SymbolIndex => value as SymbolIndex;

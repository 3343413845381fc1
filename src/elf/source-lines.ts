/**
 * Source lines of places in an object, from its debugging information (DWARF 2 to 5).
 *
 * Nothing is read before the first question. A question reads the one unit that covers the place: its line program and
 * its entries, which are kept for the next questions. Debugging information that is broken or compressed
 * (SHF_COMPRESSED) is no error of the object: the answer is then `undefined`, or has no inline chain where only that
 * part is broken. Of split DWARF the lines are here, but not the chains, which are in another file.
 */
import { BadInput } from '../base/bad-input.ts';
import type { SectionIndex, SectionOffset } from '../base/brand.ts';
import { BrokenDwarf, DebugSections } from './dwarf/debug-section.ts';
import { Units } from './dwarf/units.ts';
import type { ElfObject } from './elf-object.ts';

/** A place in the source. */
export interface ElfSourceLine {
  /** As the kernel's own messages call it: from the root of the source; see dwarf/file-names.ts. Hostile. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The functions inlined here, the innermost first; absent where nothing was inlined. */
  readonly inlined?: readonly ElfInlinedCall[];
}

/** One link of an inline chain: `function` was inlined at `file`:`line`. */
export interface ElfInlinedCall {
  /** Hostile. */
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** Answers about one object. */
export interface SourceLines {
  /**
   * The line of the instruction at a place, with its inline chain: `file`:`line` is where the instruction itself was
   * written. `undefined` where nothing is known, or the compiler says that no line made it (line 0).
   */
  readonly lineOf: (section: SectionIndex, offset: SectionOffset) => ElfSourceLine | undefined;
  /**
   * Whether the function that was compiled at a place is declared `inline` in the source and yet stands there by
   * itself. True as well for one that a header (`*.h`) defines: compilers say nothing of the word where they inlined
   * no copy at all, and in C code of a header is inline or would be there twice.
   */
  readonly isInline: (section: SectionIndex, offset: SectionOffset) => boolean;
}

/** Prepares answers; reads nothing yet. */
export function sourceLines(object: ElfObject): SourceLines {
  const units = new Units(new DebugSections(object));
  return {
    lineOf: (section, offset) => answer(() => units.covering(section, offset)?.lineOf(section, offset)),
    isInline: (section, offset) => answer(() => units.covering(section, offset)?.isInline(section, offset)) ?? false,
  };
}

/** What `read` finds; `undefined` where it comes to something broken. */
function answer<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof BrokenDwarf || error instanceof BadInput) return undefined;
    throw error;
  }
}

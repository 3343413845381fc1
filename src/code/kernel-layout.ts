/** What kernels of one architecture leave in objects: data for the readers of this folder, a table for each machine. */
import type { Machine } from '../base/machine.ts';
import { KERNEL_X86_64 } from './kernel-x86-64.ts';

/** Which relocation types stand for what, by number. */
export interface RelocationTypes {
  /** Fills nothing: what a tool has taken back. */
  readonly none: ReadonlySet<number>;
  /** S + A - P. */
  readonly relative: ReadonlySet<number>;
  /** S + A. */
  readonly absolute: ReadonlySet<number>;
  /** The entry of the global offset table that will hold S, minus P. */
  readonly viaTable: ReadonlySet<number>;
}

/** How an entry of .altinstructions is laid out; the offsets are in bytes. */
export interface AlternativeShape {
  readonly size: number;
  /** Two pointers: original and replacement. */
  readonly original: number;
  readonly replacement: number;
  /** A little-endian number of `featureBytes` bytes: the feature under `featureMask`, flags above it. */
  readonly feature: number;
  readonly featureBytes: 2 | 4;
  readonly featureMask: number;
  /** The flag that makes the entry apply where the CPU lacks the feature. */
  readonly inverted: number;
  /** The flag that makes the replacement a direct call of what the original calls indirectly; 0 where there is none. */
  readonly directCall: number;
  readonly originalLength: number;
  readonly replacementLength: number;
}

/** A table of function pointers that code calls through. */
export interface FunctionTableNames {
  readonly name: string;
  /** Tables of the same layout that are copied into it at boot. */
  readonly copies: readonly string[];
}

/** The table of one machine. */
export interface KernelLayout {
  readonly relocations: RelocationTypes;
  /** In the order in which they are tried. */
  readonly alternatives: readonly AlternativeShape[];
  /** Features by number: of no machine that is judged; of each; of machines that other code enters, whose own ways are not walked. */
  readonly absentFeatures: ReadonlySet<number>;
  readonly commonFeatures: ReadonlySet<number>;
  readonly apartFeatures: ReadonlySet<number>;
  /** Code that a jump to is a return. */
  readonly returnThunks: ReadonlySet<string>;
  /** Names of code that goes on through a register; group 1 is the register. */
  readonly indirectThunk: RegExp;
  readonly functionTables: readonly FunctionTableNames[];
  /** Bytes of a pointer. */
  readonly pointerSize: number;
  /** Symbols without a type that mark other things than code. */
  readonly mappingSymbol: RegExp;
}

const NOTHING: KernelLayout = {
  relocations: { none: new Set([0]), relative: new Set(), absolute: new Set(), viaTable: new Set() },
  alternatives: [],
  absentFeatures: new Set(),
  commonFeatures: new Set(),
  apartFeatures: new Set(),
  returnThunks: new Set(),
  indirectThunk: /(?!)/,
  functionTables: [],
  pointerSize: 8,
  mappingSymbol: /^(\.L|\$)/,
};

/** The table of that machine; of one that nobody has written down yet, an empty one. */
export function kernelLayout(machine: Machine): KernelLayout {
  return machine === 'x86-64' ? KERNEL_X86_64 : NOTHING;
}

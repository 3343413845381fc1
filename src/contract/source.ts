/** Where a fact of the contract comes from: every rule, event and exception names its sources. */

/** A place in the kernel's tree or in its document. */
export interface Source {
  /** Path in the kernel's tree, e.g. `kernel/entry/common.c`. */
  readonly file: string;
  /** The function, macro or document section that shows it. */
  readonly at: string;
  /** The versions that it was read in; absent where 6.1 and 6.12 agree. */
  readonly version?: Version;
}

/** A kernel version that the contract knows. */
export type Version = '6.1' | '6.12';

/** The document, by section heading: Documentation/core-api/entry.rst. */
export const document = (section: string): Source => ({ file: 'Documentation/core-api/entry.rst', at: section });

/** A function of the kernel, by file. */
export const kernel = (file: string, at: string, version?: Version): Source =>
  version === undefined ? { file, at } : { file, at, version };

/** A source in one line. */
export const cite = ({ file, at, version }: Source): string =>
  `${file}: ${at}${version === undefined ? '' : ` (${version})`}`;

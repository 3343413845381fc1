/** The one way to say that an input cannot be used. */
import type { FileOffset } from './brand.ts';

/**
 * Thrown wherever a file is not what it must be, and caught in one place (`check/`),
 * which turns it into the message of the command line and of the page, with exit status 2.
 */
export class BadInput extends Error {
  /** The file's name as it was given: hostile, escape it before you print it. */
  readonly file: string;
  /** The byte to blame. */
  readonly offset: FileOffset;
  /** One clause without a full stop; may hold names from the file: escape it too. */
  readonly reason: string;

  constructor(file: string, offset: FileOffset, reason: string) {
    super(`${file}: 0x${offset.toString(16)}: ${reason}`);
    this.name = 'BadInput';
    this.file = file;
    this.offset = offset;
    this.reason = reason;
  }
}

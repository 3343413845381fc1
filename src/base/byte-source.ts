/** Where bytes come from: a file, a Blob in a worker, memory. Read by ranges, synchronously. */
import { BadInput } from './bad-input.ts';
import { fileOffset } from './brand.ts';

/** Random access to the bytes of one file. */
export interface ByteSource {
  /** The name for messages: hostile, escape it before you print it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /**
   * The bytes `offset .. offset + length`; the caller must not write to them.
   * Throws `BadInput` where the range does not lie in the file, or the file shrank meanwhile.
   */
  readonly read: (offset: number, length: number) => Uint8Array;
}

/** A source over bytes in memory. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => {
      checkRange(name, bytes.length, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** Throws `BadInput` unless `offset .. offset + length` lies in a file of `size` bytes. */
export function checkRange(name: string, size: number, offset: number, length: number): void {
  const sane = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!sane || offset + length > size) {
    const at = Number.isSafeInteger(offset) && offset >= 0 ? Math.min(offset, size) : size;
    throw new BadInput(name, fileOffset(at), `needs ${length} bytes at 0x${offset.toString(16)}, the file has ${size}`);
  }
}

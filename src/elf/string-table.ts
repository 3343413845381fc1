/** A string table (gABI, "String Table"): names that end in a zero byte. */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset } from '../base/brand.ts';
import type { ByteSource } from '../base/byte-source.ts';

/** The longest name that is believed, in bytes; C++ and Rust make names of a few thousand. */
const LONGEST_NAME = 1 << 16;

const utf8 = new TextDecoder('utf-8');

/** The names of one string table, which is read when the first is asked for. */
export class StringTable {
  readonly #source: ByteSource;
  readonly #at: number;
  readonly #size: number;
  #bytes: Uint8Array | undefined;

  /** The bytes `at .. at + size` of the source, which must lie in it. */
  constructor(source: ByteSource, at: number, size: number) {
    this.#source = source;
    this.#at = at;
    this.#size = size;
  }

  /** All bytes of the table. */
  bytes(): Uint8Array {
    this.#bytes ??= this.#source.read(this.#at, this.#size);
    return this.#bytes;
  }

  /** The name that begins at `offset`. Throws `BadInput` where none does; `what` says whose name it is. */
  at(offset: number, what: string): string {
    if (offset === 0) return '';
    const bytes = this.bytes();
    const most = Math.min(bytes.length, offset + LONGEST_NAME);
    let end = offset;
    while (end < most && bytes[end] !== 0) end += 1;
    if (end < most) return asText(bytes, offset, end);
    const where = fileOffset(this.#at + Math.min(offset, this.#size));
    if (offset >= bytes.length) {
      const why = `${what} has its name at 0x${offset.toString(16)} of a string table of 0x${this.#size.toString(16)} bytes`;
      throw new BadInput(this.#source.name, where, why);
    }
    throw new BadInput(this.#source.name, where, `the name of ${what} does not end within ${LONGEST_NAME} bytes`);
  }
}

/** Names are ASCII almost always, and short: then this is faster than a decoder. */
function asText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 64) return utf8.decode(bytes.subarray(start, end));
  let text = '';
  for (let i = start; i < end; i += 1) {
    const code = bytes[i] ?? 0;
    if (code > 0x7f) return utf8.decode(bytes.subarray(start, end));
    text += String.fromCharCode(code);
  }
  return text;
}

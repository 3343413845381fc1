/** A chosen file as a byte source: read by slices, in a worker, never as a whole. */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset } from '../base/brand.ts';
import { type ByteSource, checkRange } from '../base/byte-source.ts';

/** A blob as far as it is needed here. */
export interface Slices<Slice> {
  readonly size: number;
  readonly slice: (from: number, to: number) => Slice;
}

/** A byte source that counts what it read. */
export interface BlobSource extends ByteSource {
  /** Bytes read so far. */
  readonly bytesRead: () => number;
}

/** The bytes of a blob; `readNow` is FileReaderSync's, which only a worker has. */
export function blobSource<Slice>(
  name: string,
  blob: Slices<Slice>,
  readNow: (slice: Slice) => ArrayBuffer,
): BlobSource {
  let bytesRead = 0;
  const read = (offset: number, length: number): Uint8Array => {
    checkRange(name, blob.size, offset, length);
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(readNow(blob.slice(offset, offset + length)));
    } catch {
      // The browser says no more than NotReadableError: moved, changed, or not permitted any more.
      throw new BadInput(name, fileOffset(offset), 'the file cannot be read any more: was it changed or moved?');
    }
    if (bytes.length < length) {
      throw new BadInput(name, fileOffset(offset + bytes.length), 'the file became shorter while it was read');
    }
    bytesRead += length;
    return bytes;
  };
  return { name, size: blob.size, read, bytesRead: () => bytesRead };
}

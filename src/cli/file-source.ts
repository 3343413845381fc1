/** Files as byte sources: opened once, read by ranges, never as a whole. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { BadInput } from '../base/bad-input.ts';
import { fileOffset } from '../base/brand.ts';
import { type ByteSource, checkRange } from '../base/byte-source.ts';
import { UnusableFile, unusable } from './unusable-file.ts';

/** A byte source that holds a file descriptor. */
export interface FileSource extends ByteSource {
  readonly close: () => void;
}

/** Opens a regular file. Throws `UnusableFile` for whatever else the path leads to. */
export function openFile(path: string): FileSource {
  let descriptor: number;
  try {
    // Not to wait for a writer where the path is a pipe.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unusable(path, error);
  }
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) {
    closeSync(descriptor);
    const kind = stat.isDirectory()
      ? 'is a directory'
      : 'is no regular file: save it to one, or give - for standard input';
    throw new UnusableFile(path, kind);
  }
  return {
    name: path,
    size: stat.size,
    read: (offset, length) => {
      checkRange(path, stat.size, offset, length);
      return readRange(descriptor, path, offset, length);
    },
    close: () => closeSync(descriptor),
  };
}

function readRange(descriptor: number, path: string, offset: number, length: number): Uint8Array {
  // Not filled with zeroes first: large reads take half as long.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  let filled = 0;
  while (filled < length) {
    let count: number;
    try {
      count = readSync(descriptor, bytes, filled, length - filled, offset + filled);
    } catch (error) {
      throw unusable(path, error);
    }
    if (count === 0) throw new BadInput(path, fileOffset(offset + filled), 'the file became shorter while it was read');
    filled += count;
  }
  return bytes;
}

/** The text of a small file. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Writes a file anew. */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw unusable(path, error);
  }
}

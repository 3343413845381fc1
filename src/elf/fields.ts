/** Fields of ELF structures as numbers. ELF64's 64-bit fields are kept exact, or refused. */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset } from '../base/brand.ts';

/** A view of bytes that were read. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** An unsigned 64-bit field; `at` is where `view` begins in `file`. Throws `BadInput` where it is 2^53 or more. */
export function unsigned64(view: DataView, offset: number, file: string, at: number, what: string): number {
  const value = view.getUint32(offset + 4, true) * 0x1_0000_0000 + view.getUint32(offset, true);
  if (value > Number.MAX_SAFE_INTEGER) {
    const hex = view.getBigUint64(offset, true).toString(16);
    throw new BadInput(file, fileOffset(at + offset), `${what} is 0x${hex}, which no file can have`);
  }
  return value;
}

/** A signed 64-bit field. Throws `BadInput` where it is beyond 2^53 on either side. */
export function signed64(view: DataView, offset: number, file: string, at: number, what: string): number {
  const value = view.getInt32(offset + 4, true) * 0x1_0000_0000 + view.getUint32(offset, true);
  if (!Number.isSafeInteger(value)) {
    throw new BadInput(file, fileOffset(at + offset), `${what} is ${view.getBigInt64(offset, true)}, out of all range`);
  }
  return value;
}

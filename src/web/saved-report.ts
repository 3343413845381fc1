/** Tells a saved report from an object before either is read. */
import type { ByteSource } from '../base/byte-source.ts';

/** More blanks than these are no report of ours. */
const LOOKED_AT = 64;

/** Whether the file begins as JSON does: with `{`, blanks and a mark of byte order before it at most. */
export function looksLikeReport(source: ByteSource): boolean {
  const start = new TextDecoder().decode(source.read(0, Math.min(source.size, LOOKED_AT)));
  return start.trimStart().startsWith('{');
}

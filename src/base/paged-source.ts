/** Bytes in pages: many small reads of neighbouring bytes cost one read of the file. */
import type { ByteSource } from './byte-source.ts';

/** Bytes of a page. Small enough that a stray read costs little, large enough that walking code costs few reads. */
const PAGE = 1 << 16;

/** Pages that are kept: 4 MB. The oldest goes first. */
const MOST_PAGES = 64;

/** `source`, read by pages that are remembered. Reads of more than a page go to the source itself. */
export function pagedSource(source: ByteSource): ByteSource {
  const pages = new Map<number, Uint8Array>();
  let latest = -1;
  let latestPage: Uint8Array = new Uint8Array(0);

  const pageAt = (number: number): Uint8Array => {
    if (number === latest) return latestPage;
    let page = pages.get(number);
    if (page === undefined) {
      const start = number * PAGE;
      page = source.read(start, Math.min(PAGE, source.size - start));
      if (pages.size >= MOST_PAGES) for (const oldest of pages.keys()) if (pages.delete(oldest)) break;
      pages.set(number, page);
    }
    latest = number;
    latestPage = page;
    return page;
  };

  const read = (offset: number, length: number): Uint8Array => {
    const first = Math.floor(offset / PAGE);
    const inOnePage = length > 0 && Math.floor((offset + length - 1) / PAGE) === first;
    // The source knows what to say of a range that is not in the file.
    if (!inOnePage || !(offset >= 0) || offset + length > source.size) return source.read(offset, length);
    const start = offset - first * PAGE;
    return pageAt(first).subarray(start, start + length);
  };

  return { name: source.name, size: source.size, read };
}

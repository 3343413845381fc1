/** Files in the page: which one is a report, and what a blob that fails says. */
import { describe, expect, test } from 'vitest';
import { memorySource } from '../base/byte-source.ts';
import { blobSource } from './blob-source.ts';
import { looksLikeReport } from './saved-report.ts';

describe('a saved report', () => {
  test.each([
    ['{"schema"', true],
    ['\ufeff \n\t{', true],
    ['\x7fELF{', false],
    ['', false],
    [' '.repeat(100), false],
    ['[{}]', false],
  ])('%j: %s', (text, expected) => {
    expect(looksLikeReport(memorySource('f', new TextEncoder().encode(text)))).toBe(expected);
  });
});

describe('a blob', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);
  const blob = { size: 100, slice: (from: number, to: number) => bytes.slice(from, to) };

  test('is read by slices, which are counted', () => {
    const source = blobSource('f', blob, (slice) => slice.buffer);
    expect([...source.read(10, 3)]).toEqual([10, 11, 12]);
    expect(source.bytesRead()).toBe(3);
  });

  test('that changed says so, and nothing outside of it is asked for', () => {
    const gone = blobSource('f', blob, () => {
      throw new Error('NotReadableError');
    });
    const shrunk = blobSource('f', blob, (slice) => slice.buffer.slice(0, 1));
    expect(() => gone.read(4, 2)).toThrow('f: 0x4: the file cannot be read any more');
    expect(() => shrunk.read(4, 2)).toThrow('f: 0x5: the file became shorter');
    expect(() => gone.read(99, 2)).toThrow('needs 2 bytes');
  });
});

/** Reads a debug section from front to back, a window at a time, with its relocations applied. */
import type { SectionIndex } from '../../base/brand.ts';
import type { Relocation } from '../elf-object.ts';
import { BrokenDwarf, type DebugSection } from './debug-section.ts';

/** A number that is an offset into another section when `section` is there. */
export interface Located {
  readonly value: number;
  readonly section: SectionIndex | undefined;
}

/** The usual length of what is read at once, in bytes. */
const WINDOW = 1 << 16;

/** Longer names than this are no names. */
const LONGEST_STRING = 1 << 14;

/** Bytes of a 64-bit number. */
const LONGEST_LEB = 10;

const TEXT = new TextDecoder();

/** A position in `section`, which goes forward until `end`. Every read beyond it throws `BrokenDwarf`. */
export class Cursor {
  readonly section: DebugSection;
  /** Where reading stops, as an offset in the section. */
  readonly end: number;
  readonly #window: number;
  #at: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #base: number;
  #limit: number;
  #relocations: readonly Relocation[] | undefined;

  constructor(section: DebugSection, at: number, end: number = section.size, window: number = WINDOW) {
    if (!(Number.isSafeInteger(at) && at >= 0 && at <= end && end <= section.size)) {
      throw new BrokenDwarf(`${section.name} has no range ${at} to ${end}`);
    }
    this.section = section;
    this.end = end;
    this.#window = window;
    this.#at = at;
    this.#base = at;
    this.#limit = at;
  }

  /** The offset in the section of what is read next. */
  get at(): number {
    return this.#at;
  }

  /** Goes to an offset in the section that is not beyond the end. */
  seek(at: number): void {
    if (!(Number.isSafeInteger(at) && at >= 0 && at <= this.end)) {
      throw new BrokenDwarf(`${this.section.name} is left at ${at}`);
    }
    this.#at = at;
  }

  skip(length: number): void {
    this.seek(this.#at + length);
  }

  u8(): number {
    if (this.#at >= this.#limit || this.#at < this.#base) this.#load(1);
    const byte = this.#bytes[this.#at - this.#base] ?? 0;
    this.#at += 1;
    return byte;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  /** A number of 1, 2, 3, 4 or 8 bytes; relocations that stand at its place are applied. */
  unsigned(size: number): number {
    return this.located(size).value;
  }

  /** As `unsigned`, with the section that a relocation names. */
  located(size: number): Located {
    const at = this.#at;
    const raw = this.#raw(size);
    return this.#relocated(at, raw);
  }

  /** ULEB128; beyond 2^53 no longer exact. */
  uleb(): number {
    if (!this.section.relocatesLeb) return this.#leb().value;
    const at = this.#at;
    // Within one window, so that the relocation of its first byte is at hand.
    if (at + LONGEST_LEB > this.#limit) this.#load(Math.min(LONGEST_LEB, this.end - at));
    return this.#relocated(at, this.#leb().value).value;
  }

  /** SLEB128; beyond 2^53 no longer exact. */
  sleb(): number {
    const { value, bits, last } = this.#leb();
    return (last & 0x40) === 0 ? value : value - 2 ** bits;
  }

  /** A string that ends with a zero byte, which is read too. */
  text(): string {
    const bytes: number[] = [];
    for (let byte = this.u8(); byte !== 0; byte = this.u8()) {
      bytes.push(byte);
      if (bytes.length > LONGEST_STRING) throw new BrokenDwarf(`${this.section.name} has a string without an end`);
    }
    return TEXT.decode(Uint8Array.from(bytes));
  }

  skipText(): void {
    while (this.u8() !== 0) {
      // The end is what was looked for.
    }
  }

  #leb(): { value: number; bits: number; last: number } {
    let value = 0;
    let bits = 0;
    for (;;) {
      const byte = this.u8();
      // More than 64 bits can only be padding.
      if (bits < 64) value += (byte & 0x7f) * 2 ** bits;
      bits += 7;
      if ((byte & 0x80) === 0) return { value, bits, last: byte };
    }
  }

  #raw(size: number): number {
    if (this.#at + size > this.#limit || this.#at < this.#base) this.#load(size);
    const local = this.#at - this.#base;
    this.#at += size;
    switch (size) {
      case 1:
        return this.#view.getUint8(local);
      case 2:
        return this.#view.getUint16(local, true);
      case 3:
        return this.#view.getUint16(local, true) + this.#view.getUint8(local + 2) * 0x1_0000;
      case 4:
        return this.#view.getUint32(local, true);
      case 8:
        return this.#view.getUint32(local, true) + this.#view.getUint32(local + 4, true) * 0x1_0000_0000;
      default:
        throw new BrokenDwarf(`numbers have no ${size} bytes`);
    }
  }

  #load(least: number): void {
    const length = Math.min(Math.max(this.#window, least), this.end - this.#at);
    if (length < least) throw new BrokenDwarf(`${this.section.name} ends within a value`);
    this.#bytes = this.section.read(this.#at, length);
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    this.#base = this.#at;
    this.#limit = this.#at + length;
    this.#relocations = undefined;
  }

  #relocated(at: number, raw: number): Located {
    this.#relocations ??= this.section.relocations(this.#base, this.#limit);
    const list = this.#relocations;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.offset ?? at) < at) low = middle + 1;
      else high = middle;
    }
    let value = raw;
    let section: SectionIndex | undefined;
    for (let next = low; list[next]?.offset === at; next += 1) {
      const relocation = list[next];
      if (relocation === undefined) break;
      const symbol = this.section.symbolValue(relocation.symbol);
      const operand = symbol.value + relocation.addend;
      switch (this.section.operation(relocation)) {
        case 'set':
          value = operand;
          section = symbol.section;
          break;
        case 'add':
          value += operand;
          section = symbol.section;
          break;
        case 'subtract':
          value -= operand;
          section = undefined;
          break;
      }
    }
    return { value, section };
  }
}

/** Writes small ELF64 relocatable objects for tests, byte by byte, also such as no assembler makes. */

/** A section to be written; `size` where it has none of its own bytes (SHT_NOBITS). */
export interface WrittenSection {
  readonly name: string;
  readonly type?: number;
  readonly flags?: number;
  readonly bytes?: Uint8Array;
  readonly size?: number;
  readonly link?: number;
  readonly info?: number;
  readonly entrySize?: number;
}

/** A symbol to be written; `section` is st_shndx, or any number where `extended`. */
export interface WrittenSymbol {
  readonly name: string;
  readonly info?: number;
  readonly section?: number;
  readonly value?: number;
  readonly size?: number;
}

/** A relocation to be written. */
export interface WrittenRelocation {
  readonly offset: number;
  readonly type: number;
  readonly symbol: number;
  readonly addend: number;
}

/** What an object consists of. Section numbers begin at 1 with the first of `sections`. */
export interface WrittenObject {
  readonly machine?: number;
  readonly sections: readonly WrittenSection[];
  readonly symbols?: readonly WrittenSymbol[];
  readonly relocations?: ReadonlyMap<number, readonly WrittenRelocation[]>;
}

const SHDR = 64;
const LORESERVE = 0xff00;

/** The object as bytes. With 65,280 sections or more, counts and indices go where the gABI wants them then. */
export function writeElf({ machine = 62, sections, symbols, relocations = new Map() }: WrittenObject): Uint8Array {
  const all: WrittenSection[] = [{ name: '', type: 0 }, ...sections];
  const strtab = new Strings();
  if (symbols !== undefined) {
    const table = all.length;
    const many = symbols.some(({ section = 0 }) => section >= LORESERVE && all.length > LORESERVE);
    const bytes = new Uint8Array((symbols.length + 1) * 24);
    const extended = new Uint8Array((symbols.length + 1) * 4);
    const view = new DataView(bytes.buffer);
    symbols.forEach(({ name, info = 0x10, section = 0, value = 0, size = 0 }, i) => {
      const at = (i + 1) * 24;
      const far = many && section >= LORESERVE;
      view.setUint32(at, strtab.add(name), true);
      view.setUint8(at + 4, info);
      view.setUint16(at + 6, far ? 0xffff : section, true);
      if (far) new DataView(extended.buffer).setUint32((i + 1) * 4, section, true);
      view.setBigUint64(at + 8, BigInt(value), true);
      view.setBigUint64(at + 16, BigInt(size), true);
    });
    all.push({ name: '.symtab', type: 2, bytes, link: table + 1, info: 1, entrySize: 24 });
    all.push({ name: '.strtab', type: 3, bytes: strtab.bytes() });
    if (many) all.push({ name: '.symtab_shndx', type: 18, bytes: extended, link: table });
    for (const [section, entries] of relocations) {
      all.push({ name: `.rela${section}`, type: 4, bytes: rela(entries), link: table, info: section, entrySize: 24 });
    }
  }
  const names = new Strings();
  const nameOffsets = all.map(({ name }) => names.add(name));
  const shstrndx = all.length;
  nameOffsets.push(names.add('.shstrtab'));
  all.push({ name: '.shstrtab', type: 3, bytes: names.bytes() });

  const size = all.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 64);
  const file = new Uint8Array(size + all.length * SHDR);
  const view = new DataView(file.buffer);
  const far = all.length >= LORESERVE;
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 1, true);
  view.setUint16(18, machine, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(0x28, BigInt(size), true);
  view.setUint16(0x34, 64, true);
  view.setUint16(0x3a, SHDR, true);
  view.setUint16(0x3c, far ? 0 : all.length, true);
  view.setUint16(0x3e, far ? 0xffff : shstrndx, true);
  let at = 64;
  all.forEach((section, i) => {
    const header = size + i * SHDR;
    const { type = 1, flags = 0, bytes, link = 0, info = 0, entrySize = 0 } = section;
    view.setUint32(header, nameOffsets[i] ?? 0, true);
    view.setUint32(header + 4, type, true);
    view.setBigUint64(header + 8, BigInt(flags), true);
    view.setBigUint64(header + 0x18, BigInt(at), true);
    view.setBigUint64(header + 0x20, BigInt(section.size ?? bytes?.length ?? 0), true);
    view.setUint32(header + 0x28, link, true);
    view.setUint32(header + 0x2c, info, true);
    view.setBigUint64(header + 0x38, BigInt(entrySize), true);
    if (bytes !== undefined) file.set(bytes, at);
    at += bytes?.length ?? 0;
  });
  if (far) {
    view.setBigUint64(size + 0x20, BigInt(all.length), true);
    view.setUint32(size + 0x28, shstrndx, true);
  }
  return file;
}

function rela(entries: readonly WrittenRelocation[]): Uint8Array {
  const bytes = new Uint8Array(entries.length * 24);
  const view = new DataView(bytes.buffer);
  entries.forEach(({ offset, type, symbol, addend }, i) => {
    view.setBigUint64(i * 24, BigInt(offset), true);
    view.setUint32(i * 24 + 8, type, true);
    view.setUint32(i * 24 + 12, symbol, true);
    view.setBigInt64(i * 24 + 16, BigInt(addend), true);
  });
  return bytes;
}

/** A string table that grows. */
class Strings {
  readonly #parts: Uint8Array[] = [new Uint8Array(1)];
  #size = 1;

  add(text: string): number {
    if (text === '') return 0;
    const encoded = new TextEncoder().encode(`${text}\0`);
    const at = this.#size;
    this.#parts.push(encoded);
    this.#size += encoded.length;
    return at;
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

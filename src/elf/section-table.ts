/** The section header table (gABI, "Sections"). */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset, sectionIndex } from '../base/brand.ts';
import type { ByteSource } from '../base/byte-source.ts';
import type { Section } from './elf-object.ts';
import { unsigned64, viewOf } from './fields.ts';
import {
  SHDR_SIZE,
  SHF_ALLOC,
  SHF_COMPRESSED,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHN_LORESERVE,
  SHN_UNDEF,
  SHN_XINDEX,
  SHT_NOBITS,
  SHT_STRTAB,
} from './numbers.ts';
import { StringTable } from './string-table.ts';

/** The most bytes of a section. */
const LARGEST = 0xffff_ffff;

/** A section with what only `elf/` needs of its header. */
export interface SectionHeader extends Section {
  /** sh_offset: where its bytes are in the file. */
  readonly at: number;
  /** Whether the file has its bytes: all but SHT_NOBITS. */
  readonly inFile: boolean;
  /** sh_link. */
  readonly link: number;
  /** sh_info. */
  readonly info: number;
  /** Where this header is in the file. */
  readonly headerAt: number;
}

/** What the ELF header says of the table. */
export interface TableHeader {
  /** e_shoff. */
  readonly at: number;
  /** e_shnum; 0 where the first section header has it. */
  readonly count: number;
  /** e_shstrndx; SHN_XINDEX where the first section header has it. */
  readonly names: number;
}

/** Reads all section headers. Throws `BadInput` where the table or the range of a section is not in the file. */
export function readSectionTable(source: ByteSource, { at, count, names }: TableHeader): readonly SectionHeader[] {
  const file = source.name;
  if (at === 0) throw new BadInput(file, fileOffset(0x28), 'has no section header table, so it is no object to check');
  const first = rawHeader(source, at, source.read(at, SHDR_SIZE), 0);
  const real = count === 0 ? first.size : count;
  if (real < 1 || real * SHDR_SIZE > source.size - at) {
    const why = `the section header table has ${real} entries, more than the file holds`;
    throw new BadInput(file, fileOffset(count === 0 ? at : 0x3c), real < 1 ? 'the section header table is empty' : why);
  }
  const bytes = source.read(at, real * SHDR_SIZE);
  const raw: RawHeader[] = [];
  for (let i = 0; i < real; i += 1) {
    raw.push(rawHeader(source, at + i * SHDR_SIZE, bytes.subarray(i * SHDR_SIZE, (i + 1) * SHDR_SIZE), i));
  }
  const nameTable = nameTableOf(source, raw, names === SHN_XINDEX ? first.link : names);
  return raw.map(({ nameAt, ...rest }, i): SectionHeader => {
    const name = nameTable?.at(nameAt, `section ${i}`) ?? '';
    return { ...rest, name };
  });
}

type RawHeader = Omit<SectionHeader, 'name'> & { readonly nameAt: number };

function rawHeader(source: ByteSource, at: number, bytes: Uint8Array, index: number): RawHeader {
  const view = viewOf(bytes);
  const number = (offset: number, what: string): number => unsigned64(view, offset, source.name, at, what);
  const type = view.getUint32(4, true);
  // The upper half has flags of the operating system and the processor only.
  const flags = view.getUint32(8, true);
  // The first header has the table's own numbers, and no bytes.
  const inFile = type !== SHT_NOBITS && index !== 0;
  const size = number(0x20, `the size of section ${index}`);
  const offset = number(0x18, `the offset of section ${index}`);
  if (inFile && offset + size > source.size) {
    const why = `section ${index} is to have 0x${size.toString(16)} bytes at 0x${offset.toString(16)}, beyond the end of the file`;
    throw new BadInput(source.name, fileOffset(at + 0x18), why);
  }
  // So that an offset in a section is 32 bits wide everywhere.
  if (size > LARGEST && index !== 0) {
    const why = `section ${index} is to have 0x${size.toString(16)} bytes, more than any object has`;
    throw new BadInput(source.name, fileOffset(at + 0x20), why);
  }
  return {
    index: sectionIndex(index),
    nameAt: view.getUint32(0, true),
    type,
    executable: (flags & SHF_EXECINSTR) !== 0,
    writable: (flags & SHF_WRITE) !== 0,
    allocated: (flags & SHF_ALLOC) !== 0,
    compressed: (flags & SHF_COMPRESSED) !== 0,
    size,
    entrySize: number(0x38, `the entry size of section ${index}`),
    at: offset,
    inFile,
    link: view.getUint32(0x28, true),
    info: view.getUint32(0x2c, true),
    headerAt: at,
  };
}

/** The table that section names are in; `undefined` where the file has none. */
function nameTableOf(source: ByteSource, raw: readonly RawHeader[], index: number): StringTable | undefined {
  if (index === SHN_UNDEF) return undefined;
  const header = raw[index];
  if (header === undefined || header.type !== SHT_STRTAB) {
    const real = index >= SHN_LORESERVE ? `0x${index.toString(16)}` : index;
    throw new BadInput(
      source.name,
      fileOffset(0x3e),
      `section ${real} is to hold the section names, but is no string table`,
    );
  }
  return new StringTable(source, header.at, header.size);
}

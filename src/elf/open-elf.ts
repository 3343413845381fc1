/** Opens an ELF relocatable object: header and section headers now, everything else when it is asked for. */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset, type SectionIndex } from '../base/brand.ts';
import type { ByteSource } from '../base/byte-source.ts';
import type { Machine } from '../base/machine.ts';
import { pagedSource } from '../base/paged-source.ts';
import type { ElfObject, Relocations, Section } from './elf-object.ts';
import { unsigned64, viewOf } from './fields.ts';
import { EHDR_SIZE, ELFCLASS64, ELFDATA2LSB, ET_REL, MACHINES, SHDR_SIZE, SHT_REL, SHT_RELA } from './numbers.ts';
import { NO_RELOCATIONS, openRelocations } from './relocation-table.ts';
import { readSectionTable, type SectionHeader, type TableHeader } from './section-table.ts';
import { openSymbolTable } from './symbol-table.ts';

/** The most zeroes of an SHT_NOBITS section that are made at once, in bytes. */
const MOST_ZEROES = 1 << 20;

/** Opens an object. Throws `BadInput` for whatever is no ELF64 little-endian relocatable object of a known machine. */
export function openElf(file: ByteSource): ElfObject {
  const source = pagedSource(file);
  const { machine, table } = readHeader(source);
  const sections = readSectionTable(source, table);
  const symbols = openSymbolTable(source, sections);
  const byName = new Map<string, Section[]>();
  for (const section of sections) {
    const same = byName.get(section.name);
    if (same === undefined) byName.set(section.name, [section]);
    else same.push(section);
  }
  const relocations = relocationsOf(source, sections, symbols.count);
  return {
    file: file.name,
    machine,
    sections,
    sectionsNamed: (name) => byName.get(name) ?? [],
    contents: (section, offset, length) => contents(source, sections[section], section, offset, length),
    relocations,
    symbol: (index) => symbols.symbol(index),
    symbolCount: symbols.count,
    symbolsNamed: (name) => symbols.named(name),
    symbolsIn: (section) => symbols.in(section),
    symbolsAt: (section, offset) => symbols.at(section, offset),
    symbolColumns: (section) => symbols.columns(section),
  };
}

function readHeader(source: ByteSource): { readonly machine: Machine; readonly table: TableHeader } {
  const fail = (at: number, why: string): never => {
    throw new BadInput(source.name, fileOffset(at), why);
  };
  if (source.size === 0) fail(0, 'is empty');
  const magic = source.read(0, Math.min(4, source.size));
  if (magic.length < 4 || magic[0] !== 0x7f || magic[1] !== 0x45 || magic[2] !== 0x4c || magic[3] !== 0x46) {
    fail(0, notElf(magic));
  }
  if (source.size < EHDR_SIZE) fail(source.size, `ends within the ELF header, which has ${EHDR_SIZE} bytes`);
  const view = viewOf(source.read(0, EHDR_SIZE));
  const elfClass = view.getUint8(4);
  if (elfClass !== ELFCLASS64)
    fail(4, `is of ELF class ${elfClass === 1 ? 'ELFCLASS32' : elfClass}; 64-bit objects are checked`);
  const data = view.getUint8(5);
  if (data !== ELFDATA2LSB)
    fail(5, `is ${data === 2 ? 'big-endian' : `of byte order ${data}`}; little-endian objects are checked`);
  const number = view.getUint16(18, true);
  const machine = MACHINES.get(number) ?? fail(18, `is for machine ${number} (e_machine), which kentry does not know`);
  const type = view.getUint16(16, true);
  if (type !== ET_REL) fail(16, `${kindOf(type)}: give the relocatable one, such as vmlinux.o`);
  const entrySize = view.getUint16(0x3a, true);
  if (entrySize !== SHDR_SIZE) fail(0x3a, `a section header is to have ${entrySize} bytes, not ${SHDR_SIZE}`);
  return {
    machine,
    table: {
      at: unsigned64(view, 0x28, source.name, 0, 'the offset of the section header table'),
      count: view.getUint16(0x3c, true),
      names: view.getUint16(0x3e, true),
    },
  };
}

/** What a file that is not ELF is most likely to be. */
function notElf(magic: Uint8Array): string {
  const starts = (...bytes: readonly number[]): boolean => bytes.every((byte, i) => magic[i] === byte);
  if (starts(0x1f, 0x8b)) return 'is no ELF file but gzip-compressed: unpack it first';
  if (starts(0xfd, 0x37, 0x7a)) return 'is no ELF file but xz-compressed: unpack it first';
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return 'is no ELF file but zstd-compressed: unpack it first';
  if (starts(0x42, 0x43, 0xc0, 0xde)) return 'is no ELF file but LLVM bitcode: give the object that was linked from it';
  if (starts(0x21, 0x3c, 0x61, 0x72)) return 'is no ELF file but an archive: give the objects in it';
  return 'is no ELF file';
}

function kindOf(type: number): string {
  if (type === 2) return 'is a finished program (ET_EXEC), not a relocatable object';
  if (type === 3) return 'is a shared object (ET_DYN), not a relocatable object';
  return `is of ELF type ${type}, not a relocatable object`;
}

function contents(
  source: ByteSource,
  section: SectionHeader | undefined,
  index: SectionIndex,
  offset: number,
  length: number,
): Uint8Array {
  if (section === undefined) throw new BadInput(source.name, fileOffset(0), `there is no section ${index}`);
  if (!(offset >= 0 && length >= 0 && offset + length <= section.size)) {
    const why = `${length} bytes at 0x${offset.toString(16)} do not lie in section ${index} of 0x${section.size.toString(16)} bytes`;
    throw new BadInput(source.name, fileOffset(section.headerAt + 0x20), why);
  }
  if (section.inFile) return source.read(section.at + offset, length);
  if (length > MOST_ZEROES) {
    throw new BadInput(
      source.name,
      fileOffset(section.headerAt),
      `${length} bytes are asked of a section that has none in the file`,
    );
  }
  return new Uint8Array(length);
}

/** Opens tables of relocations when they are asked for, each once. */
function relocationsOf(
  source: ByteSource,
  sections: readonly SectionHeader[],
  symbols: number,
): (section: SectionIndex) => Relocations {
  const tables = new Map<number, SectionHeader>();
  for (const section of sections) {
    if (section.type !== SHT_RELA && section.type !== SHT_REL) continue;
    const other = tables.get(section.info);
    if (other !== undefined) {
      const why = `sections ${other.index} and ${section.index} both have the relocations of section ${section.info}`;
      throw new BadInput(source.name, fileOffset(section.headerAt + 0x2c), why);
    }
    tables.set(section.info, section);
  }
  const opened = new Map<number, Relocations>();
  return (index) => {
    const known = opened.get(index);
    if (known !== undefined) return known;
    const table = tables.get(index);
    const relocated = sections[index];
    let relocations = NO_RELOCATIONS;
    if (table !== undefined && relocated !== undefined) {
      if (table.type === SHT_REL) {
        throw new BadInput(
          source.name,
          fileOffset(table.headerAt + 4),
          `section ${table.index} has relocations without addends (SHT_REL)`,
        );
      }
      relocations = openRelocations(source, table, relocated, symbols);
    }
    opened.set(index, relocations);
    return relocations;
  };
}

/** Numbers of the ELF specification (gABI, chapter 4) and of the processor supplements; kentry names those that it uses. */
import type { Machine } from '../base/machine.ts';

/** Bytes of Elf64_Ehdr, Elf64_Shdr, Elf64_Sym, Elf64_Rela. */
export const EHDR_SIZE = 64;
export const SHDR_SIZE = 64;
export const SYM_SIZE = 24;
export const RELA_SIZE = 24;

export const ELFCLASS64 = 2;
export const ELFDATA2LSB = 1;

/** e_type. */
export const ET_REL = 1;

/** e_machine, for what kentry can name. */
export const MACHINES: ReadonlyMap<number, Machine> = new Map([
  [62, 'x86-64'],
  [183, 'aarch64'],
  [243, 'riscv64'],
]);

/** sh_type. */
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_RELA = 4;
export const SHT_NOBITS = 8;
export const SHT_REL = 9;
export const SHT_SYMTAB_SHNDX = 18;

/** st_info's type: the symbol is a section. */
export const STT_SECTION = 3;

/** sh_flags. */
export const SHF_WRITE = 0x1;
export const SHF_ALLOC = 0x2;
export const SHF_EXECINSTR = 0x4;
export const SHF_COMPRESSED = 0x800;

/** Section indices with a meaning of their own. */
export const SHN_UNDEF = 0;
export const SHN_LORESERVE = 0xff00;
export const SHN_ABS = 0xfff1;
export const SHN_COMMON = 0xfff2;
export const SHN_XINDEX = 0xffff;

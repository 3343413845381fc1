/** The architectures that kentry can name; for which it has more than a name, `isa/` knows. */

/** ELF's e_machine, 64 bits, little endian. */
export type Machine = 'x86-64' | 'aarch64' | 'riscv64';

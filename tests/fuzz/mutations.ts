/** What is done to objects: each mutation aims at one kind of structure, and leaves the rest of it sound. */
import type { Field, LaidSection, Layout } from './elf-layout.ts';
import type { Random } from './random.ts';

/** Changes `bytes`, which it may, or returns others. Where the object has nothing of its kind, it changes nothing. */
type Mutation = (bytes: Uint8Array<ArrayBuffer>, layout: Layout, random: Random) => Uint8Array<ArrayBuffer>;

/** The largest object that growing makes. */
const LARGEST = 1 << 18;

/** Names of sections whose contents kentry interprets. */
const TABLE =
  /^(\.altinstructions|__jump_table|__ex_table|__bug_table|__mcount_loc|\.static_call|\.discard\.|\.debug_|\.rodata|\.retpoline|\.return|\.call_sites|__.*|\.data|\.note|\.comment)/;

const SHT_SYMTAB = 2;
const SHT_RELA = 4;

/** By name: a defect's report says which were applied. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  bytes: (bytes, _, random) => {
    for (let left = 1 + random.below(8); left > 0; left -= 1) bytes[random.below(bytes.length)] = random.word() & 0xff;
    return bytes;
  },

  bits: (bytes, _, random) => {
    for (let left = 1 + random.below(4); left > 0; left -= 1) {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    }
    return bytes;
  },

  'file header': (bytes, layout, random) => setField(bytes, layout.fields.file, random),
  'section header': (bytes, layout, random) => setField(bytes, layout.fields.section, random),
  symbol: (bytes, layout, random) => setField(bytes, layout.fields.symbol, random),
  relocation: (bytes, layout, random) => setField(bytes, layout.fields.relocation, random),

  /** Ends the file at, or just beside, the edge of a structure. */
  truncation: (bytes, layout, random) => {
    const edge = random.pick(layout.edges) + random.pick([-9, -1, 0, 0, 0, 1, 7]);
    return bytes.slice(0, Math.min(Math.max(edge, 0), bytes.length));
  },

  /** A number in one of the tables that kernels have. */
  table: (bytes, layout, random) => {
    const section = pickSection(layout, random, ({ name, size }) => size > 0 && TABLE.test(name));
    if (section === undefined) return bytes;
    const size = random.pick([1, 2, 4, 8] as const);
    const at = section.at + size * random.below(Math.ceil(section.size / size));
    write(bytes, { at, size }, interesting(bytes, layout, random));
    return bytes;
  },

  /** Several bytes of debugging information. */
  dwarf: (bytes, layout, random) => {
    const section = pickSection(layout, random, ({ name, size }) => size > 0 && name.startsWith('.debug_'));
    if (section === undefined) return bytes;
    for (let left = 1 + random.below(6); left > 0; left -= 1) {
      const byte = random.pick([0, 1, 0x7f, 0x80, 0xff, random.word() & 0xff]);
      bytes[section.at + random.below(section.size)] = byte;
    }
    return bytes;
  },

  /** Other instructions: branches above all. */
  code: (bytes, layout, random) => {
    const section = pickSection(layout, random, ({ executable, size }) => executable && size > 0);
    if (section === undefined) return bytes;
    for (let left = 1 + random.below(4); left > 0; left -= 1) {
      const opcode = random.pick([0xe8, 0xe9, 0xeb, 0x74, 0x75, 0x0f, 0xff, 0xc3, 0xcc, 0xf4, 0xfa, 0xfb, 0x41, 0x66]);
      const at = section.at + random.below(section.size);
      bytes[at] = opcode;
      if (random.once(2) && at + 1 < section.at + section.size)
        bytes[at + 1] = random.pick([0xfe, 0, 0x80, 0x0b, 0x85]);
    }
    return bytes;
  },

  /** The relocations of one section all name one symbol, or stand at one place. */
  'relocations alike': (bytes, layout, random) => {
    const section = pickSection(layout, random, ({ type, size }) => type === SHT_RELA && size > 0);
    if (section === undefined) return bytes;
    const [offset, size] = random.pick([
      [0, 8],
      [8, 4],
      [12, 4],
      [16, 8],
    ] as const);
    const value = interesting(bytes, layout, random);
    for (let at = section.at; at + 24 <= section.at + section.size; at += 24)
      write(bytes, { at: at + offset, size }, value);
    return bytes;
  },

  /** Two structures lie over each other, or a section stands for another one. */
  overlap: (bytes, layout, random) => {
    const from = random.pick(layout.sections);
    const to = random.pick(layout.sections);
    const [start, end] = random.pick([
      [0, 64],
      [0, 4],
      [0x18, 0x28],
      [0x28, 0x30],
    ] as const);
    bytes.copyWithin(to.header + start, from.header + start, from.header + end);
    return bytes;
  },

  /** Links between sections that lead to themselves, in circles, or to a section of another kind. */
  cycle: (bytes, layout, random) => {
    const index = random.below(layout.sections.length);
    const header = layout.sections[index]?.header ?? 0;
    const other = random.once(2) ? index : random.below(layout.sections.length);
    write(bytes, { at: header + random.pick([0x28, 0x2c]), size: 4 }, BigInt(other));
    return bytes;
  },

  /** Numbers of sections as in objects that have too many for the file header (SHN_XINDEX): right, or nearly. */
  'extended numbering': (bytes, layout, random) => {
    const [none] = layout.sections;
    if (none === undefined || bytes.length < 64) return bytes;
    const count = BigInt(layout.sections.length + random.pick([0, 0, 0, 1, -1, 1 << 16, 1 << 30]));
    const names = BigInt((bytes[0x3e] ?? 0) + 256 * (bytes[0x3f] ?? 0) + random.pick([0, 0, 0, 1, 1 << 20]));
    write(bytes, { at: 0x3c, size: 2 }, 0n);
    write(bytes, { at: none.header + 0x20, size: 8 }, count);
    write(bytes, { at: 0x3e, size: 2 }, 0xffffn);
    write(bytes, { at: none.header + 0x28, size: 4 }, names);
    for (const { at, size } of layout.fields.symbol) {
      // st_shndx is the only field of two bytes.
      if (size === 2 && random.once(8)) write(bytes, { at, size }, 0xffffn);
    }
    return bytes;
  },

  /** Symbols that stand alike: all in one section, at one place, or of one size. */
  'symbols alike': (bytes, layout, random) => {
    const section = pickSection(layout, random, ({ type, size }) => type === SHT_SYMTAB && size > 0);
    if (section === undefined) return bytes;
    const [offset, size] = random.pick([
      [0, 4],
      [4, 1],
      [6, 2],
      [8, 8],
      [16, 8],
    ] as const);
    const value = interesting(bytes, layout, random);
    for (let at = section.at + 24; at + 24 <= section.at + section.size; at += 24) {
      if (!random.once(4)) write(bytes, { at: at + offset, size }, value);
    }
    return bytes;
  },

  /** A section many times as long, with its relocations and symbols for each copy. */
  growth: (bytes, layout, random) => {
    const index = random.below(layout.sections.length);
    const section = layout.sections[index];
    if (section === undefined || section.size === 0) return bytes;
    const times = Math.min(1 << random.below(11), Math.floor(LARGEST / section.size));
    if (times < 2 || bytes.length > LARGEST) return bytes;
    const copies = repeat(bytes.subarray(section.at, section.at + section.size), times, () => {});
    let grown = move(bytes, section, copies);
    const shift = (copy: Uint8Array, at: number, number: number): void => {
      const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
      view.setBigUint64(at, view.getBigUint64(at, true) + BigInt(number * section.size), true);
    };
    const table = layout.sections.find(({ type, info, size }) => type === SHT_RELA && info === index && size > 0);
    if (table !== undefined && table.size * times <= LARGEST) {
      const relocations = repeat(bytes.subarray(table.at, table.at + table.size), times, (copy, number) => {
        for (let at = 0; at + 24 <= copy.length; at += 24) shift(copy, at, number);
      });
      grown = move(grown, table, relocations);
    }
    const symbols = layout.sections.find(({ type }) => type === SHT_SYMTAB);
    if (symbols === undefined || symbols.size * times > 4 * LARGEST) return grown;
    // The copies of a function are functions too: all symbols again, of which those of the section are further on.
    const copied = repeat(bytes.subarray(symbols.at, symbols.at + symbols.size), times, (copy, number) => {
      for (let at = 0; at + 24 <= copy.length; at += 24) {
        const here = (copy[at + 6] ?? 0) + (copy[at + 7] ?? 0) * 256 === index;
        if (here) shift(copy, at + 8, number);
      }
    });
    return move(grown, symbols, copied);
  },
};

/** Makes `copies` the contents of a section: they stand at the end of the file. */
function move(bytes: Uint8Array, section: LaidSection, copies: Uint8Array): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(bytes.length + copies.length);
  grown.set(bytes);
  grown.set(copies, bytes.length);
  write(grown, { at: section.header + 0x18, size: 8 }, BigInt(bytes.length));
  write(grown, { at: section.header + 0x20, size: 8 }, BigInt(copies.length));
  return grown;
}

function repeat(bytes: Uint8Array, times: number, adapt: (copy: Uint8Array, number: number) => void): Uint8Array {
  const copies = new Uint8Array(bytes.length * times);
  for (let number = 0; number < times; number += 1) {
    const copy = copies.subarray(number * bytes.length, (number + 1) * bytes.length);
    copy.set(bytes);
    adapt(copy, number);
  }
  return copies;
}

function pickSection(
  layout: Layout,
  random: Random,
  wanted: (section: LaidSection) => boolean,
): LaidSection | undefined {
  const sections = layout.sections.filter(wanted);
  return sections.length === 0 ? undefined : random.pick(sections);
}

function setField(bytes: Uint8Array<ArrayBuffer>, fields: readonly Field[], random: Random): Uint8Array<ArrayBuffer> {
  if (fields.length === 0) return bytes;
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    write(bytes, random.pick(fields), interesting(bytes, undefined, random));
  }
  return bytes;
}

/** Numbers at which programs break: edges of their kinds, and what nearly fits the file. */
function interesting(bytes: Uint8Array, layout: Layout | undefined, random: Random): bigint {
  const near = BigInt(random.pick([-8, -1, 0, 1, 8]));
  switch (random.below(8)) {
    case 0:
      return BigInt(random.below(16));
    case 1:
      return near;
    case 2:
      return (1n << BigInt(random.pick([7, 8, 15, 16, 31, 32, 52, 53, 63, 64]))) + near;
    case 3:
      return BigInt(bytes.length) + near;
    case 4:
      return BigInt(layout === undefined ? random.below(bytes.length) : random.pick(layout.edges)) + near;
    case 5:
      return BigInt(layout === undefined ? 0xff00 + random.below(256) : random.pick(layout.sections).size) + near;
    case 6:
      return BigInt(random.below(256) * 8);
    default:
      return BigInt(random.word());
  }
}

function write(bytes: Uint8Array, { at, size }: Field, value: bigint): void {
  if (at < 0 || at + size > bytes.length) return;
  let left = BigInt.asUintN(64, value);
  for (let i = 0; i < size; i += 1) {
    bytes[at + i] = Number(left & 0xffn);
    left >>= 8n;
  }
}

/** Applies one to five mutations; `applied` has their names. */
export function mutated(
  original: Uint8Array,
  layout: Layout,
  random: Random,
): { readonly bytes: Uint8Array; readonly applied: readonly string[] } {
  let bytes = Uint8Array.from(original);
  const applied: string[] = [];
  const names = Object.keys(MUTATIONS);
  do {
    const name = random.pick(names);
    bytes = MUTATIONS[name]?.(bytes, layout, random) ?? bytes;
    applied.push(name);
  } while (bytes.length > 0 && applied.length < 5 && !random.once(2));
  return { bytes, applied };
}

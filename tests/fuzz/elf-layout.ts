/** Where the structures of a sound object are: read here anew, since src/elf is what is put to the test. */

/** A section header and what it says. */
export interface LaidSection {
  readonly name: string;
  /** Of the header, in the file. */
  readonly header: number;
  readonly type: number;
  readonly executable: boolean;
  /** Of the contents, in the file. */
  readonly at: number;
  /** Bytes in the file: none of SHT_NOBITS. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
}

/** One number of a structure. */
export interface Field {
  readonly at: number;
  readonly size: 1 | 2 | 4 | 8;
}

export interface Layout {
  readonly sections: readonly LaidSection[];
  /** Numbers of the file header, of section headers, of symbols and of relocations. */
  readonly fields: Readonly<Record<'file' | 'section' | 'symbol' | 'relocation', readonly Field[]>>;
  /** Where structures begin and end. */
  readonly edges: readonly number[];
}

const SHT_NOBITS = 8;
const FILE_FIELDS = [4, 5, 6, 7].map((at) => [at, 1] as const);
const HEADER: readonly (readonly [number, Field['size']])[] = [
  ...FILE_FIELDS,
  ...([16, 18, 0x34, 0x36, 0x38, 0x3a, 0x3c, 0x3e] as const).map((at) => [at, 2] as const),
  ...([20, 0x30] as const).map((at) => [at, 4] as const),
  ...([0x18, 0x20, 0x28] as const).map((at) => [at, 8] as const),
];
const SECTION: readonly (readonly [number, Field['size']])[] = [
  ...([0, 4, 0x28, 0x2c] as const).map((at) => [at, 4] as const),
  ...([8, 0x10, 0x18, 0x20, 0x30, 0x38] as const).map((at) => [at, 8] as const),
];
const SYMBOL: readonly (readonly [number, Field['size']])[] = [
  [0, 4],
  [4, 1],
  [5, 1],
  [6, 2],
  [8, 8],
  [16, 8],
];
const RELOCATION: readonly (readonly [number, Field['size']])[] = [
  [0, 8],
  [8, 4],
  [12, 4],
  [16, 8],
];

/** Reads a sound object. */
export function layoutOf(bytes: Uint8Array): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = Number(view.getBigUint64(0x28, true));
  const count = view.getUint16(0x3c, true);
  const names = Number(view.getBigUint64(table + 64 * view.getUint16(0x3e, true) + 0x18, true));
  const sections = Array.from({ length: count }, (_, i): LaidSection => {
    const header = table + 64 * i;
    const type = view.getUint32(header + 4, true);
    return {
      name: textAt(bytes, names + view.getUint32(header, true)),
      header,
      type,
      executable: (view.getUint32(header + 8, true) & 4) !== 0,
      at: Number(view.getBigUint64(header + 0x18, true)),
      size: type === SHT_NOBITS ? 0 : Number(view.getBigUint64(header + 0x20, true)),
      link: view.getUint32(header + 0x28, true),
      info: view.getUint32(header + 0x2c, true),
      entrySize: Number(view.getBigUint64(header + 0x38, true)),
    };
  });
  const inTable = (type: number, shape: typeof SYMBOL): readonly Field[] =>
    sections
      .filter((section) => section.type === type && section.entrySize > 0)
      .flatMap(({ at, size, entrySize }) =>
        Array.from({ length: size / entrySize }, (_, i) => fieldsOf(at + i * entrySize, shape)).flat(),
      );
  return {
    sections,
    fields: {
      file: fieldsOf(0, HEADER),
      section: sections.flatMap(({ header }) => fieldsOf(header, SECTION)),
      symbol: inTable(2, SYMBOL),
      relocation: inTable(4, RELOCATION),
    },
    edges: [...new Set([0, 64, table, ...sections.flatMap(({ header, at, size }) => [header, at, at + size])])],
  };
}

const fieldsOf = (start: number, shape: typeof SYMBOL): readonly Field[] =>
  shape.map(([at, size]) => ({ at: start + at, size }));

function textAt(bytes: Uint8Array, at: number): string {
  return new TextDecoder().decode(bytes.subarray(at, bytes.indexOf(0, at)));
}

/**
 * Mechanical mistakes in a relocatable object of x86-64: an instruction left out, two calls of a function exchanged, a call
 * made instead of another one. Each has a name that finds it again in the same object.
 */

import { sectionOffset } from '../src/base/brand.ts';
import type { Code, Exit } from '../src/code/code.ts';
import type { ElfObject } from '../src/elf/elf-object.ts';

/** One mistake. */
export interface ObjectMutant {
  readonly name: string;
  /** The changed file. */
  readonly bytes: () => Uint8Array;
}

/** An instruction with its place in the file. */
interface Site {
  readonly function: string;
  /** From the function's start. */
  readonly offset: number;
  readonly at: number;
  readonly length: number;
  /** Whom it calls; absent where it calls nobody by name. */
  readonly callee?: string;
  /** Where its relocation lies in the file. */
  readonly relocation?: number;
  readonly exits: readonly Exit[];
}

const NOP = 0x90;
/** push and pop of a register, ret: without them the stack is lost, which is no mistake of the contract. */
const isStack = (opcode: number): boolean => (opcode >= 0x50 && opcode <= 0x5f) || opcode === 0xc3;

/** How far the second call of an exchange may lie behind the first, in calls. */
const NEAR = 3;

/** Every mistake in the functions that `wanted` chooses, in the order of the code. */
export function mutantsOf(
  file: Uint8Array,
  object: ElfObject,
  code: Code,
  wanted: (name: string) => boolean,
): readonly ObjectMutant[] {
  const sites = sitesOf(file, object, code).filter((site) => wanted(site.function));
  const changed = (name: string, change: (bytes: Uint8Array, view: DataView) => void): ObjectMutant => ({
    name,
    bytes: () => {
      const bytes = file.slice();
      change(bytes, new DataView(bytes.buffer));
      return bytes;
    },
  });
  const where = (site: Site): string => `${site.function}+0x${site.offset.toString(16)}`;
  const drops = sites
    .filter(
      ({ exits, at, length }) => !isStack(file[at] ?? 0) && !(length === 1 && file[at] === NOP) && exits.length === 1,
    )
    .map((site) =>
      changed(`without ${where(site)}`, (bytes, view) => {
        bytes.fill(NOP, site.at, site.at + site.length);
        // R_X86_64_NONE.
        if (site.relocation !== undefined) view.setBigUint64(site.relocation + 8, 0n, true);
      }),
    );
  const calls = sites.filter(({ callee, relocation }) => callee !== undefined && relocation !== undefined);
  const pairs = calls.flatMap((first, i) =>
    calls
      .slice(i + 1, i + 1 + NEAR)
      .filter((second) => second.function === first.function && second.callee !== first.callee)
      .flatMap((second) => {
        const [a, b] = [(first.relocation ?? 0) + 8, (second.relocation ?? 0) + 8];
        return [
          changed(`${where(first)} exchanged with ${where(second)}`, (_, view) => {
            const [x, y] = [view.getBigUint64(a, true), view.getBigUint64(b, true)];
            view.setBigUint64(a, y, true);
            view.setBigUint64(b, x, true);
          }),
          changed(`${where(first)} again at ${where(second)}`, (_, view) =>
            view.setBigUint64(b, view.getBigUint64(a, true), true),
          ),
        ];
      }),
  );
  return [...drops, ...pairs];
}

/** Elf64_Shdr: sh_type at 4, sh_offset at 0x18, sh_size at 0x20, sh_info at 0x2c; SHT_RELA is 4; Elf64_Rela has 24 bytes. */
function sitesOf(file: Uint8Array, object: ElfObject, code: Code): readonly Site[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headers = Number(view.getBigUint64(0x28, true));
  const word = (section: number, field: number): number =>
    Number(view.getBigUint64(headers + 64 * section + field, true));
  const half = (section: number, field: number): number => view.getUint32(headers + 64 * section + field, true);
  return object.sections
    .filter(({ executable }) => executable)
    .flatMap((section) => {
      const table = object.sections.find(({ index }) => half(index, 4) === 4 && half(index, 0x2c) === section.index);
      const relocations = new Map<number, number>();
      if (table !== undefined) {
        for (let at = word(table.index, 0x18); at < word(table.index, 0x18) + table.size; at += 24)
          relocations.set(Number(view.getBigUint64(at, true)), at);
      }
      return code.functionsIn(section.index).flatMap((func) => {
        const sites: Site[] = [];
        for (let offset: number = func.start.offset; offset < func.start.offset + func.size; ) {
          const step = code.step({ section: section.index, offset: sectionOffset(offset) });
          if (step === undefined) break;
          const { length } = step.instruction;
          const [exit] = step.exits;
          const callee =
            exit !== undefined && 'callee' in exit && exit.callee.kind === 'function' ? exit.callee : undefined;
          const field = [...Array(length).keys()]
            .map((i) => relocations.get(offset + i))
            .find((at) => at !== undefined);
          sites.push({
            ...{ function: func.name, offset: offset - func.start.offset, at: word(section.index, 0x18) + offset },
            ...{ length, exits: step.exits },
            ...(callee !== undefined && { callee: callee.symbol.name }),
            ...(field !== undefined && { relocation: field }),
          });
          offset += length;
        }
        return sites;
      });
    });
}

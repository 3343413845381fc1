/**
 * How far from its structure's start a member lies: what debugging information says of it, what the kernel's own code
 * says, and what is so in the versions that are known. Two that disagree are a gap.
 */
import { sectionIndex } from '../base/brand.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import { type MemberOffsets, structMembers } from '../elf/struct-members.ts';

/** A member by all who speak of it. */
export interface Member {
  /** As debugging information names it: `structure.member`. */
  readonly name: string;
  /** By debugging information. */
  readonly told: number | undefined;
  /** By instructions that can mean nothing else. */
  readonly read: number | undefined;
  /** In the versions that are known. */
  readonly usual: number | undefined;
}

/** What to go by, and what is wrong with it, as a sentence. */
export interface Settled {
  readonly offset: number | undefined;
  readonly gap?: string;
}

/** The code is believed first, since it is what runs; debugging information knows what the code does not show. */
export function settle({ name, told, read, usual }: Member): Settled {
  const offset = read ?? told ?? usual;
  if (told !== undefined && read !== undefined && told !== read)
    return { offset, gap: disagree(name, told, 'by the debugging information', read) };
  if (told === undefined && read !== undefined && usual !== undefined && read !== usual)
    return { offset, gap: disagree(name, usual, 'in the versions that are known', read) };
  return { offset };
}

const hex = (n: number): string => `0x${n.toString(16)}`;

const disagree = (name: string, one: number, by: string, read: number): string =>
  `${name} lies at ${hex(one)} ${by}, and the code reads it at ${hex(read)}: what rules say of it may be wrong`;

/** Structures whose members are asked for. */
const STRUCTURES: ReadonlySet<string> = new Set([
  'task_struct',
  'thread_info',
  'pcpu_hot',
  'context_tracking',
  'pt_regs',
]);

/** What debugging information says, by the unit of the entry code (kernel/entry/common.c), which knows them all. */
export function toldOffsets(object: ElfObject): MemberOffsets {
  const [symbol] = object.symbolsNamed('irqentry_enter');
  if (symbol?.place.kind !== 'defined' || object.sectionsNamed('.debug_info').length === 0) return new Map();
  const { section, offset } = symbol.place;
  return structMembers(object, { section: sectionIndex(section), offset }, STRUCTURES);
}

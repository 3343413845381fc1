/** Which sections hold noinstr code: data, each with its source and the kernel version that began to check it. */
import { kernel, type Source } from '../contract/source.ts';
import type { ElfObject, Section } from '../elf/elf-object.ts';
import type { KernelVersion } from './kernel-version.ts';

/** What a section is to the noinstr rules. */
export type Role =
  /** Its code is noinstr, and every function of it is walked. */
  | 'walked'
  /** Its code may be called from noinstr code, and is not walked on its own: the thunks that replace indirect branches. */
  | 'callee'
  /** Its code is part of whatever function jumps there. */
  | 'borrowed';

/** Sections of one name that have a role. */
export interface NoinstrSection {
  readonly name: string;
  /** Whether `name` is only how the section's name begins. */
  readonly prefix: boolean;
  readonly role: Role;
  /** The first version whose checker treats it so; absent: every version that has noinstr. */
  readonly since?: KernelVersion;
  readonly source: Source;
}

const DECODE = kernel('tools/objtool/check.c', 'decode_instructions');

/** In the order in which they are walked. */
export const NOINSTR_SECTIONS: readonly NoinstrSection[] = [
  { name: '.entry.text', prefix: false, role: 'walked', source: DECODE },
  { name: '.noinstr.text', prefix: false, role: 'walked', source: DECODE },
  {
    name: '.cpuidle.text',
    prefix: false,
    role: 'walked',
    since: { major: 6, minor: 3 },
    source: kernel('include/linux/compiler_types.h', '__cpuidle', '6.12'),
  },
  { name: '.text..__x86.', prefix: true, role: 'callee', source: DECODE },
  // static_cpu_has() goes here and back until alternatives are patched: no function of its own, and no call.
  {
    name: '.altinstr_aux',
    prefix: false,
    role: 'borrowed',
    source: kernel('arch/x86/include/asm/cpufeature.h', '_static_cpu_has'),
  },
];

/** The roles of one object's sections. */
export interface SectionRoles {
  readonly roleOf: (section: number) => Role | undefined;
  /** The same for a section that is known by its name only, because another object has it. */
  readonly roleOfName: (name: string) => Role | undefined;
  /** The sections whose functions are walked. */
  readonly walked: readonly Section[];
}

/** Whether `version` has what `since` brought; an unknown version counts as the newest. */
function reached(version: KernelVersion | undefined, since: KernelVersion | undefined): boolean {
  if (version === undefined || since === undefined) return true;
  return version.major !== since.major ? version.major > since.major : version.minor >= since.minor;
}

/** The roles of `object`'s sections in a kernel of that version; of the newest where it is unknown. */
export function sectionRoles(object: ElfObject, version: KernelVersion | undefined): SectionRoles {
  const valid = NOINSTR_SECTIONS.filter(({ since }) => reached(version, since));
  const roleOfName = (name: string): Role | undefined =>
    valid.find((known) => (known.prefix ? name.startsWith(known.name) : name === known.name))?.role;
  const roles = object.sections.map((section) => (section.executable ? roleOfName(section.name) : undefined));
  return {
    roleOf: (section) => roles[section],
    roleOfName,
    walked: valid
      .filter(({ role }) => role === 'walked')
      .flatMap(({ name }) => object.sectionsNamed(name))
      .filter((section) => section.executable && section.size > 0),
  };
}

/** Which kernel an object was built from, as far as the object tells. */
import type { ElfObject } from '../elf/elf-object.ts';

/** The first two numbers of a kernel's version: what changes between stable releases does not matter here. */
export interface KernelVersion {
  readonly major: number;
  readonly minor: number;
}

/** More of a banner than this is not looked at; the version stands at its start. */
const BANNER_BYTES = 128;
/** A module's .modinfo is a few kilobytes. */
const MODINFO_BYTES = 1 << 16;

/**
 * The version in `linux_banner` (init/version.c, in vmlinux.o), else in a module's `vermagic=` (.modinfo);
 * `undefined` where the object has neither, as a single .o has.
 */
export function kernelVersion(object: ElfObject): KernelVersion | undefined {
  for (const symbol of object.symbolsNamed('linux_banner')) {
    if (symbol.place.kind !== 'defined') continue;
    const { section, offset } = symbol.place;
    const version = parse(/Linux version (\d+)\.(\d+)/, text(object, section, offset, BANNER_BYTES));
    if (version !== undefined) return version;
  }
  for (const { index } of object.sectionsNamed('.modinfo')) {
    const version = parse(/vermagic=(\d+)\.(\d+)/, text(object, index, 0, MODINFO_BYTES));
    if (version !== undefined) return version;
  }
  return undefined;
}

/** Up to `most` bytes of a section as text, a byte a character. */
function text(object: ElfObject, section: number, offset: number, most: number): string {
  const found = object.sections[section];
  if (found === undefined || offset >= found.size) return '';
  const bytes = object.contents(found.index, offset, Math.min(most, found.size - offset));
  return new TextDecoder('latin1').decode(bytes);
}

function parse(pattern: RegExp, banner: string): KernelVersion | undefined {
  const [, major, minor] = pattern.exec(banner) ?? [];
  return major === undefined || minor === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

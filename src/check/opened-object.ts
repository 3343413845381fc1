/** An object made ready for whoever looks at single entries of it. */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset } from '../base/brand.ts';
import type { ByteSource } from '../base/byte-source.ts';
import { loadCode } from '../code/load-code.ts';
import { openElf } from '../elf/open-elf.ts';
import { sourceLines } from '../elf/source-lines.ts';
import type { Lifter } from '../isa/effect.ts';
import { loadIsa, loadLifter } from '../isa/load-isa.ts';
import { Fingerprints } from './fingerprint.ts';
import type { Sources } from './noinstr-findings.ts';
import { lineIn } from './place-names.ts';

/** Its code, and what names places in it. */
export interface OpenedObject extends Sources {
  readonly lifter: Lifter;
}

/** Opens it. Throws `BadInput`. */
export async function openObject(source: ByteSource): Promise<OpenedObject> {
  const object = openElf(source);
  const isa = await loadIsa(object.machine);
  const lifter = await loadLifter(object.machine);
  if (isa === undefined || lifter === undefined) {
    const why = `is for ${object.machine}, whose instructions kentry cannot decode yet`;
    throw new BadInput(source.name, fileOffset(18), why);
  }
  const code = loadCode(object, isa, {});
  return { code, object, lifter, fingerprints: new Fingerprints(), lineOf: lineIn(code, sourceLines(object)) };
}

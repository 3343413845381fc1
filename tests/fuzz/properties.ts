/** What must hold for every input: a report or `BadInput`, in bounded work, and nothing in it that acts on a reader. */
import { BadInput } from '../../src/base/bad-input.ts';
import { sectionOffset } from '../../src/base/brand.ts';
import { type ByteSource, memorySource } from '../../src/base/byte-source.ts';
import { checkObject } from '../../src/check/check-object.ts';
import { FORMATS } from '../../src/cli/formats.ts';
import { RULES } from '../../src/contract/rules.ts';
import type { ElfObject } from '../../src/elf/elf-object.ts';
import { openElf } from '../../src/elf/open-elf.ts';
import { sourceLines } from '../../src/elf/source-lines.ts';
import type { Report } from '../../src/report/report.ts';

/** What came of one input. `defect` is what should not have been. */
export interface Verdict {
  readonly outcome: 'report' | 'bad-input';
  /** Bytes and entries that were asked of the object for source lines, and states of the search: what was counted. */
  readonly work: number;
  readonly milliseconds: number;
  readonly findings: number;
  readonly defect?: string;
}

/** No input may take longer, in milliseconds, whatever else the machine does. Usual ones take some 10. */
const LONGEST = 50_000;

/**
 * States of the searches, at most: for a byte of the file, and for any file. The walks of paths/ take up to 20,000 for
 * each start and origin (walk-types.ts), however small the file is; none is known that takes half of what is allowed.
 */
const STATES_PER_BYTE = 64;
const STATES = 3_000_000;

/** Source lines: what may be read for a byte of the file, and for any file; see dwarf/debug-section.ts. */
const READS_PER_BYTE = 64;
const READS = 64 << 20;

/** Every control but the line end, halves of characters, and what turns the direction of writing or cannot be seen. */
const ACTIVE = /(?!\n)\p{Cc}|\p{Cs}|[\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u;

/** Puts one input through everything, also as what lends symbols to the sound object `borrower`. Throws nothing. */
export async function judge(file: string, bytes: Uint8Array, borrower?: Uint8Array): Promise<Verdict> {
  const before = performance.now();
  let states = 0;
  let reads = 0;
  let findings = 0;
  let outcome: Verdict['outcome'] = 'report';
  let defect: string | undefined;
  try {
    const source = memorySource(file, bytes);
    const result = await checkObject(source, {
      version: '0',
      tick: (count) => {
        states = Math.max(states, count);
      },
    });
    if (result.kind === 'bad-input') {
      outcome = 'bad-input';
      defect = aboutBadInput(result.problem, file, bytes.length);
    } else {
      findings = result.report.findings.length;
      defect = await aboutFormats(result.report);
    }
    reads = readLines(bytes, file);
    if (borrower !== undefined) defect ??= await aboutLender(source, borrower);
  } catch (error) {
    defect = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error);
  }
  const milliseconds = performance.now() - before;
  if (states > STATES_PER_BYTE * bytes.length + STATES) defect ??= `${states} states of ${bytes.length} bytes`;
  if (reads > READS_PER_BYTE * bytes.length + READS) defect ??= `source lines read ${reads} of ${bytes.length} bytes`;
  if (milliseconds > LONGEST) defect ??= `took ${milliseconds.toFixed(0)} ms`;
  return { outcome, work: states + reads, milliseconds, findings, ...(defect !== undefined && { defect }) };
}

/** What is wrong where the input lends its symbols. */
async function aboutLender(lender: ByteSource, borrower: Uint8Array): Promise<string | undefined> {
  const result = await checkObject(memorySource('borrower.o', borrower), { version: '0', symbolsFrom: lender });
  if (result.kind === 'bad-input') return aboutBadInput(result.problem, lender.name, lender.size);
  return aboutFormats(result.report);
}

/** Whether a refusal says what it must. */
function aboutBadInput({ file, offset, reason }: BadInput, given: string, size: number): string | undefined {
  if (file !== given) return `BadInput is for another file: ${file}`;
  if (!Number.isSafeInteger(offset) || offset < 0) return `BadInput has the offset ${offset}: ${reason}`;
  // The byte to blame may be the one that is missing.
  if (offset > size) return `BadInput blames 0x${offset.toString(16)} of 0x${size.toString(16)} bytes: ${reason}`;
  if (reason.trim() === '' || reason.endsWith('.')) return `BadInput has the reason '${reason}'`;
  return undefined;
}

async function aboutFormats(report: Report): Promise<string | undefined> {
  const style = { colour: false, width: 100, everyGap: true, everyRoot: true, quiet: false };
  for (const [name, load] of Object.entries(FORMATS)) {
    const text = (await load())(report, { rules: RULES, style });
    const at = text.search(ACTIVE);
    if (at >= 0) return `${name} lets ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 40))} through`;
  }
  return undefined;
}

/** Asks for lines all over the code, whether or not there are findings; the result is what was read for them. */
function readLines(bytes: Uint8Array, file: string): number {
  try {
    const counted = counting(openElf(memorySource(file, bytes)));
    const lines = sourceLines(counted.object);
    for (const { index, executable, size } of counted.object.sections) {
      if (!executable) continue;
      const step = Math.max(1, Math.floor(size / 16));
      for (let offset = 0, left = 16; left > 0; offset += step, left -= 1) {
        lines.lineOf(index, sectionOffset(offset));
        lines.isInline(index, sectionOffset(offset));
      }
    }
    return counted.work();
  } catch (error) {
    if (error instanceof BadInput) return 0;
    throw error;
  }
}

/** An object, and the bytes and relocations that were asked of it. */
function counting(object: ElfObject): { readonly object: ElfObject; readonly work: () => number } {
  let work = 0;
  return {
    object: {
      ...object,
      contents: (section, offset, length) => {
        work += length;
        return object.contents(section, offset, length);
      },
      relocations: (section) => {
        const relocations = object.relocations(section);
        return {
          count: relocations.count,
          between: (from, to) => {
            const found = relocations.between(from, to);
            work += found.length * 24;
            return found;
          },
        };
      },
    },
    work: () => work,
  };
}

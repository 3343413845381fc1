/**
 * A kernel broken by the hundred at once: every window that noinstr code opens is not opened, or is not closed, or every
 * noinstr function that it calls is an instrumentable one. Wherever objtool complains, kentry has a finding.
 *
 * The kernel is the corpus's clean one, or the one that KERNEL names; objtool is Debian's, or the one that OBJTOOL names.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { symbolIndex } from '../../src/base/brand.ts';
import { memorySource } from '../../src/base/byte-source.ts';
import { checkObject } from '../../src/check/check-object.ts';
import type { ElfObject, ElfSymbol } from '../../src/elf/elf-object.ts';
import { openElf } from '../../src/elf/open-elf.ts';
import { NOINSTR_RULES } from '../../src/noinstr/rules.ts';

const { KERNEL, CORPUS, OBJTOOL } = process.env;
const PACKED = join(CORPUS ?? join(import.meta.dirname, '../../../shared/corpus'), 'x86/base/vmlinux.o.xz');
const DEBIAN = readdirSync('/usr/lib').find((name) => name.startsWith('linux-kbuild-6.12'));
const CHECKER = OBJTOOL ?? `/usr/lib/${DEBIAN}/tools/objtool/objtool`;
const missing = [KERNEL ?? PACKED, CHECKER].find((file) => !existsSync(file));
if (missing !== undefined) process.stderr.write(`\nskipped: kernels broken at once, since there is no ${missing}\n`);

/** Elf64_Rela. */
const RELA = { size: 24, info: 8, addend: 16 } as const;
const R_X86_64_PC32 = 2;
const R_X86_64_PLT32 = 4;
/** The byte before the field of a direct call. */
const CALL = 0xe8;

const NOINSTR = new Set(['.noinstr.text', '.entry.text', '.cpuidle.text']);

function kernel(): Buffer {
  if (KERNEL !== undefined) return readFileSync(KERNEL);
  const { status, stdout, stderr } = spawnSync('xz', ['-dc', PACKED], { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`xz: ${stderr}`);
  return stdout;
}

const homeOf = (object: ElfObject, { place }: ElfSymbol): string =>
  place.kind === 'defined' ? (object.sections[place.section]?.name ?? '') : '';

/** Every entry of a section of relocations: its offset in the file, and its symbol. */
function entriesOf(object: ElfObject, bytes: Buffer, name: string): readonly { at: number; symbol: ElfSymbol }[] {
  return object.sectionsNamed(name).flatMap((section) => {
    const start = section.at ?? 0;
    return Array.from({ length: section.size / RELA.size }, (_, i) => {
      const at = start + i * RELA.size;
      return { at, symbol: object.symbol(symbolIndex(bytes.readUInt32LE(at + RELA.info + 4))) };
    });
  });
}

/** Has every such marker in noinstr code mark a place of instrumentable code instead; says how many those were. */
function moveMarkers(object: ElfObject, bytes: Buffer, section: string): number {
  const entries = entriesOf(object, bytes, `.rela${section}`);
  const elsewhere = entries.find(({ symbol }) => homeOf(object, symbol) === '.text')?.at ?? 0;
  const moved = entries.filter(({ symbol }) => NOINSTR.has(homeOf(object, symbol)));
  for (const { at } of moved) bytes.copy(bytes, at + RELA.info, elsewhere + RELA.info, elsewhere + RELA.size);
  return moved.length;
}

/** Has every call of a noinstr function in noinstr code call _printk(); says how many those were. */
function redirectCalls(object: ElfObject, bytes: Buffer): number {
  const printk = object.symbolsNamed('_printk').find(({ place }) => place.kind === 'defined');
  if (printk === undefined) throw new Error('the kernel has no _printk()');
  let count = 0;
  for (const section of NOINSTR) {
    const code = object.sectionsNamed(section)[0];
    for (const { at, symbol } of entriesOf(object, bytes, `.rela${section}`)) {
      const type = bytes.readUInt32LE(at + RELA.info);
      const field = (code?.at ?? 0) + Number(bytes.readBigUInt64LE(at));
      if ((type !== R_X86_64_PC32 && type !== R_X86_64_PLT32) || bytes[field - 1] !== CALL) continue;
      if (!NOINSTR.has(homeOf(object, symbol))) continue;
      bytes.writeUInt32LE(R_X86_64_PLT32, at + RELA.info);
      bytes.writeUInt32LE(printk.index, at + RELA.info + 4);
      bytes.writeBigInt64LE(-4n, at + RELA.addend);
      count += 1;
    }
  }
  return count;
}

/** `function+0xoffset` of objtool's complaints. */
function complaints(file: string): readonly string[] {
  const { stdout, stderr } = spawnSync(CHECKER, ['--noinstr', '--link', '--dry-run', file], {
    encoding: 'utf8',
    env: { ...process.env, SRCARCH: 'x86' },
  });
  return [...`${stdout}${stderr}`.matchAll(/objtool: (\S+): (?:call to|return with)/g)].map(([, place]) => place ?? '');
}

describe.skipIf(missing !== undefined)('objtool', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'kentry-mutations-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each<[string, (object: ElfObject, bytes: Buffer) => number]>([
    ['no window is opened', (object, bytes) => moveMarkers(object, bytes, '.discard.instr_begin')],
    ['no window is closed', (object, bytes) => moveMarkers(object, bytes, '.discard.instr_end')],
    ['every call calls _printk()', redirectCalls],
  ])('complains of nothing that kentry does not find: %s', async (name, mutate) => {
    const bytes = kernel();
    expect(mutate(openElf(memorySource(name, bytes)), bytes)).toBeGreaterThan(100);
    const file = join(scratch, 'vmlinux.o');
    writeFileSync(file, bytes);
    const rules = Object.keys(NOINSTR_RULES);
    const result = await checkObject(memorySource(file, bytes), { version: 'test', rules });
    const findings = result.kind === 'report' ? result.report.findings : [];
    const found = new Set(findings.map((finding) => `${finding.function}+${finding.offset}`));
    const said = complaints(file);
    expect(said.length).toBeGreaterThan(30);
    expect(said.filter((place) => !found.has(place))).toEqual([]);
    expect(found.size).toBeGreaterThan(said.length);
  });
});

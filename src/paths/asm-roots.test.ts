/** Entry assembly as roots: the kernel in miniature with some, and that with single instructions changed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../base/byte-source.ts';
import { loadCode } from '../code/load-code.ts';
import { openElf } from '../elf/open-elf.ts';
import { createIsa } from '../isa/x86-64/decode.ts';
import { createLifter } from '../isa/x86-64/lift.ts';
import { checkPaths } from './paths.ts';

const FILE = 'with-entry.o';
const BYTES = readFileSync(join(import.meta.dirname, '../../fixtures/paths', FILE));

const open = (bytes: Uint8Array) => openElf(memorySource(FILE, bytes));

/** Where a function's bytes lie in the file. */
function placeOf(name: string): number {
  const object = open(BYTES);
  const [symbol] = object.symbolsNamed(name);
  if (symbol?.place.kind !== 'defined') throw new Error(`no ${name}`);
  const contents = object.contents(symbol.place.section, symbol.place.offset, symbol.size);
  const at = BYTES.indexOf(Buffer.from(contents));
  if (at < 0 || BYTES.indexOf(Buffer.from(contents), at + 1) >= 0) throw new Error(`${name} is not unique`);
  return at;
}

/** The bytes with the first `from` of a function made `to`. */
function changed(name: string, from: string, to: string): Uint8Array {
  const bytes = Buffer.from(BYTES);
  const start = placeOf(name);
  const at = bytes.indexOf(Buffer.from(from, 'hex'), start);
  if (at < 0 || at > start + 0x100) throw new Error(`${name} has no ${from}`);
  bytes.set(Buffer.from(to, 'hex'), at);
  return bytes;
}

const ENTRIES: readonly string[] = ['asm_exc_int3', 'asm_exc_page_fault', 'asm_exc_nmi', 'entry_SYSCALL_64'];

function check(bytes: Uint8Array, only = ENTRIES) {
  const object = open(bytes);
  const { findings, gaps, roots } = checkPaths({
    ...{ code: loadCode(object, createIsa(), {}), object, lifter: createLifter() },
    only: new Set(only),
  });
  return {
    roots: roots.map(({ name }) => name),
    found: findings.map(({ judged, root }) => `${judged.rule.id} ${judged.condition.name} ${root}`),
    gaps: gaps.map(({ why }) => why),
  };
}

/** The call of a function, by the symbol of its relocation, calls another one. */
function retargeted(from: string, to: string): Uint8Array {
  const object = open(BYTES);
  const symbolOf = (name: string): number => {
    const [symbol] = object.symbolsNamed(name);
    if (symbol === undefined) throw new Error(`no ${name}`);
    return symbol.index;
  };
  const bytes = Buffer.from(BYTES);
  // r_info of an R_X86_64_PLT32.
  const info = (name: string): Buffer => {
    const word = Buffer.alloc(8);
    word.writeBigUInt64LE((BigInt(symbolOf(name)) << 32n) | 4n);
    return word;
  };
  const at = bytes.lastIndexOf(info(from));
  if (at < 0) throw new Error(`nobody calls ${from}`);
  bytes.set(info(to), at);
  return bytes;
}

describe('entry assembly', () => {
  it('is clean as it must be, and every entry comes to its handler', () => {
    expect(check(BYTES)).toEqual({
      roots: ['entry_SYSCALL_64', 'asm_exc_page_fault', 'asm_exc_nmi', 'asm_exc_int3'],
      found: [],
      gaps: [],
    });
  });

  it('that has the registers copied to another stack gives them to the handler all the same', () => {
    expect(check(BYTES, ['asm_exc_divide_error'])).toEqual({ roots: ['asm_exc_divide_error'], found: [], gaps: [] });
  });

  it('that calls the handler of another vector is found', () => {
    expect(check(retargeted('exc_int3', 'exc_page_fault')).found).toEqual(['NMI-CLASS other-handler asm_exc_int3']);
    expect(check(retargeted('exc_nmi', 'exc_int3')).found).toEqual(['NMI-CLASS other-handler asm_exc_nmi']);
  });

  it.each([
    ['before the handler', 'asm_exc_int3', 'fc', 'fb', 'asm_exc_int3'],
    // pop %r15, which nobody asks for, becomes sti and a nop.
    ['behind it', 'leave', '415f', 'fb90', 'asm_exc_page_fault'],
  ])('that enables interrupts %s is found', (_, name, from, to, root) => {
    const { found } = check(changed(name, from, to));
    expect(found).toContain(`IRQS-OFF enabled-in-noinstr ${root}`);
    expect(found).toContain(`IRQS-OFF enabled-without-rcu ${root}`);
  });

  it('that gives a handler something else than the saved registers is a gap', () => {
    // mov %rsp,%rdi becomes mov %rbp,%rdi.
    const { gaps } = check(changed('asm_exc_int3', '4889e7', '4889ef'));
    expect(gaps).toEqual(['what exc_int3 is given is not known to be the saved registers']);
  });

  it('whose paths come to no handler is a gap', () => {
    // The call becomes a nop.
    const { gaps } = check(changed('asm_exc_int3', 'e800000000', '0f1f440000'));
    expect(gaps).toEqual([
      'no path from asm_exc_int3 comes to a handler, from user mode; context tracking on',
      'no path from asm_exc_int3 comes to a handler, from the kernel, interrupts on; context tracking on',
    ]);
  });
});

/** The NMI handler of fixtures/agreement: it agrees as it must be, and differs in what the source says beside each mistake. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../base/byte-source.ts';
import { loadCode } from '../code/load-code.ts';
import { openElf } from '../elf/open-elf.ts';
import { loadIsa, loadLifter } from '../isa/load-isa.ts';
import { type Comparison, compare } from './compare.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/agreement');

/** `DIFFERS(MISTAKE) ... // does EVENT, not EVENT` or `// never does EVENT`. */
const MISTAKES = [
  ...readFileSync(join(FOLDER, 'nmi.c'), 'utf8').matchAll(
    /DIFFERS\(([A-Z_]+)\)[^\n]*\/\/ (?:does (\S+), not (\S+)|never does (\S+))\n/g,
  ),
].map(([, mistake = '', does, not, never]) => ({ mistake, does, not, never }));

async function compared(mistake: string, name?: string): Promise<Comparison> {
  const file = `nmi-${mistake}.o`;
  const object = openElf(memorySource(file, readFileSync(join(FOLDER, file))));
  const isa = await loadIsa(object.machine);
  const lifter = await loadLifter(object.machine);
  if (isa === undefined || lifter === undefined) throw new Error('x86-64 can be decoded');
  return compare({ code: loadCode(object, isa, {}), object, lifter, ...(name !== undefined && { name }) });
}

describe('an NMI handler', () => {
  test('agrees as it must be, from everywhere', async () => {
    const { handlers, alone } = await compared('NONE', 'exc_nmi');
    expect(handlers.map(({ root, program }) => [root, program])).toEqual([['exc_nmi', 'exc_nmi']]);
    expect(handlers[0]).toMatchObject({ differences: [], missing: [], gaps: [] });
    expect(handlers[0]?.starts).toHaveLength(9);
    expect(alone).toEqual([]);
  });

  test('has a mistake for each way to differ', () => {
    expect(MISTAKES.map(({ mistake }) => mistake).sort()).toEqual([
      'NEVER',
      'NO_WINDOW',
      'ONE_LESS',
      'ONE_MORE',
      'OTHER_ORDER',
      'RETURNS',
    ]);
  });

  test.each(MISTAKES.filter(({ never }) => never === undefined))('$mistake does $does, not $not', async (row) => {
    const { handlers } = await compared(row.mistake, 'exc_nmi');
    const [difference, other] = handlers[0]?.differences ?? [];
    expect(other).toBeUndefined();
    expect(difference?.does?.event).toBe(row.does);
    expect(difference?.instead.map(({ event }) => event)).toContain(row.not);
    expect(difference?.path[0]?.kind).toBe('entry');
    expect(difference?.path.at(-1)).toMatchObject({ kind: 'event', event: row.does });
    // The same event is no difference in itself: then it is the window around it.
    if (row.does === row.not) {
      expect(difference?.does?.open).toBe(false);
      expect(difference?.instead.find(({ event }) => event === row.not)?.open).toBe(true);
    }
    expect(handlers[0]?.missing).toEqual([]);
  });

  test.each(MISTAKES.filter(({ never }) => never !== undefined))('$mistake never does $never', async (row) => {
    const { handlers } = await compared(row.mistake, 'nmi');
    expect(handlers[0]?.differences).toEqual([]);
    expect(handlers[0]?.missing.map(({ program, event }) => `${program} ${event}`)).toEqual([`exc_nmi ${row.never}`]);
    expect(handlers[0]?.missing[0]?.starts).toHaveLength(9);
  });

  test('is known by its name, others are not', async () => {
    expect(await compared('NONE', 'exc_nim')).toMatchObject({ isKnown: false, handlers: [] });
  });
});

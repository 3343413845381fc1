/** Broken objects: each is walked to its end, or refused with the byte to blame. */
import { describe, expect, test } from 'vitest';
import { fixtureBytes, loadBytes } from '../../tests/code-graph.ts';
import { BadInput } from '../base/bad-input.ts';
import type { Callee, Place } from './code.ts';

/** Steps of one object, at most: its code has a few hundred bytes. */
const MOST_STEPS = 20_000;

/** Walks all code of an object, and looks at all that it says. Returns how many steps, or what was refused. */
async function walked(name: string, bytes: Uint8Array): Promise<number | BadInput> {
  try {
    const { object, code } = await loadBytes(name, bytes);
    const seen = new Set<string>();
    const stack: Place[] = object.sections.flatMap(({ index, executable }) =>
      executable ? code.functionsIn(index).map(({ start }) => start) : [],
    );
    const look = (callee: Callee): void => {
      if (callee.kind === 'static-call' || callee.kind === 'table-slot') callee.targets.forEach(look);
    };
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      const key = `${place.section}:${place.offset}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > MOST_STEPS) throw new Error('does not end');
      code.functionAt(place);
      code.patchedInto(place);
      for (const exit of code.step(place)?.exits ?? []) {
        if ('callee' in exit) look(exit.callee);
        if ('to' in exit && exit.to !== undefined) stack.push(exit.to);
      }
    }
    return seen.size;
  } catch (error) {
    if (error instanceof BadInput) return error;
    throw error;
  }
}

const FIXTURES = ['branches', 'patched', 'patched-6.1', 'traps-annotated', 'traps-bug-table', 'tables', 'static-calls'];

/** Breaks `count` bytes, one in each copy, always the same ones. */
function* broken(bytes: Uint8Array, count: number): Generator<Uint8Array> {
  let random = 12345;
  for (let i = 0; i < count; i += 1) {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    const copy = bytes.slice();
    const at = (random >>> 8) % copy.length;
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    copy[at] = [0, 0xff, 0x80, (copy[at] ?? 0) ^ (1 << ((random >>> 8) & 7))][(random >>> 16) & 3] ?? 0;
    yield copy;
  }
}

test.each(FIXTURES)('%s with a byte broken', async (name) => {
  const bytes = fixtureBytes(`code/${name}.o`);
  expect(await walked(name, bytes)).toBeGreaterThan(0);
  let refused = 0;
  for (const copy of broken(bytes, 400)) {
    const result = await walked(name, copy);
    if (typeof result !== 'number') refused += 1;
    else expect(result).toBeLessThan(MOST_STEPS);
  }
  // Headers make up much of such small files.
  expect(refused).toBeGreaterThan(10);
});

/** Where the header of a section begins. */
function headerOf(bytes: Uint8Array, wanted: string): { readonly view: DataView; readonly at: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = Number(view.getBigUint64(0x28, true));
  const names = table + view.getUint16(0x3e, true) * 64;
  const strings = Number(view.getBigUint64(names + 0x18, true));
  for (let i = 0; i < view.getUint16(0x3c, true); i += 1) {
    const start = strings + view.getUint32(table + i * 64, true);
    const name = new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));
    if (name === wanted) return { view, at: table + i * 64 };
  }
  throw new Error(`no section ${wanted}`);
}

describe('a broken table', () => {
  test.each<[string, string, (view: DataView, contents: number) => void, RegExp]>([
    ['patched', '.altinstructions', (v, h) => v.setBigUint64(h + 0x20, 5n, true), /relocation|no table of records/],
    ['patched', '.rela.altinstructions', (v, h) => put(v, h, 0, 1n), /no table of records of 14 or 12 bytes/],
    ['patched', '.rela.altinstructions', (v, h) => put(v, h, 16, 0x7000n), /points to no code/],
    ['patched', '.rela.altinstructions', (v, h) => put(v, h, 24 + 16, 0x7000n), /has no replacement of 5 bytes/],
    ['patched', '.rela__jump_table', (v, h) => put(v, h, 16, -1n), /points to no code/],
    ['patched', '.rela__jump_table', (v, h) => put(v, h, 24 + 16, 0x7000n), /points to no code/],
    ['patched', '.rela__ex_table', (v, h) => put(v, h, 24 + 16, 0x7000n), /points to no code/],
    ['traps', '.rela.discard.instr_begin', (v, h) => put(v, h, 16, 0x7000n), /points out of its section/],
    ['traps-annotated', '.rela.discard.annotate_insn', (v, h) => put(v, h, 0, 4n), /has a pointer where its kind is/],
    ['traps-bug-table', '.rela__bug_table', (v, h) => put(v, h, 0, 3n), /no table of records of 12 or 6 or 16 bytes/],
  ])('%s: %s', async (name, section, breakIt, why) => {
    const bytes = fixtureBytes(`code/${name}.o`).slice();
    const { view, at } = headerOf(bytes, section);
    breakIt(view, at);
    const result = await walked(`${name}.o`, bytes);
    expect(result).toBeInstanceOf(BadInput);
    if (!(result instanceof BadInput)) return;
    expect(result.reason).toMatch(why);
    expect(result.file).toBe(`${name}.o`);
    expect(result.offset).toBeGreaterThan(0);
    expect(result.offset).toBeLessThan(bytes.length);
  });

  function put(view: DataView, header: number, at: number, value: bigint): void {
    view.setBigInt64(Number(view.getBigUint64(header + 0x18, true)) + at, value, true);
  }
});

/** What holds for an object as a whole. */
import { expect, test } from 'vitest';
import {
  calleeText,
  fixtureBytes,
  functionNamed,
  graphOf,
  loadBytes,
  loadFixture,
  stepsFrom,
} from '../../tests/code-graph.ts';
import type { Place } from './code.ts';
import { placeAt } from './references.ts';

test('markers are known in either encoding, and where there are none', async () => {
  for (const [path, has] of [
    ['traps.o', true],
    ['traps-annotated.o', true],
    ['branches.o', false],
  ] as const) {
    expect((await loadFixture(`code/${path}`)).code.hasMarkers).toBe(has);
  }
});

test('nothing is decoded before it is asked for, and nothing twice', async () => {
  const loaded = await loadFixture('code/branches.o');
  const { code } = loaded;
  expect(code.decoded()).toBe(0);
  const { start } = functionNamed(loaded, 'calls');
  expect(code.decoded()).toBe(0);
  const step = code.step(start);
  const decoded = code.decoded();
  expect(code.step(start)).toBe(step);
  expect(code.decoded()).toBe(decoded);
});

test('callees that are elsewhere get the section that another object lends', async () => {
  const lentSection = (name: string) => (name === 'extern_function' ? '.noinstr.text' : undefined);
  const loaded = await loadFixture('code/branches.o', { lentSection });
  expect(graphOf(loaded, 'calls').slice(2, 4)).toEqual([
    '+0xa call ?extern_function in .noinstr.text -> +0xf',
    '+0xf call ?extern_weak -> +0x14',
  ]);
});

test('replacement code belongs to the function that it is patched into', async () => {
  const loaded = await loadFixture('code/patched.o');
  const { code, object } = loaded;
  const replacement = object.sectionsNamed('.altinstr_replacement')[0]?.index ?? expect.fail('no replacements');
  const func = functionNamed(loaded, 'jumping_replacement');
  const inside: Place = placeAt(replacement, 7);
  expect(code.functionAt(inside)).toBe(func);
  expect(code.patchedInto(inside)).toEqual(func.start);
  expect(code.patchedInto(func.start)).toBe(func.start);
});

test('padding and cold parts belong to their function', async () => {
  const loaded = await loadFixture('code/branches.o');
  const func = functionNamed(loaded, 'padded');
  const { code, object } = loaded;
  const cold = object.sectionsNamed('.text.unlikely')[0]?.index ?? expect.fail('no cold part');
  expect(code.functionAt(placeAt(cold, 0))).toBe(func);
  expect(code.functionAt(placeAt(func.start.section, func.start.offset - 1))).toBe(func);
  expect(code.functionsIn(cold).map(({ name }) => name)).toEqual(['somebody_else']);
});

test('bytes that are no code are no step', async () => {
  const { code, object } = await loadFixture('code/tables.o');
  const data = object.sectionsNamed('.rodata')[0]?.index ?? expect.fail('no data');
  expect(code.step(placeAt(data, 0))).toBeUndefined();
  const text = object.sectionsNamed('.text')[0] ?? expect.fail('no code');
  expect(code.step(placeAt(text.index, text.size))).toBeUndefined();
  expect(code.functionAt(placeAt(data, 0))).toBeUndefined();
});

test('a direct call is told from the indirect one that it replaces only by being patched', async () => {
  const loaded = await loadFixture('code/patched.o');
  const [first] = stepsFrom(loaded, functionNamed(loaded, 'direct_call').start);
  const calls = first?.exits.flatMap((exit) => (exit.kind === 'call' ? [calleeText(exit.callee)] : []));
  expect(calls).toEqual(['pv_ops[0]{instrumentable}']);
});

test('an object for a machine without a table of its kernel is walked all the same', async () => {
  const bytes = fixtureBytes('code/branches.o').slice();
  new DataView(bytes.buffer).setUint16(18, 183, true);
  const loaded = await loadBytes('branches.o', bytes);
  expect(loaded.object.machine).toBe('aarch64');
  expect(graphOf(loaded, 'short_jump')).toEqual(['+0x0 -> +0x7', '+0x7 return']);
});

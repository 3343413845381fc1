/** Small programs of x86-64 bytes, and what the store knows afterwards. */
import { describe, expect, it } from 'vitest';
import { sectionOffset } from '../base/brand.ts';
import { createLifter } from '../isa/x86-64/lift.ts';
import { Cells } from './cells.ts';
import { Executor } from './execute.ts';
import { FlagTable } from './flags.ts';
import type { KnownEffect } from './known-effect.ts';
import { Names } from './names.ts';
import { Store, type Universe } from './store.ts';
import { type Value, Values } from './value.ts';

const lifter = createLifter();

/** A store with the stack in rsp, saved registers behind rdi, and a per-CPU section behind rsi. */
function machine() {
  const values = new Values();
  const names = new Names();
  const universe: Universe = { values, names, cells: new Cells(), flags: new FlagTable(values) };
  const store = new Store(
    universe,
    {
      tracked: (cell) => universe.cells.at(cell).name === names.of('regs', 'regs').id,
      stable: () => false,
      changing: () => 0,
      track: () => undefined,
      initial: () => undefined,
      partly: [],
    },
    16,
  );
  store.registers[4] = values.address(names.of('stack', 'stack').id, 0);
  store.registers[7] = values.address(names.of('regs', 'regs').id, 0);
  return { universe, store, executor: new Executor(lifter.registers) };
}

/** Runs bytes without relocations. */
function run(text: string, m = machine()) {
  const { values, names } = m.universe;
  const bytes = Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));
  const known = (o: unknown): unknown => {
    if (typeof o !== 'object' || o === null || !('kind' in o)) return o;
    const x = o as { kind: string; low: number; high: number; displacement: number; width: number };
    if (x.kind === 'constant') return { kind: 'constant', value: values.constant(x.low, x.high), width: x.width };
    return x.kind === 'memory' ? { ...x, origin: values.number(x.displacement) } : x;
  };
  let at = 0;
  while (at < bytes.length) {
    const lifted = lifter.lift(bytes.subarray(at), sectionOffset(at));
    if (lifted === undefined) throw new Error(`no instruction at ${at}`);
    const effects = lifted.effects.map((e) =>
      Object.fromEntries(Object.entries(e).map(([k, v]) => [k, known(v)])),
    ) as unknown as KnownEffect[];
    const from = at;
    m.executor.run(m.store, effects, (slot) => names.of(`${from}#${slot}`, 'unknown').id);
    at += lengthAt(bytes, at);
  }
  return m;
}

/** The shortest prefix that is an instruction of its own. */
function lengthAt(bytes: Uint8Array, at: number): number {
  for (let n = 1; n <= 15; n++) if (lifter.lift(bytes.subarray(at, at + n), sectionOffset(at)) !== undefined) return n;
  throw new Error('no length');
}

/** A value for people: constants in hex, addresses as name+offset, else a mask of what is known. */
function show(m: ReturnType<typeof machine>, v: Value): string {
  const name = m.universe.names.at(v.name)?.text ?? '';
  if (v.isConstant) return `${v.bits1 === 0 ? '' : (v.bits1 >>> 0).toString(16)}:${(v.bits0 >>> 0).toString(16)}`;
  if (v.loose) return `${name}+?`;
  if (v.isAddress) return `${name}${v.offset < 0 ? '-' : '+'}${Math.abs(v.offset)}`;
  return `known ${(v.known1 >>> 0).toString(16)}:${(v.known0 >>> 0).toString(16)}`;
}

describe('execute', () => {
  it.each([
    ['a store into memory is read back', 'ba 33 00 00 00 48 89 97 88 00 00 00 48 8b 87 88 00 00 00', 0, ':33'],
    ['a byte store merges', 'ba 33 ff 00 00 48 89 97 88 00 00 00 80 a7 89 00 00 00 0f 8b 87 88 00 00 00', 0, ':f33'],
    ['a byte store into an unknown word keeps the rest', 'ba 33 00 00 00 48 89 57 08 c6 47 0a 00 8b 47 08', 0, ':33'],
    ['a load across two words', 'ba 01 00 00 00 48 89 17 48 89 57 08 8b 47 06', 0, ':10000'],
    ['push and pop', '6a 07 59', 1, ':7'],
    ['leave', '55 48 89 e5 48 83 ec 20 c9', 4, 'stack+0'],
    ['alignment of the stack', '48 83 ec 14 48 83 e4 f0', 4, 'stack-32'],
    ['xadd returns the old', 'b8 05 00 00 00 48 89 07 ba fc ff ff ff f0 0f c1 17', 2, ':5'],
    ['xadd adds', 'b8 05 00 00 00 48 89 07 ba fc ff ff ff f0 0f c1 17 8b 0f', 1, ':1'],
    ['a comparison of an unknown leaves its bit open', '83 fe 00 0f 95 c0 0f b6 c0', 0, 'known ffffffff:fffffffe'],
    ['pushf shows the interrupt flag (off)', '9c 58 80 e4 02 25 00 02 00 00', 0, ':0'],
    ['pushf shows the interrupt flag (on)', 'fb 9c 58 fa 25 00 02 00 00', 0, ':200'],
    ['low bits survive an addition', '83 e6 fc 83 c6 06 83 e6 03', 6, ':2'],
    ['a field survives a sum below it', '81 e6 ff 00 ff ff 81 ce 00 01 00 00 83 c6 00', 6, 'known ffffffff:ff00'],
    ['sign extension', 'b8 ff ff ff ff 48 63 c0', 0, 'ffffffff:ffffffff'],
    ['xor of a register with itself', '31 c0', 0, ':0'],
    ['lea', '31 c0 48 8d 4c 84 f8', 1, 'stack-8'],
    ['an address minus itself', '48 89 fa 48 83 c2 08 48 29 fa', 2, ':8'],
    ['shifts', 'b8 01 00 00 00 48 c1 e0 21 48 c1 e8 20', 0, ':2'],
    ['what is not understood is forgotten', 'b8 01 00 00 00 0f 31', 0, 'known 0:0'],
  ])('%s', (_, bytes, register, expected) => {
    const m = run(bytes);
    expect(show(m, m.store.register(register))).toBe(expected);
  });

  it('a branch teaches every copy', () => {
    // mov (%rsi),%rax; mov %rax,(%rdi); mov %eax,%ebx; test $1,%bl
    const m = run('48 8b 06 48 89 07 89 c3 f6 c3 01');
    const { store } = m;
    expect(m.executor.holds(store, 'equal')).toBeUndefined();
    const learnt = m.executor.lesson(store.flags, 'equal', false);
    if (learnt === undefined) throw new Error('nothing learnt');
    store.learn(learnt);
    const after = run('f6 07 01', m);
    expect(after.executor.holds(after.store, 'equal')).toBe(false);
    expect(show(m, store.register(0))).toBe('known 0:1');
  });

  it.each([
    ['cmp $5,$3', 'b8 03 00 00 00 83 f8 05', 'below', true],
    ['cmp -1,$3 signed', 'b8 ff ff ff ff 83 f8 03', 'less', true],
    ['cmp -1,$3 unsigned', 'b8 ff ff ff ff 83 f8 03', 'below', false],
    ['dec to zero', 'b8 01 00 00 00 83 e8 01', 'equal', true],
    ['a stack is not null', '48 85 e4', 'equal', false],
    ['bt', 'b8 08 00 00 00 48 0f ba e0 03', 'below', true],
    ['unknown', '85 f6', 'equal', undefined],
  ] as const)('flags: %s', (_, bytes, condition, expected) => {
    const m = run(bytes);
    expect(m.executor.holds(m.store, condition)).toBe(expected);
  });
});

describe('an address', () => {
  it('that is further away than anything reaches is somewhere behind its name, and what is there is not known', () => {
    const { universe, store } = machine();
    const { values, names } = universe;
    const stack = names.of('stack', 'stack').id;
    for (const far of [2 ** 33, -(2 ** 33) - 8, 2 ** 60 + 4, Number.NaN]) {
      const address = values.address(stack, far);
      expect(address.loose).toBe(true);
      expect(store.load(address, 8, undefined)).toBe(values.any);
      expect(store.store(address, 8, values.one)).toBe(-1);
    }
    expect(values.address(stack, 2 ** 33 - 8).isAddress).toBe(true);
  });
});

/** What makes two situations one: dead registers, dead stack and names that say nothing must not tell them apart. */
import { describe, expect, it } from 'vitest';
import { Cells } from './cells.ts';
import { FlagTable } from './flags.ts';
import type { Frame } from './frame.ts';
import { Names } from './names.ts';
import { Packer, type Situation } from './pack.ts';
import type { Insn } from './program.ts';
import { StateTable } from './state-table.ts';
import { Store } from './store.ts';
import { Values } from './value.ts';

const RSP = 4;
const RBX = 3;
const R12 = 12;
const STACK = 1 << RSP;

function setup() {
  const values = new Values();
  const names = new Names();
  const universe = { values, names, cells: new Cells(), flags: new FlagTable(values) };
  const policy = {
    tracked: () => false,
    stable: () => false,
    changing: () => 0,
    track: () => undefined,
    initial: () => undefined,
    partly: [{ cell: universe.cells.of(names.of('asked in part', 'per-cpu').id, 0).id, bits0: 1, bits1: 0 }],
  };
  const store = new Store(universe, policy, 16);
  store.registers[RSP] = values.address(names.of('stack', 'stack').id, -32);
  const table = new StateTable();
  const packer = new Packer(16, RSP, 0);
  // Only the numbers of instruction and frame are packed.
  const frame = { id: 0, needsResult: false } as Frame;
  const situation: Situation = { insn: { id: 7 } as Insn, frame, interrupts: false, contract: 1 };
  const add = (live: number): number => {
    packer.tidy(store, frame, live);
    const { words, length } = packer.pack(store, situation);
    return table.add(words, length, -1);
  };
  const named = (text: string) => values.address(names.of(text, 'unknown').id, 0);
  return { values, universe, store, add, named, packer, table };
}

describe('states', () => {
  it('a dead register does not count, a live one does', () => {
    const { store, values, add } = setup();
    expect(add(STACK)).toBe(0);
    store.registers[RBX] = values.one;
    expect(add(STACK)).toBe(-1);
    store.registers[RBX] = values.one;
    expect(add(STACK | (1 << RBX))).toBe(1);
  });

  it('of a word that is asked in part only those bits count', () => {
    const { store, values, universe, add } = setup();
    const { cell } = store.policy.partly[0] ?? { cell: -1 };
    store.setWord(cell, values.constant(2, 7));
    expect(add(STACK)).toBe(0);
    store.setWord(cell, values.constant(4, 0));
    expect(add(STACK)).toBe(-1);
    store.setWord(cell, values.one);
    expect(add(STACK)).toBe(1);
    store.setWord(universe.cells.of(universe.names.of('another', 'per-cpu').id, 0).id, values.constant(2, 0));
    expect(add(STACK)).toBe(2);
  });

  it('an unknown that one place holds is no news, whatever its name', () => {
    const { store, named, add } = setup();
    store.registers[RBX] = named('a');
    expect(add(1 << RBX)).toBe(0);
    store.registers[RBX] = named('b');
    expect(add(1 << RBX)).toBe(-1);
  });

  it('an unknown that two places share stays one', () => {
    const { store, named, add } = setup();
    const live = (1 << RBX) | (1 << R12);
    store.registers[RBX] = named('a');
    store.registers[R12] = named('b');
    expect(add(live)).toBe(0);
    store.registers[RBX] = named('a');
    store.registers[R12] = named('a');
    expect(add(live)).toBe(1);
  });

  it('what lies below the stack pointer is gone', () => {
    const { store, values, universe, add } = setup();
    const stack = universe.names.of('stack', 'stack').id;
    expect(add(STACK)).toBe(0);
    store.store(values.address(stack, -40), 8, values.one);
    expect(add(STACK)).toBe(-1);
    store.store(values.address(stack, -24), 8, values.one);
    expect(add(STACK)).toBe(1);
  });

  it('comes back as it was packed', () => {
    const { store, values, universe, packer, table, add } = setup();
    const stack = universe.names.of('stack', 'stack').id;
    store.registers[RBX] = values.constant(5, 0);
    store.store(values.address(stack, -24), 4, values.one);
    const state = add(1 << RBX);
    store.registers[RBX] = values.any;
    store.retain(() => false);
    expect(packer.unpack(table.words(state), store)).toEqual({ insn: 7, frame: 0, interrupts: false, contract: 1 });
    expect(store.register(RBX)).toBe(values.constant(5, 0));
    expect(store.load(values.address(stack, -24), 4, undefined)).toBe(values.one);
  });

  it('keeps thousands apart', () => {
    const { store, values, add } = setup();
    const first = Array.from({ length: 5000 }, (_, i) => {
      store.registers[RBX] = values.constant(i, 0);
      return add(1 << RBX);
    });
    expect(new Set(first).size).toBe(5000);
    store.registers[RBX] = values.constant(4321, 0);
    expect(add(1 << RBX)).toBe(-1 - 4321);
  });
});

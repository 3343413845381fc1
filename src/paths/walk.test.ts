/** Walks of small programs: bytes, calls by name, and the contract's own rules. */
import { describe, expect, it } from 'vitest';
import { type SectionIndex, sectionIndex, sectionOffset, symbolIndex } from '../base/brand.ts';
import type { Callee, Code, Exit, Func, Place, Step } from '../code/code.ts';
import { CONFIGURATIONS } from '../contract/configuration.ts';
import type { InitialState } from '../contract/initial.ts';
import { createMonitor } from '../contract/monitor.ts';
import { RULES } from '../contract/rules.ts';
import type { ElfObject, ElfSymbol, Relocation } from '../elf/elf-object.ts';
import { createLifter } from '../isa/x86-64/lift.ts';
import { sectionRoles } from '../noinstr/sections.ts';
import { Analysis } from './analysis.ts';
import { Cells } from './cells.ts';
import { Executor } from './execute.ts';
import { FlagTable } from './flags.ts';
import { Judge } from './judge.ts';
import { Memory } from './memory.ts';
import { Names } from './names.ts';
import { Packer } from './pack.ts';
import { Program } from './program.ts';
import { ENTERED, RETURNED, Recorder } from './recorder.ts';
import { Territory } from './territory.ts';
import { Values } from './value.ts';
import { Walk } from './walk.ts';
import { DEFAULT_BOUNDS, type WalkBounds } from './walk-types.ts';

const TEXT = sectionIndex(1);
const PERCPU = sectionIndex(2);
const lifter = createLifter();

/** One line: bytes; where it goes besides the next line; `count` relocates its displacement to the preemption counter. */
interface Line {
  readonly bytes: string;
  /** Line number of a conditional jump's target. */
  readonly jump?: number;
  readonly call?: string;
  readonly returns?: boolean;
  readonly count?: boolean;
}

const line = (bytes: string, more: Omit<Line, 'bytes'> = {}): Line => ({ bytes, ...more });
const call = (name: string): Line => line('e8 00 00 00 00', { call: name });
const ret = line('c3', { returns: true });
/** incl and decl of %gs:pcpu_hot+8. */
const countUp = line('65 ff 05 00 00 00 00', { count: true });
const countDown = line('65 ff 0d 00 00 00 00', { count: true });
const test = line('85 ff');
const jumpIfZero = (to: number): Line => line('74 00', { jump: to });

const symbol = (index: number, name: string, section: SectionIndex, offset: number, size: number): ElfSymbol => ({
  index: symbolIndex(index),
  name,
  type: 'func',
  binding: 'global',
  place: { kind: 'defined', section, offset: sectionOffset(offset) },
  size,
});

/** An object of one function `f` and the counter, as far as a walk asks for it. */
function objectOf(lines: readonly Line[]): { object: ElfObject; code: Code } {
  const parts = lines.map(({ bytes }) => Uint8Array.from(bytes.split(' '), (b) => Number.parseInt(b, 16)));
  const starts = parts.map((_, i) => parts.slice(0, i).reduce((sum, p) => sum + p.length, 0));
  const size = parts.reduce((sum, p) => sum + p.length, 0);
  const all = new Uint8Array(size);
  for (const [i, p] of parts.entries()) all.set(p, starts[i] ?? 0);
  const symbols = [symbol(0, 'f', TEXT, 0, size), symbol(1, 'pcpu_hot', PERCPU, 0, 64)];
  const relocations = lines.flatMap(({ count }, i): Relocation[] =>
    count === true
      ? [{ offset: sectionOffset((starts[i] ?? 0) + 3), type: 2, symbol: symbolIndex(1), addend: 8 - 4 }]
      : [],
  );
  const section = (index: SectionIndex, name: string, bytes: number) => ({
    index,
    name,
    type: 1,
    executable: index === TEXT,
    writable: false,
    allocated: true,
    compressed: false,
    size: bytes,
    entrySize: 0,
  });
  const object: ElfObject = {
    file: 'test.o',
    machine: 'x86-64',
    sections: [
      section(sectionIndex(0), '', 0),
      section(TEXT, '.noinstr.text', size),
      section(PERCPU, '.data..percpu', 64),
    ],
    sectionsNamed: () => [],
    contents: (_, offset, length) => all.subarray(offset, offset + length),
    relocations: () => ({
      count: relocations.length,
      between: (from, to) => relocations.filter((r) => r.offset >= from && r.offset < to),
    }),
    symbol: (index) => symbols[index] ?? symbol(9, '?', TEXT, 0, 0),
    symbolCount: symbols.length,
    symbolsNamed: (name) => symbols.filter((s) => s.name === name),
    symbolsIn: () => symbols,
  };
  const at = (offset: number): Place => ({ section: TEXT, offset: sectionOffset(offset) });
  const func: Func = {
    symbol: symbol(0, 'f', TEXT, 0, size),
    name: 'f',
    aliases: ['f'],
    start: at(0),
    size,
    typed: true,
  };
  const step = (place: Place): Step | undefined => {
    const i = starts.indexOf(place.offset);
    const l = lines[i];
    const length = parts[i]?.length;
    if (l === undefined || length === undefined) return undefined;
    const instruction = { offset: place.offset, length, flow: { kind: 'next' as const } };
    return { place, instruction, marker: 0, exits: exitsOf(l, at(place.offset + length), (n) => at(starts[n] ?? 0)) };
  };
  const code: Code = {
    hasMarkers: true,
    functionsIn: () => [func],
    functionAt: () => func,
    step,
    patchedInto: (place) => place,
    decoded: () => lines.length,
  };
  return { object, code };
}

function exitsOf(l: Line, next: Place, lineAt: (n: number) => Place): readonly Exit[] {
  if (l.returns === true) return [{ kind: 'return' }];
  if (l.call !== undefined) {
    const callee: Callee = { kind: 'undefined', name: l.call };
    return [{ kind: 'call', callee, to: next }];
  }
  if (l.jump === undefined) return [{ kind: 'flow', to: next }];
  const branch = (taken: boolean) => ({ kind: 'branch', condition: '', taken }) as const;
  return [
    { kind: 'flow', to: lineAt(l.jump), assumes: branch(true) },
    { kind: 'flow', to: next, assumes: branch(false) },
  ];
}

function walk(
  lines: readonly Line[],
  start: InitialState,
  bounds: WalkBounds = DEFAULT_BOUNDS,
  recorder?: Recorder,
): Walk {
  const { object, code } = objectOf(lines);
  const values = new Values();
  const program = new Program(code, object, lifter, {
    values,
    names: new Names(),
    cells: new Cells(),
    flags: new FlagTable(values),
  });
  const territory = new Territory(program, sectionRoles(object, undefined));
  const analysis = new Analysis(program, () => []);
  const { count, stackPointer } = lifter.registers;
  const packer = new Packer(count, stackPointer, 0);
  const tools = {
    program,
    analysis,
    territory,
    executor: new Executor(lifter.registers),
    packer,
    memory: new Memory(program),
  };
  const monitor = createMonitor(CONFIGURATIONS[0], {
    rules: RULES.filter(({ id }) => id === 'PAIR' || id === 'RCU-WATCHING'),
  });
  const entry = program.at({ section: TEXT, offset: sectionOffset(0) });
  if (entry === undefined) throw new Error('no first instruction');
  const origin = { name: 'test', start, keys: new Map(), active: true, givesBack: true, monitor };
  const made = new Walk(
    tools,
    new Judge(monitor),
    { name: 'f', entry, origins: [origin], source: 'test' },
    origin,
    bounds,
  );
  made.run(recorder);
  return made;
}

const broken = (w: Walk): readonly string[] =>
  w.violations.map((v) => `${v.judged.rule.id} ${v.judged.condition.name} +${v.place.offset}`);

/** Every way through a recorded graph without loops: its events, and how it ends. */
function waysOf({ edges }: Pick<Recorder, 'edges'>, from: number = ENTERED): readonly string[] {
  if (from === RETURNED) return ['returns'];
  const out = edges.filter((edge) => edge.from === from);
  return out.flatMap(({ to, step, breaks }) => {
    const told = step?.kind === 'event' ? `${step.event} ` : '';
    return breaks === undefined ? waysOf({ edges }, to).map((rest) => told + rest) : [`${told}breaks ${breaks}`];
  });
}

const task: InitialState = { start: 'task' };

describe('walk', () => {
  it('leaves the graph of its ways: those that part, that meet, and that break a rule', () => {
    const recorder = new Recorder();
    // Counts up on one way only; the ways meet behind a call.
    walk([test, jumpIfZero(3), countUp, call('g'), countDown, ret], task, DEFAULT_BOUNDS, recorder);
    expect([...waysOf(recorder)].sort()).toEqual([
      'call.plain count.preempt.sub breaks PAIR',
      'count.preempt.add call.plain count.preempt.sub returns',
    ]);
  });

  it('a counter that comes back is fine, one that does not is found at the return', () => {
    expect(broken(walk([countUp, countDown, ret], task))).toEqual([]);
    expect(broken(walk([countUp, ret], task))).toEqual(['PAIR counter-changed +7']);
  });

  it('two branches on one unknown go the same way', () => {
    const both = [test, jumpIfZero(3), countUp, call('g'), line('85 db'), ret];
    expect(broken(walk(both, task))).toEqual(['PAIR counter-changed +18']);
    // mov %edi,%ebx keeps the condition over the call.
    const kept = [
      line('89 fb'),
      line('85 db'),
      jumpIfZero(4),
      countUp,
      call('g'),
      line('85 db'),
      jumpIfZero(8),
      countDown,
      ret,
    ];
    expect(broken(walk(kept, task))).toEqual([]);
    // A call changes edi: the second branch is free.
    const lost = [test, jumpIfZero(3), countUp, call('g'), test, jumpIfZero(7), countDown, ret];
    expect(broken(walk(lost, task)).length).toBeGreaterThan(0);
  });

  it('instrumentable code where RCU does not watch is found at the call, and the path tells it', () => {
    const w = walk([line('90'), call('printk'), ret], { start: 'idle' });
    expect(broken(w)).toEqual(['RCU-WATCHING code-without-rcu +1']);
    const [violation] = w.violations;
    if (violation === undefined) throw new Error('nothing found');
    expect(w.confirm(violation)).toBe(true);
    expect(w.retell({ violation })).toEqual([
      { kind: 'entry', place: { section: TEXT, offset: 0 } },
      { kind: 'event', place: { section: TEXT, offset: 1 }, event: 'call.plain', callee: 'printk' },
    ]);
  });

  it('a loop over an unknown ends', () => {
    // 1: call g; inc %ebx; cmp %ebp,%ebx; je 1b
    const w = walk([call('g'), line('ff c3'), line('39 eb'), jumpIfZero(0), ret], task);
    expect(w.finished).toBe(true);
    expect(w.states).toBeLessThan(50);
  });

  it('a bound that is reached is a gap', () => {
    const lines = [call('g'), line('ff c3'), line('39 eb'), jumpIfZero(0), ret];
    const w = walk(lines, task, { ...DEFAULT_BOUNDS, states: 2 });
    expect(w.finished).toBe(false);
    expect(w.gaps.map(({ why }) => why)).toEqual(['more than 2 states from f']);
  });

  it('a counter that becomes something unknown ends the path as a gap, and nothing is judged behind it', () => {
    // mov %esi,%gs:pcpu_hot+8
    const w = walk([line('65 89 35 00 00 00 00', { count: true }), countUp, ret], task);
    expect(broken(w)).toEqual([]);
    expect(w.gaps.map(({ why }) => why)).toEqual(['preempt-count changes in a way that the contract has no event for']);
  });

  it('a counter that falls below zero is found where it falls', () => {
    expect(broken(walk([countDown, ret], task))).toEqual(['PAIR below-zero +0']);
  });

  it.each([
    ['an unknown stack pointer', [line('48 21 c4'), ret], 'the stack pointer is not known at this return'],
    [
      'a return address that was overwritten',
      [line('48 89 1c 24'), ret],
      'what lies on the stack at this return is not the return address',
    ],
    ['falling off the end', [line('90')], 'there is no instruction here'],
  ])('%s is a gap', (_, lines, why) => {
    expect(walk(lines, task).gaps.map((gap) => gap.why)).toEqual([why]);
  });
});

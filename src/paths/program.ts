/** The code of an object as instructions that can be executed: effects with every relocation looked up, decoded once. */
import { sectionOffset } from '../base/brand.ts';
import type { Code, Exit, Func, Place, Step } from '../code/code.ts';
import type { ElfObject, Relocation } from '../elf/elf-object.ts';
import type { Condition, ConstantOperand, Effect, Lifter, MemoryOperand, Operand } from '../isa/effect.ts';
import { baseName } from './known-calls.ts';
import type { KnownEffect } from './known-effect.ts';
import { effectReads, effectWrites, FLAGS } from './liveness.ts';
import type { Names } from './names.ts';
import type { Universe } from './store.ts';
import type { Value } from './value.ts';

/** One way out of an instruction. */
export interface Way {
  readonly exit: Exit;
  /** Where the code goes on: at a call behind it. Looked up when it is first asked for, by `Program.next`. */
  to: Insn | undefined;
}

/** One instruction. */
export interface Insn {
  readonly id: number;
  readonly step: Step;
  /** The function that it is in, and its base name; empty where it is in none. */
  readonly func: Func | undefined;
  readonly functionName: string;
  /** Whether the function begins with it. */
  readonly isStart: boolean;
  /** The ways out behind its effects, and those on which it does not run itself. */
  readonly ways: readonly Way[];
  readonly skips: readonly Way[];
  readonly effects: readonly KnownEffect[];
  /** What a conditional jump asks of the flags. */
  readonly condition: Condition | undefined;
  /** Whether it changes or asks the flags, reads registers, overwrites registers as a whole: bits, flags at bit 31. */
  readonly reads: number;
  readonly writes: number;
  /** The set-if or assign-if among its effects, whose outcome the walk may fork on. */
  readonly choice: Condition | undefined;
}

/** x86 builds give one per-CPU variable two symbols: the second, read-only one is made by the linker script. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  // arch/x86/kernel/vmlinux.lds.S: PROVIDE(const_pcpu_hot = pcpu_hot).
  ['const_pcpu_hot', 'pcpu_hot'],
]);

const keyOf = (place: Place): number => place.section * 0x1_0000_0000 + place.offset;

/** Longest instruction of any architecture, in bytes. */
const LONGEST = 16;

/** All instructions that were ever asked for. */
export class Program {
  readonly code: Code;
  readonly object: ElfObject;
  readonly lifter: Lifter;
  readonly universe: Universe;
  readonly #insns = new Map<number, Insn>();
  readonly #byId: Insn[] = [];
  readonly #sites: Int32Array[] = [];

  constructor(code: Code, object: ElfObject, lifter: Lifter, universe: Universe) {
    this.code = code;
    this.object = object;
    this.lifter = lifter;
    this.universe = universe;
  }

  /** How many instructions were lifted. */
  get count(): number {
    return this.#byId.length;
  }

  /** The instruction at a place; `undefined` where there is none. */
  at(place: Place): Insn | undefined {
    const key = keyOf(place);
    const old = this.#insns.get(key);
    if (old !== undefined) return old;
    const step = this.code.step(place);
    if (step === undefined) return undefined;
    const insn = this.#lift(step);
    this.#insns.set(key, insn);
    this.#byId.push(insn);
    return insn;
  }

  /** The instruction on that way out, where the code goes on at all: at a call behind it. */
  next(way: Way): Insn | undefined {
    if (way.to !== undefined) return way.to;
    const { exit } = way;
    const place = exit.kind === 'flow' || exit.kind === 'call' ? exit.to : undefined;
    if (place !== undefined) way.to = this.at(place);
    return way.to;
  }

  /** The name of what this instruction reads or makes; `slot` tells its several apart. */
  site(insn: Insn, slot: number): number {
    let row = this.#sites[insn.id];
    if (row === undefined) {
      row = new Int32Array(8);
      this.#sites[insn.id] = row;
    }
    const old = row[slot] ?? 0;
    if (old !== 0) return old;
    const { place } = insn.step;
    const id = this.universe.names.of(`@${place.section}:${place.offset}#${slot}`, 'unknown').id;
    row[slot] = id;
    return id;
  }

  /** The name of what a register points to in the function that the instruction is in. */
  baseName(insn: Insn, register: number): number {
    const start = insn.func?.start ?? insn.step.place;
    return this.universe.names.of(`@${start.section}:${start.offset} r${register}`, 'unknown').id;
  }

  /** The address of a symbol plus bytes. */
  symbolAddress(section: number, offset: number): Value {
    return this.universe.values.address(staticName(this.object, this.universe.names, section), offset);
  }

  /** The address of the symbol of that name, where it is defined in the object. */
  addressOf(name: string): Value | undefined {
    for (const symbol of this.object.symbolsNamed(ALIASES.get(name) ?? name)) {
      if (symbol.place.kind === 'defined') return this.symbolAddress(symbol.place.section, symbol.place.offset);
    }
    return undefined;
  }

  /** The place in code that an address is; `undefined` for data and for what is not known. */
  placeOf(address: Value): Place | undefined {
    if (!address.isAddress) return undefined;
    const match = /^section (\d+)$/.exec(this.universe.names.at(address.name)?.text ?? '');
    const section = this.object.sections[Number(match?.[1] ?? -1)];
    if (section === undefined || !section.executable) return undefined;
    return { section: section.index, offset: sectionOffset(address.offset) };
  }

  /** The instructions from a place on, one behind the other as they lie, up to `size` bytes. */
  straight(from: Place, size: number): readonly Insn[] {
    const insns: Insn[] = [];
    let offset: number = from.offset;
    while (offset < from.offset + size) {
      const insn = this.at({ section: from.section, offset: sectionOffset(offset) });
      if (insn === undefined) break;
      insns.push(insn);
      offset += insn.step.instruction.length;
    }
    return insns;
  }

  #lift(step: Step): Insn {
    const { place, instruction } = step;
    const id = this.#byId.length;
    const bytes = this.object.contents(place.section, place.offset, instruction.length);
    const lifted = this.lifter.lift(bytes, place.offset);
    const raw = lifted?.effects ?? [];
    const relocations = this.object
      .relocations(place.section)
      .between(place.offset, place.offset + Math.min(instruction.length, LONGEST));
    const effects = raw.map((e) => this.#known(e, step, relocations));
    let reads = lifted?.condition === undefined ? 0 : FLAGS;
    let writes = 0;
    let choice: Condition | undefined;
    const model = this.lifter.registers;
    for (const e of effects) {
      reads |= effectReads(e, model) & ~writes;
      writes |= effectWrites(e);
      if (e.do === 'set-if' || e.do === 'assign-if') choice = e.condition;
    }
    const func = this.code.functionAt(place);
    const ways = step.exits.filter(isWalked).map((exit): Way => ({ exit, to: undefined }));
    return {
      id,
      step,
      func,
      functionName: baseName(func?.name ?? ''),
      isStart: func !== undefined && func.start.section === place.section && func.start.offset === place.offset,
      ways: ways.filter(({ exit }) => !skipsEffects(exit)),
      skips: ways.filter(({ exit }) => skipsEffects(exit)),
      effects,
      condition: lifted?.condition,
      reads,
      writes,
      choice,
    };
  }

  #known(e: Effect, step: Step, relocations: readonly Relocation[]): KnownEffect {
    // The same effect with other operands: member by member, so that a new kind of effect needs nothing here.
    const known: Record<string, unknown> = { ...e };
    for (const [key, value] of Object.entries<unknown>(e)) {
      if (!isOperand(value) || value.kind === 'register') continue;
      known[key] =
        value.kind === 'constant' ? this.#constant(value, step, relocations) : this.#memory(value, step, relocations);
    }
    // Every constant and memory operand has become a known one.
    return known as unknown as KnownEffect;
  }

  #constant(o: ConstantOperand, step: Step, relocations: readonly Relocation[]) {
    const relocation = relocationAt(o.field, step, relocations);
    const { values } = this.universe;
    if (relocation === undefined) return { kind: 'constant', value: values.constant(o.low, o.high), width: o.width };
    return { kind: 'constant', value: this.#target(relocation, 0), width: o.width };
  }

  #memory(o: MemoryOperand, step: Step, relocations: readonly Relocation[]) {
    const { values } = this.universe;
    const relocation = relocationAt(o.field, step, relocations);
    const { place, instruction } = step;
    const end = instruction.length - (o.field?.offset ?? 0);
    let origin: Value;
    if (relocation !== undefined) origin = this.#target(relocation, o.pcRelative ? end : 0);
    else if (o.pcRelative)
      origin = this.symbolAddress(place.section, place.offset + instruction.length + o.displacement);
    else origin = values.number(o.displacement);
    const { width, perCpu, base, index, scale } = o;
    return {
      kind: 'memory',
      width,
      perCpu,
      scale,
      origin,
      ...(base === undefined ? {} : { base }),
      ...(index === undefined ? {} : { index }),
    };
  }

  /** S + A + `correction`: what a relocated field stands for once the linker has been there. */
  #target(relocation: Relocation, correction: number): Value {
    const symbol = this.object.symbol(relocation.symbol);
    const behind = relocation.addend + correction;
    const { values, names } = this.universe;
    if (symbol.place.kind === 'defined') return this.symbolAddress(symbol.place.section, symbol.place.offset + behind);
    if (symbol.place.kind === 'absolute') return values.number(symbol.place.value + behind);
    const alias = ALIASES.get(symbol.name);
    const known = alias === undefined ? undefined : this.addressOf(alias);
    if (known !== undefined) return values.address(known.name, known.offset + behind);
    return values.address(names.of(`undefined ${symbol.name}`, 'static').id, behind);
  }
}

const isOperand = (x: unknown): x is Operand => typeof x === 'object' && x !== null && 'kind' in x;

function isWalked(exit: Exit): boolean {
  const assumes = 'assumes' in exit ? exit.assumes : undefined;
  return assumes?.kind !== 'alternative' || assumes.aside !== true;
}

/** Whether the instruction itself does not run on this way out: it was patched away, or it faulted. */
function skipsEffects(exit: Exit): boolean {
  if (exit.kind !== 'flow') return false;
  const assumes = exit.assumes;
  return assumes?.kind === 'exception' || (assumes?.kind === 'alternative' && assumes.replaced);
}

function relocationAt(
  field: { offset: number } | undefined,
  step: Step,
  relocations: readonly Relocation[],
): Relocation | undefined {
  if (field === undefined) return undefined;
  const at = step.place.offset + field.offset;
  return relocations.find((r) => r.offset === at);
}

/** The name of a section; a per-CPU section also gets the name of this CPU's copy of it. */
export function staticName(object: ElfObject, names: Names, section: number): number {
  const text = `section ${section}`;
  const isPerCpu = object.sections[section]?.name.startsWith('.data..percpu') ?? false;
  if (!isPerCpu) return names.of(text, 'static').id;
  return names.of(text, 'static', names.of(`this CPU's section ${section}`, 'per-cpu')).id;
}

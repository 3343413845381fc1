/** What this kernel's memory means to a walk: where the contract's variables are, and what a few words hold at first. */
import type { FieldName } from '../contract/fields.ts';
import type { MemberOffsets } from '../elf/struct-members.ts';
import type { KnownEffect, KnownMemory } from './known-effect.ts';
import { settle, toldOffsets } from './offsets.ts';
import type { Program } from './program.ts';
import { PRIVILEGE, SAVED_CS, SAVED_FLAGS, SAVED_FLAGS_IF, savedWords } from './saved-registers.ts';
import type { MemoryPolicy, Partly, Store } from './store.ts';
import type { Value } from './value.ts';
import { type Candidates, placesOf, type VariablePlaces } from './variable-places.ts';
import { contentsOf, LOCKDEP_OFF, PF_IDLE, type Variable, type VariableName } from './variables.ts';
import type { Origin } from './walk-types.ts';
import { type WorkItem, workItemsOf } from './work-bits.ts';

/** PREEMPT_NEED_RESCHED (arch/x86/include/asm/preempt.h): anybody may change it at any time, so nothing learnt of it lasts. */
const NEED_RESCHED = 1 << 31;

/** include/linux/preempt.h: NMI_OFFSET + HARDIRQ_OFFSET. */
const NMI_AND_HARDIRQ = 0x11_0000;

/** thread_info.flags and .syscall_work (arch/x86/include/asm/thread_info.h); thread_info is the first part of the task. */
const THREAD_FLAGS = 0;
const SYSCALL_WORK = 8;

/** The memory of one object. */
export class Memory implements MemoryPolicy {
  readonly #program: Program;
  readonly variables: readonly Variable[];
  /** Words that this object lacks, as sentences: gaps. */
  readonly missing: readonly string[];
  /** The word of thread_info.flags, and of thread_info.syscall_work. */
  readonly workFlags: number;
  readonly syscallWork: number;
  /** What the bits of the former stand for. */
  readonly workItems: readonly WorkItem[];
  /** What the last reading of each is called. */
  readonly workName: number;
  /** The same, of a reading with interrupts on: anybody may set a flag behind it. */
  readonly staleName: number;
  /** Whether interrupts are on; whoever executes says. */
  isEnabled: () => boolean = () => false;
  readonly syscallName: number;
  readonly #byCell = new Map<number, Variable[]>();
  /** Of the saved registers, those that anybody asks for: code segment and flags. */
  readonly #savedWords: readonly [number, number];
  readonly partly: readonly Partly[];
  /** Words behind unknown pointers that are tested more than once. */
  readonly #asked = new Set<number>();
  readonly #initial = new Map<number, Value>();
  readonly #places: VariablePlaces;
  readonly #told: MemberOffsets;
  readonly #disagreements = new Set<string>();

  constructor(program: Program) {
    this.#program = program;
    this.#places = placesOf(program.object);
    this.#told = toldOffsets(program.object);
    const missing: string[] = [];
    const variables: Variable[] = [];
    const { cells, names } = program.universe;
    const current = names.of('current', 'current').id;
    for (const [name, candidates] of this.#places.variables) {
      const found = this.#member(name, current) ?? this.#place(candidates, this.#read(name));
      if (found === undefined) missing.push(name);
      else {
        const variable = { name, ...found };
        variables.push(variable);
        this.#byCell.set(found.cell, [...(this.#byCell.get(found.cell) ?? []), variable]);
      }
    }
    this.variables = variables;
    const info = this.#settle('task_struct.thread_info', undefined, 0);
    this.workFlags = cells.of(current, info + this.#settle('thread_info.flags', undefined, THREAD_FLAGS)).id;
    this.syscallWork = cells.of(current, info + this.#settle('thread_info.syscall_work', undefined, SYSCALL_WORK)).id;
    this.workItems = workItemsOf(program);
    this.workName = names.of('thread_info.flags', 'work').id;
    this.staleName = names.of('thread_info.flags, interrupts on', 'work').id;
    this.syscallName = names.of('thread_info.syscall_work', 'work').id;
    this.#learnInitial(current);
    const saved = names.of('saved registers', 'regs').id;
    const [cs, flags] = [cells.of(saved, SAVED_CS).id, cells.of(saved, SAVED_FLAGS).id];
    this.#savedWords = [cs, flags];
    this.partly = [
      { cell: cs, bits0: PRIVILEGE, bits1: 0 },
      { cell: flags, bits0: SAVED_FLAGS_IF, bits1: 0 },
      ...variables
        .filter(({ name }) => name === 'preempt-count')
        .map(({ cell, shift }) => ({
          cell,
          bits0: shift === 0 ? ~NEED_RESCHED : -1,
          bits1: shift === 0 ? -1 : ~NEED_RESCHED,
        })),
    ];
    this.missing = [
      ...(missing.length === 0 ? [] : [missingText(missing)]),
      ...this.#places.doubts,
      ...this.#disagreements,
    ];
  }

  readonly isVariable = (cell: number): boolean => this.#byCell.has(cell);

  /** While a single path is checked, every word is remembered until other code runs. */
  everything = false;

  readonly tracked = (cell: number): boolean =>
    this.everything || this.#byCell.has(cell) || this.#asked.has(cell) || this.#savedWords.includes(cell);

  readonly stable = (cell: number): boolean => this.#asked.has(cell);

  readonly track = (cell: number): void => {
    this.#asked.add(cell);
  };

  readonly initial = (cell: number): Value | undefined => this.#initial.get(cell);

  readonly changing = (cell: number): number =>
    cell === this.workFlags
      ? this.isEnabled()
        ? this.staleName
        : this.workName
      : cell === this.syscallWork
        ? this.syscallName
        : 0;

  /** The variables in a word. */
  variablesIn(cell: number): readonly Variable[] {
    return this.#byCell.get(cell) ?? [];
  }

  /** Writes what the contract's state says into the variables, and what the origin says into the saved registers. */
  fill(store: Store, origin: Origin, field: (name: FieldName) => number): void {
    const { values } = this.#program.universe;
    const put = (cell: number, value: Value, shift: number, width: number): void => {
      store.setWord(cell, values.replace(store.word(cell) ?? this.initial(cell) ?? values.any, value, shift, width));
    };
    for (const { name, cell, shift, width } of this.variables) {
      put(cell, contentsOf(values, name, field, origin.active), shift, width);
    }
    if (origin.saved !== undefined) {
      const [csCell, flagsCell] = this.#savedWords;
      const { cs, flags } = savedWords(values, origin.saved);
      store.setWord(csCell, cs);
      store.setWord(flagsCell, flags);
    }
  }

  /** `read`: where the code has it, from the symbol on. */
  #place(
    candidates: Candidates,
    read?: (symbol: Value) => number | undefined,
  ): { cell: number; shift: number; width: number } | undefined {
    const { cells, names } = this.#program.universe;
    for (const [symbol, usual, width, member] of candidates) {
      const at = this.#program.addressOf(symbol);
      if (at === undefined) continue;
      const offset = this.#settle(member ?? symbol, read?.(at), usual);
      const here = names.at(at.name)?.perCpu?.id ?? at.name;
      const cell = cells.of(here, at.offset + offset);
      return { cell: cell.id, shift: (at.offset + offset - cell.offset) * 8, width };
    }
    return undefined;
  }

  /** The offset to go by; whoever disagrees makes a gap. */
  #settle(name: string, read: number | undefined, usual: number): number {
    const { offset, gap } = settle({ name, told: this.#told.get(name), read, usual });
    if (gap !== undefined) this.#disagreements.add(gap);
    return offset ?? usual;
  }

  #learnInitial(current: number): void {
    const { values, names } = this.#program.universe;
    const put = (candidates: Candidates, value: Value): void => {
      const at = this.#place(candidates);
      if (at === undefined) return;
      const old = this.#initial.get(at.cell) ?? values.any;
      this.#initial.set(at.cell, values.replace(old, value, at.shift, at.width));
    };
    put(this.#places.current, values.address(current, 0));
    put(this.#places.taskStack, values.address(names.of('task stack', 'stack').id, 0));
    put(this.#places.interruptStack, values.address(names.of('interrupt stack', 'stack').id, 0));
    put([['this_cpu_off', 0, 8]], values.address(names.of("this CPU's distance", 'per-cpu-base').id, 0));
    // lockdep works: the paths without it check nothing more (kernel/locking/lockdep.c, debug_locks).
    put([['debug_locks', 0, 4]], values.one);
    put([['lockdep_recursion', 0, 4]], values.zero);
    // A CPU on which context tracking is active is a nohz_full one (kernel/time/tick-sched.c).
    put([['tick_nohz_full_running', 0, 1]], values.one);
    put([['tick_nohz_full_mask', 0, 8]], values.constant(-1, -1));
    // A breakpoint is armed, as in the hardware's register (arch/x86/include/asm/debugreg.h, hw_breakpoint_active()).
    put([['cpu_dr7', 0, 8]], values.bits(2, 0, 2, 0));
  }

  /** A variable that is a member of the task, whose place depends on the configuration. */
  #member(name: VariableName, current: number): { cell: number; shift: number; width: number } | undefined {
    if (name !== 'lockdep-off' && name !== 'task-flags') return undefined;
    const member = name === 'lockdep-off' ? 'task_struct.lockdep_recursion' : 'task_struct.flags';
    const read = name === 'lockdep-off' ? this.#findLockdepOff() : this.#findTaskFlags();
    const { offset, gap } = settle({ name: member, told: this.#told.get(member), read, usual: undefined });
    if (gap !== undefined) this.#disagreements.add(gap);
    if (offset === undefined) return undefined;
    const cell = this.#program.universe.cells.of(current, offset);
    return { cell: cell.id, shift: (offset - cell.offset) * 8, width: 4 };
  }

  /** Where the code itself shows a variable that has a symbol. */
  #read(name: VariableName): ((symbol: Value) => number | undefined) | undefined {
    return name === 'preempt-count' ? (symbol) => this.#findPreemptCount(symbol) : undefined;
  }

  /** __nmi_enter() adds NMI_OFFSET + HARDIRQ_OFFSET to it, which nothing else is added to (include/linux/hardirq.h). */
  #findPreemptCount(symbol: Value): number | undefined {
    for (const { effect: e } of this.#uses('irqentry_nmi_enter')) {
      if (e.do !== 'compute' || e.operator !== 'add' || e.to.kind !== 'memory' || e.right.kind !== 'constant') continue;
      const { perCpu, base, origin } = e.to;
      if (e.right.value.bits0 !== NMI_AND_HARDIRQ || !perCpu || base !== undefined || !origin.isAddress) continue;
      if (origin.name === symbol.name) return origin.offset - symbol.offset;
    }
    return undefined;
  }

  /** current->flags: is_idle_task(current) is the test of a single bit in irqentry_enter() (kernel/entry/common.c). */
  #findTaskFlags(): number | undefined {
    /** Which member of the task each register was last loaded with. */
    const members = new Map<number, number>();
    for (const { effect: e, behind } of this.#uses('irqentry_enter')) {
      if (e.do === 'assign' && e.to.kind === 'register') {
        const isMember =
          e.from.kind === 'memory' && e.from.base === behind && e.from.origin.isConstant && !e.from.perCpu;
        if (isMember) members.set(e.to.register, e.from.origin.bits0);
        else members.delete(e.to.register);
      }
      if (e.do !== 'compare' || e.operator !== 'and' || e.right.kind !== 'constant') continue;
      if (e.right.value.bits0 !== PF_IDLE) continue;
      const direct = e.left.kind === 'memory' && e.left.base === behind && e.left.origin.isConstant;
      const offset =
        direct && e.left.kind === 'memory'
          ? e.left.origin.bits0
          : e.left.kind === 'register'
            ? members.get(e.left.register)
            : undefined;
      if (offset !== undefined) return offset;
    }
    return undefined;
  }

  /** current->lockdep_recursion: what __nmi_enter() adds LOCKDEP_OFF to (include/linux/hardirq.h). */
  #findLockdepOff(): number | undefined {
    for (const { effect: e, behind } of this.#uses('irqentry_nmi_enter')) {
      if (e.do !== 'compute' || e.operator !== 'add' || e.to.kind !== 'memory' || e.right.kind !== 'constant') continue;
      if (e.to.base !== behind || e.right.value.bits0 !== LOCKDEP_OFF || !e.to.origin.isConstant) continue;
      return e.to.origin.bits0;
    }
    return undefined;
  }

  /** The effects of a function in the order of its bytes, each with the register that was last loaded with `current`. */
  #uses(name: string): readonly { effect: KnownEffect; behind: number }[] {
    const [symbol] = this.#program.object.symbolsNamed(name);
    if (symbol?.place.kind !== 'defined') return [];
    const currentCell = this.#place(this.#places.current)?.cell;
    let behind = -1;
    return this.#program.straight(symbol.place, symbol.size).flatMap((insn) =>
      insn.effects.map((effect) => {
        if (effect.do === 'assign' && effect.to.kind === 'register' && effect.from.kind === 'memory') {
          if (this.#cellOf(effect.from) === currentCell) behind = effect.to.register;
        }
        return { effect, behind };
      }),
    );
  }

  #cellOf(m: KnownMemory): number | undefined {
    const { cells, names } = this.#program.universe;
    if (!m.perCpu || m.base !== undefined || !m.origin.isAddress) return undefined;
    const here = names.at(m.origin.name)?.perCpu;
    return here === undefined ? undefined : cells.of(here.id, m.origin.offset).id;
  }
}

/** In one sentence: a single file of a kernel lacks most of them. */
const missingText = (names: readonly string[]): string =>
  `the file has no variable for ${names.join(', ')}: it is no whole kernel, or built without them, and what rules say of ` +
  'them was not judged';

/**
 * Bodies of handlers: instrumentable functions that a handler calls, and that themselves change what the entry has set up:
 * they enable or disable interrupts, or tell of an interrupt once more. The handler's exit relies on what they leave behind,
 * so that they are looked into, and so are small parts of them that the compiler did not inline. Any other function that a
 * handler calls is a closed box.
 */
import type { Func } from '../code/code.ts';
import { namesAnyOf } from '../code/symbol-references.ts';
import type { ElfSymbol } from '../elf/elf-object.ts';
import { isHandler } from './handler-names.ts';
import { baseName } from './known-calls.ts';
import type { Program } from './program.ts';

/** What tells of an interrupt (include/linux/hardirq.h, include/linux/context_tracking_irq.h). */
const TELLS: ReadonlySet<string> = new Set([
  'irq_enter',
  'irq_exit',
  'irq_enter_rcu',
  'irq_exit_rcu',
  'ct_irq_enter',
  'ct_irq_exit',
  'ct_nmi_enter',
  'ct_nmi_exit',
]);

/** What the kernel writes as an inline function, as cond_local_irq_disable() (arch/x86/kernel/traps.c), is not larger; in bytes. */
const PART = 128;

/**
 * Taking a lock and releasing it leave everything as it was only together, and one of the two may be too large for a part:
 * all of them are closed boxes. Where they are: __lockfunc (include/linux/spinlock.h).
 */
const LOCKS = '.spinlock.text';

/** What is larger is no handler's body; in bytes. */
const LARGEST = 1 << 16;

/** Answers are kept: one for each function of one object. */
export class HandlerBodies {
  readonly #program: Program;
  readonly #acts = new Map<Func, boolean>();
  /** Those that were found to be one: whoever looks into a part of them has come through them. */
  readonly #bodies = new Set<Func>();
  #telling: readonly ElfSymbol[] | undefined;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Whether calls of `callee` by `from` are looked into. */
  isBody(callee: Func | undefined, from: Func): boolean {
    if (callee === undefined) return false;
    // The callee's code is looked at only where it matters.
    const isAsked = isHandler(baseName(from.name)) || (callee.size <= PART && this.#bodies.has(from));
    if (!isAsked || !this.acts(callee)) return false;
    this.#bodies.add(callee);
    return true;
  }

  /** Whether the function's own code sets the interrupt flag or tells of an interrupt. */
  acts(func: Func): boolean {
    const known = this.#acts.get(func);
    if (known !== undefined) return known;
    const acts = !this.#isLock(func) && this.#doesAct(func);
    this.#acts.set(func, acts);
    return acts;
  }

  #isLock({ start }: Func): boolean {
    return this.#program.object.sections[start.section]?.name === LOCKS;
  }

  #doesAct(func: Func): boolean {
    const { object, lifter } = this.#program;
    this.#telling ??= [...TELLS].flatMap((name) => object.symbolsNamed(name));
    const numbers = this.#telling.map(({ index }) => index);
    if (namesAnyOf(object, func, numbers)) return true;
    const { section, offset } = func.start;
    const { setsInterrupts, targets } = lifter.skim(object.contents(section, offset, Math.min(func.size, LARGEST)));
    // Within a section the assembler may have filled in the distance itself.
    const isCalled = ({ place }: ElfSymbol): boolean =>
      place.kind === 'defined' && place.section === section && targets.includes(place.offset - offset);
    return setsInterrupts || this.#telling.some(isCalled);
  }
}

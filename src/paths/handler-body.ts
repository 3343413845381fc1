/**
 * Bodies of handlers: instrumentable functions that a handler calls, and that themselves change what the entry has set up:
 * they enable or disable interrupts, or tell of an interrupt once more. The handler's exit relies on what they leave behind,
 * so that they are looked into, and so are small parts of them that the compiler did not inline. Any other function that a
 * handler calls is a closed box.
 */
import type { Func } from '../code/code.ts';
import { VECTORS } from '../contract/vectors.ts';
import { baseName } from './known-calls.ts';
import type { Program } from './program.ts';

/** Names of handlers, and starts of names. */
const HANDLERS = VECTORS.flatMap(({ handlers }) => handlers.map((pattern) => pattern.split('@')[0] ?? pattern));
const EXACT: ReadonlySet<string> = new Set(HANDLERS.filter((name) => !name.endsWith('*')));
const STARTS = HANDLERS.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));

/** DEFINE_IDTENTRY_* (arch/x86/include/asm/idtentry.h): the handler of `name` is `__name`. */
export const isHandlerOf = (callee: string, root: string): boolean => baseName(callee) === `__${root}`;

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

/** Answers are kept: one for each function of one object. */
export class HandlerBodies {
  readonly #program: Program;
  readonly #acts = new Map<Func, boolean>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** Whether hardware's entry code calls the function. */
  isHandler({ name }: Func): boolean {
    const base = baseName(name);
    return EXACT.has(base) || STARTS.some((start) => base.startsWith(start));
  }

  /** Whether calls of `callee` by `from` are looked into. */
  isBody(callee: Func | undefined, from: Func): boolean {
    if (callee === undefined || !this.acts(callee)) return false;
    return this.isHandler(from) || (callee.size <= PART && this.acts(from));
  }

  /** Whether the function's own code sets the interrupt flag or tells of an interrupt. */
  acts(func: Func): boolean {
    const known = this.#acts.get(func);
    if (known !== undefined) return known;
    const acts = this.#program
      .straight(func.start, func.size)
      .some(
        ({ effects, step }) =>
          effects.some((effect) => effect.do === 'interrupts') ||
          step.exits.some(
            (exit) =>
              (exit.kind === 'call' || exit.kind === 'tail-call') &&
              exit.callee.kind === 'function' &&
              TELLS.has(exit.callee.symbol.name),
          ),
      );
    this.#acts.set(func, acts);
    return acts;
  }
}

/**
 * Bodies of handlers: instrumentable functions that a handler calls, and that themselves change what the entry has set up:
 * they enable or disable interrupts, or tell of an interrupt once more. The handler's exit relies on what they leave behind,
 * so that they are looked into, and so are small parts of them that the compiler did not inline. Any other function that a
 * handler calls is a closed box.
 */
import type { Func } from '../code/code.ts';
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

/** Answers are kept: one for each function of one object. */
export class HandlerBodies {
  readonly #program: Program;
  readonly #acts = new Map<Func, boolean>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** Whether calls of `callee` by `from` are looked into. */
  isBody(callee: Func | undefined, from: Func): boolean {
    if (callee === undefined || !this.acts(callee)) return false;
    return isHandler(baseName(from.name)) || (callee.size <= PART && this.acts(from));
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

/** Which ways out of an instruction a walk must take. */
import type { Executor } from './execute.ts';
import type { Insn, Program, Way } from './program.ts';
import type { Store } from './store.ts';

/** The ways out that what is known allows; `outcome`: of the instruction's own condition. */
export function possibleExits(
  insn: Insn,
  outcome: boolean | undefined,
  keys: ReadonlyMap<string, boolean>,
): readonly Way[] {
  const { ways } = insn;
  if (ways.length === 1) return ways;
  return ways.filter(({ exit }) => {
    const assumes = 'assumes' in exit ? exit.assumes : undefined;
    if (assumes?.kind === 'branch') return outcome === undefined || assumes.taken === outcome;
    if (assumes?.kind === 'static-key') {
      const known = keys.get(assumes.key);
      return known === undefined || known === assumes.enabled;
    }
    return true;
  });
}

/** Whether both outcomes of a set-if or assign-if are worth a path each: where one would teach something, or move an address. */
export function isWorthForking(executor: Executor, store: Store, insn: Insn): boolean {
  const { choice } = insn;
  if (choice === undefined) return false;
  if (insn.effects.some((e) => e.do === 'assign-if')) return true;
  const teaches = (outcome: boolean): boolean => executor.lesson(store.flags, choice, outcome) !== undefined;
  return teaches(true) || teaches(false);
}

/** Whether the next instruction halts: then interrupts that this one enables are taken only there. */
export function isBeforeHalt(program: Program, insn: Insn): boolean {
  const [way] = insn.ways;
  const next = way?.exit.kind === 'flow' ? program.next(way) : undefined;
  return next?.effects.some((e) => e.do === 'deed' && (e.deed === 'halt' || e.deed === 'wait')) ?? false;
}

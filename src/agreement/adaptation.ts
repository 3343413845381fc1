/** How a program of the reference is compared in another form than its own, each time with the reason. */
import type { Edit } from '../reference/edit.ts';
import { choose, local, option, type ProgramClass, type Step, when } from '../reference/program.ts';

/**
 * `folded`: a walk of compiled code sees less than the reference says. `allowed`: a kernel does more than the reference, which
 * leaves it out on purpose.
 */
export type AdaptationKind = 'folded' | 'allowed';

/** One program, as it is compared. */
export interface Adaptation {
  readonly program: string;
  readonly kind: AdaptationKind;
  /** As a clause. */
  readonly why: string;
  /** File and function of the kernel. */
  readonly source: string;
  /** What it does instead, or what is changed in it. */
  readonly to: { readonly steps: readonly Step[]; readonly class?: ProgramClass } | { readonly edits: readonly Edit[] };
  /** Only where others call it, or only where it is compared by itself. */
  readonly only?: 'called' | 'itself';
}

/** The program that stands for any number of tracepoints, each with preemption disabled around its callbacks. */
export const TRACEPOINTS = '__DO_TRACE';

/** Why a callee is folded that has a comparison of its own. */
export const BY_ITSELF = 'a walk takes a call of it for all that it may do, and walks it by itself';

/** These steps, or none of them. */
export const maybe = (says: string, ...steps: readonly Step[]): readonly Step[] => [
  choose(says, [option('no', [], false), option('yes', [], true)], 'asked'),
  when(local('asked'), steps),
];

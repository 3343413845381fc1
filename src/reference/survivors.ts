/**
 * Mutants of the reference that no rule minds, each with the reason why that is right. Reviewed: a survivor that is not here is a
 * hole in the contract until somebody says why it is none.
 */

/** Mutants by their texts (`Mutant.says`), and why they are harmless. */
export interface Survivors {
  readonly why: string;
  readonly mutants: readonly string[];
}

/** The table. */
export const SURVIVORS: readonly Survivors[] = [];

const REASONS: ReadonlyMap<string, string> = new Map(
  SURVIVORS.flatMap(({ why, mutants }) => mutants.map((says) => [says, why] as const)),
);

/** Why a mutant may survive; absent where nobody has said so. */
export const reasonFor = (says: string): string | undefined => REASONS.get(says);

/** What is run or explored together: where the CPU begins, what runs there, and what hardware may bring. */
import { type Configuration, type Feature, hasAll } from '../contract/configuration.ts';
import type { InitialState } from '../contract/initial.ts';
import { VECTORS, type Vector } from '../contract/vectors.ts';

/** Where a scenario begins. */
export interface Root {
  /** Kebab-case, unique in its scenario. */
  readonly name: string;
  readonly from: InitialState;
  /** What runs there, again and again; absent: user mode, which has no steps of its own. */
  readonly program?: string;
}

/** A vector that hardware may bring, and the programs that handle it, by where it came from. */
export interface Handler {
  readonly kind: Vector['kind'];
  /** Absent: it does not come from there. */
  readonly fromUser?: string;
  readonly fromKernel?: string;
}

/** One scenario of the registry. */
export interface Scenario {
  /** For the command line: kebab-case. */
  readonly name: string;
  readonly title: string;
  /** What it shows, as a sentence. */
  readonly says: string;
  readonly roots: readonly [Root, ...Root[]];
  readonly handlers: readonly Handler[];
  /** It exists only in kernels with these features. */
  readonly needs?: readonly Feature[];
}

/** Whether a scenario exists in that kernel. */
export const existsIn = (scenario: Scenario, configuration: Configuration): boolean =>
  hasAll(configuration, scenario.needs);

/** A handler for both origins. */
export const handler = (kind: Vector['kind'], program: string): Handler => ({
  kind,
  ...(kind !== 'double-fault' && { fromUser: program }),
  ...(kind !== 'syscall' && { fromKernel: program }),
});

/** The vector of a kind. */
export function vectorOf(kind: Vector['kind']): Vector {
  const vector = VECTORS.find((known) => known.kind === kind);
  if (vector === undefined) throw new Error(`kentry is wrong here: no vector is a ${kind}`);
  return vector;
}

/** All programs that a scenario's hardware begins. */
export const handlerPrograms = (scenario: Scenario): readonly string[] => [
  ...new Set(
    scenario.handlers.flatMap(({ fromUser, fromKernel }) =>
      [fromUser, fromKernel].filter((name) => name !== undefined),
    ),
  ),
];

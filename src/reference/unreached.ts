/** Steps that no search reached: "sometimes" for every step. Those inside of a step that was not reached are not told again. */

import type { ExplorationReport } from './exploration.ts';
import type { CodeLabel } from './instruction.ts';

const keyOf = ({ program, path, option }: CodeLabel): string => `${program} ${path} ${option ?? ''}`;

/** Labels without those that stand inside of another of them. */
export function outermost(labels: readonly CodeLabel[]): readonly CodeLabel[] {
  const steps = new Set(
    labels.filter(({ option }) => option === undefined).map(({ program, path }) => `${program} ${path}`),
  );
  return labels.filter(({ program, path, option }) => {
    if (path !== '' && steps.has(`${program} `)) return false;
    if (option !== undefined && steps.has(`${program} ${path}`)) return false;
    const parts = path.split('.');
    for (let length = parts.length - 2; length > 0; length -= 2) {
      if (steps.has(`${program} ${parts.slice(0, length).join('.')}`)) return false;
    }
    return true;
  });
}

/** What none of several explorations reached, of what any of them has. */
export function reachedByNone(reports: readonly ExplorationReport[]): readonly CodeLabel[] {
  const reached = new Set(reports.flatMap((report) => report.reached.map(keyOf)));
  const missing = new Map(reports.flatMap(({ unreached }) => unreached.map((label) => [keyOf(label), label] as const)));
  return [...missing].flatMap(([key, label]) => (reached.has(key) ? [] : [label]));
}

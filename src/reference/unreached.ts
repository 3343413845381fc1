/** Steps that no search reached: "sometimes" for every step. Those inside of a step that was not reached are not told again. */

import type { ExplorationReport } from './exploration.ts';
import type { CodeLabel } from './instruction.ts';

const keyOf = ({ program, path, option }: CodeLabel): string => `${program} ${path} ${option ?? ''}`;

/** Numbers before numbers, then names, part by part: the order in which a program is written. */
function before(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part !== other) return Number(part) - Number(other) || (part === 'then' ? -1 : 1);
  }
  return left.length - right.length;
}

/**
 * Steps in the order in which they are written, without those that stand inside of another of them. What has no path is the
 * beginning of a program, which is no step.
 */
export function outermost(labels: readonly CodeLabel[]): readonly CodeLabel[] {
  const whole = labels.filter(({ option }) => option === undefined);
  const steps = new Set(whole.map(({ program, path }) => `${program} ${path}`));
  const outer = labels.filter(({ program, path, option }) => {
    if (path === '' || (option !== undefined && steps.has(`${program} ${path}`))) return false;
    const parts = path.split('.');
    for (let length = parts.length - 2; length > 0; length -= 2) {
      if (steps.has(`${program} ${parts.slice(0, length).join('.')}`)) return false;
    }
    return true;
  });
  const programs = [...new Set(outer.map(({ program }) => program))];
  return programs.flatMap((name) =>
    outer.filter(({ program }) => program === name).toSorted((a, b) => before(a.path, b.path)),
  );
}

/** What none of several explorations reached, of what any of them has. */
export function reachedByNone(reports: readonly ExplorationReport[]): readonly CodeLabel[] {
  const reached = new Set(reports.flatMap((report) => report.reached.map(keyOf)));
  const missing = new Map(reports.flatMap(({ unreached }) => unreached.map((label) => [keyOf(label), label] as const)));
  return [...missing].flatMap(([key, label]) => (reached.has(key) ? [] : [label]));
}

/**
 * What findings have in common: one mistake shows at several instructions, in every function that a macro makes, and at
 * the return of every handler that comes by. Findings of one cause are one finding, with its other places.
 */
import { baseName } from './known-calls.ts';
import type { Program } from './program.ts';
import type { PathFinding, TraceStep } from './walk-types.ts';

/** Makes the updates of context tracking for whoever calls it: not where a wrong order is made. */
const isContextTracking = (name: string): boolean => /^(__)?ct_/.test(name);

/**
 * The cause of a finding, as words that are equal where the cause is; `twin`: the root whose code is the same as that of
 * the finding's own root.
 */
export function causeOf(finding: PathFinding, program: Program, twin: string | undefined): string {
  const { judged, event, callee, path, root } = finding;
  const what = `${judged.rule.id} ${judged.condition.name}`;
  // A return shows what was left out before it: it belongs to whoever made the last step.
  const steps = event === 'return' ? path.slice(0, lastEvent(path.slice(0, -1)) + 1) : path;
  const name = functionOf(steps, program);
  const isOwn = twin !== undefined && name === baseName(root);
  const target = callee === undefined || event === 'return' ? '' : baseName(callee);
  if (!isOwn) return `${what} in ${name} ${target}`;
  return `${what} in ${twin} ${target === `__${baseName(root)}` ? 'its handler' : target}`;
}

/** The place of the last event, or of the entry. */
const lastEvent = (path: readonly TraceStep[]): number =>
  path.findLastIndex(({ kind }) => kind === 'event' || kind === 'entry');

/** The function that the last step is made in, or in whose order. */
function functionOf(path: readonly TraceStep[], program: Program): string {
  const last = path.at(-1);
  if (last === undefined) return '';
  const nameAt = ({ place }: TraceStep): string => baseName(program.code.functionAt(place)?.name ?? '');
  const name = nameAt(last);
  if (!isContextTracking(name)) return name;
  const callers: string[] = [];
  for (const step of path) {
    if (step.kind === 'entered') callers.push(nameAt(step));
    else if (step.kind === 'left') callers.pop();
  }
  return callers.findLast((caller) => !isContextTracking(caller)) ?? name;
}

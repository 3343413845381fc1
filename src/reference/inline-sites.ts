/** Where `__always_inline` matters: programs that noinstr code calls outside of a window. Anywhere else it may be forgotten. */
import { listsOf } from './paths.ts';
import type { Library, ProgramClass, Step } from './program.ts';

/** The names of the inline programs that must be inline, reached from these programs, which begin in noinstr code or as given. */
export function inlineInNoinstr(
  library: Library,
  roots: Iterable<readonly [string, ProgramClass]>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (name: string, runsAs: ProgramClass, open: number): void => {
    const key = `${name} ${runsAs} ${open > 0}`;
    const program = library.get(name);
    if (program === undefined || done.has(key)) return;
    done.add(key);
    walk(program.steps, runsAs, open);
  };
  const walk = (steps: readonly Step[], runsAs: ProgramClass, from: number): number => {
    let open = from;
    for (const step of steps) {
      if (step.op === 'event' && step.event === 'window.begin') open += 1;
      if (step.op === 'event' && step.event === 'window.end') open -= 1;
      if (step.op === 'raise') visit(step.program, 'noinstr', 0);
      if (step.op === 'call') {
        const kind = library.get(step.callee)?.class ?? 'inline';
        if (kind === 'inline' && runsAs === 'noinstr' && open === 0) found.add(step.callee);
        if (kind === 'inline') visit(step.callee, runsAs, open);
        else visit(step.callee, kind, 0);
      }
      for (const { steps: list } of listsOf(step)) {
        const after = walk(list, runsAs, open);
        // What closes the windows before it returns does not close them for what follows.
        if (list.at(-1)?.op !== 'return') open = after;
      }
    }
    return open;
  };
  for (const [name, runsAs] of roots) visit(name, runsAs, 0);
  return found;
}

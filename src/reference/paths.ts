/** Where a step stands in its program: `3`, or `3.then.0` for a step inside of step 3. For labels, printing and edits. */
import { present } from '../base/invariant.ts';
import type { Program, Step } from './program.ts';

/** The place of a step: numbers and the names of lists, with full stops between. */
export type StepPath = string;

type ListName = 'then' | 'else' | 'body';

/** The lists of steps inside of a step. */
export function listsOf(step: Step): readonly { readonly name: ListName; readonly steps: readonly Step[] }[] {
  switch (step.op) {
    case 'if':
      return [
        { name: 'then', steps: step.then },
        ...(step.else === undefined ? [] : [{ name: 'else' as const, steps: step.else }]),
      ];
    case 'while':
    case 'repeat':
      return [{ name: 'body', steps: step.body }];
    default:
      return [];
  }
}

/** The step with other lists inside; names that it does not have are ignored. */
function withList(step: Step, name: ListName, steps: readonly Step[]): Step {
  if (step.op === 'if' && name !== 'body') return { ...step, [name]: steps };
  if ((step.op === 'while' || step.op === 'repeat') && name === 'body') return { ...step, body: steps };
  return step;
}

/** Every step of a program with its path, in the order in which it is written. */
export function* stepsOf(program: Program): Generator<{ readonly path: StepPath; readonly step: Step }> {
  yield* walk(program.steps, '');
}

function* walk(steps: readonly Step[], prefix: string): Generator<{ readonly path: StepPath; readonly step: Step }> {
  for (const [index, step] of steps.entries()) {
    const path = `${prefix}${index}`;
    yield { path, step };
    for (const list of listsOf(step)) yield* walk(list.steps, `${path}.${list.name}.`);
  }
}

/** The step at a path. Throws where there is none. */
export function stepAt(program: Program, path: StepPath): Step {
  for (const found of stepsOf(program)) if (found.path === path) return found.step;
  throw new Error(`${program.name} has no step ${path}`);
}

/** The program with the list that holds the step at `path` replaced by what `edit` makes of it and of the step's place in it. */
export function editList(
  program: Program,
  path: StepPath,
  edit: (steps: readonly Step[], index: number) => readonly Step[],
): Program {
  return { ...program, steps: editedList(program.steps, path.split('.'), edit, program.name, path) };
}

function editedList(
  steps: readonly Step[],
  parts: readonly string[],
  edit: (steps: readonly Step[], index: number) => readonly Step[],
  name: string,
  path: StepPath,
): readonly Step[] {
  const [first = '', listName, ...rest] = parts;
  const index = Number(first);
  const step = /^\d+$/.test(first) ? steps[index] : undefined;
  if (step === undefined) throw new Error(`${name} has no step ${path}`);
  if (listName === undefined) return edit(steps, index);
  const list = listsOf(step).find((known) => known.name === listName);
  if (list === undefined) throw new Error(`${name} has no step ${path}`);
  return steps.with(index, withList(step, list.name, editedList(list.steps, rest, edit, name, path)));
}

/** How many steps a program has, those inside of others included. */
export const countSteps = (program: Program): number => Array.from(stepsOf(program)).length;

/** A list's last index, for a caller that knows it is not empty. */
export const lastOf = <T>(list: readonly T[]): T => present(list.at(-1), 'the list is not empty');

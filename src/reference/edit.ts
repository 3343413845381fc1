/** Edits of programs, as data: what a mutant is, and what the page keeps in its address. */
import { unreachable } from '../base/invariant.ts';
import { editList, type StepPath } from './paths.ts';
import type { Library, Program, ProgramClass, Step } from './program.ts';

/** One change of one program. Paths are those of the program as it is when the edit is applied. */
export type Edit =
  | { readonly op: 'delete'; readonly program: string; readonly path: StepPath }
  /** The step and the one behind it change places. */
  | { readonly op: 'swap'; readonly program: string; readonly path: StepPath }
  | { readonly op: 'duplicate'; readonly program: string; readonly path: StepPath }
  /** The step moves by so many places in its list, backwards where negative. */
  | { readonly op: 'move'; readonly program: string; readonly path: StepPath; readonly by: number }
  | { readonly op: 'class'; readonly program: string; readonly to: ProgramClass }
  | { readonly op: 'replace'; readonly program: string; readonly path: StepPath; readonly step: Step }
  /** Puts a step before the one at the path. */
  | { readonly op: 'insert'; readonly program: string; readonly path: StepPath; readonly step: Step };

/** The program after one edit. Throws where the edit names a place that the program does not have. */
export function editProgram(program: Program, edit: Edit): Program {
  switch (edit.op) {
    case 'delete':
      return editList(program, edit.path, (steps, index) => steps.toSpliced(index, 1));
    case 'swap':
      return moved(program, edit.path, 1);
    case 'move':
      return moved(program, edit.path, edit.by);
    case 'duplicate':
      return editList(program, edit.path, (steps, index) =>
        steps.toSpliced(index, 0, ...steps.slice(index, index + 1)),
      );
    case 'class':
      return { ...program, class: edit.to };
    case 'replace':
      return editList(program, edit.path, (steps, index) => steps.with(index, edit.step));
    case 'insert':
      return editList(program, edit.path, (steps, index) => steps.toSpliced(index, 0, edit.step));
    default:
      return unreachable(edit);
  }
}

function moved(program: Program, path: StepPath, by: number): Program {
  return editList(program, path, (steps, index) => {
    const to = index + by;
    if (to < 0 || to >= steps.length) throw new Error(`${program.name}: step ${path} cannot move by ${by}`);
    return steps.toSpliced(index, 1).toSpliced(to, 0, ...steps.slice(index, index + 1));
  });
}

/** The library with these edits, one after the other. */
export function editLibrary(library: Library, edits: readonly Edit[]): Library {
  const edited = new Map(library);
  for (const edit of edits) {
    const program = edited.get(edit.program);
    if (program === undefined) throw new Error(`there is no program ${edit.program}`);
    edited.set(edit.program, editProgram(program, edit));
  }
  return edited;
}

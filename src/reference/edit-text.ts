/** Edits of programs as short text for an address: `d*irqentry_nmi_enter*3` deletes step 3 of that program. */
import { unreachable } from '../base/invariant.ts';
import type { Edit } from './edit.ts';
import { PROGRAMS } from './library.ts';
import { stepsOf } from './paths.ts';
import { cOfStep } from './print.ts';
import { begin, end, type Library, type Program, type ProgramClass, type Step } from './program.ts';

/** Names of programs have blanks in them. */
const SEPARATOR = '!';

const CLASSES: readonly ProgramClass[] = ['noinstr', 'instrumentable', 'inline'];

/** The edits, each with its letter; one that has no letter is left out. */
export function formatEdits(edits: readonly Edit[]): string {
  return edits.flatMap(formatEdit).join(SEPARATOR);
}

function formatEdit(edit: Edit): readonly string[] {
  switch (edit.op) {
    case 'delete':
      return [`d*${edit.program}*${edit.path}`];
    case 'swap':
      return [`s*${edit.program}*${edit.path}`];
    case 'duplicate':
      return [`u*${edit.program}*${edit.path}`];
    case 'move':
      return [`m*${edit.program}*${edit.path}*${edit.by}`];
    case 'class':
      return [`c*${edit.program}*${edit.to}`];
    case 'insert': {
      const letter = markerLetter(edit.step);
      return letter === undefined ? [] : [`${letter}*${edit.program}*${edit.path}`];
    }
    case 'replace':
      return [];
    default:
      return unreachable(edit);
  }
}

function markerLetter(step: Step): 'b' | 'e' | undefined {
  if (step.op !== 'event') return undefined;
  if (step.event === 'window.begin') return 'b';
  return step.event === 'window.end' ? 'e' : undefined;
}

/** Reads edits; what is none is left out. Whether they fit the programs shows when they are applied. */
export const parseEdits = (text: string): readonly Edit[] => text.split(SEPARATOR).flatMap(parseEdit);

function parseEdit(text: string): readonly Edit[] {
  const [letter, program = '', place = '', more = ''] = text.split('*');
  if (!PROGRAMS.has(program)) return [];
  if (letter === 'c') {
    const to = CLASSES.find((one) => one === place);
    return to === undefined ? [] : [{ op: 'class', program, to }];
  }
  if (!/^[\w.]+$/.test(place)) return [];
  const at = { program, path: place };
  switch (letter) {
    case 'd':
      return [{ op: 'delete', ...at }];
    case 's':
      return [{ op: 'swap', ...at }];
    case 'u':
      return [{ op: 'duplicate', ...at }];
    case 'm':
      return /^-?\d{1,3}$/.test(more) ? [{ op: 'move', ...at, by: Number(more) }] : [];
    case 'b':
      return [{ op: 'insert', ...at, step: begin }];
    case 'e':
      return [{ op: 'insert', ...at, step: end }];
    default:
      return [];
  }
}

/** An edit in words; `library` is what it is an edit of. */
export function editWords(edit: Edit, library: Library): string {
  const name = `${edit.program}()`;
  if (edit.op === 'class') return `${name} is ${edit.to}`;
  const line = lineOf(library.get(edit.program), edit.path);
  switch (edit.op) {
    case 'delete':
      return `left out of ${name}: ${line}`;
    case 'swap':
      return `one line down in ${name}: ${line}`;
    case 'duplicate':
      return `twice in ${name}: ${line}`;
    case 'move':
      return `${edit.by < 0 ? 'up' : 'down'} in ${name}: ${line}`;
    case 'replace':
      return `${cOfStep(edit.step)} in ${name} in place of: ${line}`;
    case 'insert':
      return `${cOfStep(edit.step)} in ${name} before: ${line}`;
    default:
      return unreachable(edit);
  }
}

function lineOf(program: Program | undefined, path: string): string {
  if (program === undefined) return path;
  for (const found of stepsOf(program)) if (found.path === path) return cOfStep(found.step);
  return `step ${path}`;
}

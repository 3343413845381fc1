/** Edits of programs as short text for an address: `d*irqentry_nmi_enter*3` deletes step 3 of that program. */
import { unreachable } from '../../base/invariant.ts';
import type { Edit } from '../../reference/edit.ts';
import { PROGRAMS } from '../../reference/library.ts';
import { begin, end, type ProgramClass, type Step } from '../../reference/program.ts';

/** Names of programs have blanks in them. */
const SEPARATOR = '!';

const CLASSES: readonly ProgramClass[] = ['noinstr', 'instrumentable', 'inline'];

/** The edits, each with its letter; one that the page does not make is left out. */
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

/** An edit in words. */
export function editWords(edit: Edit): string {
  switch (edit.op) {
    case 'delete':
      return `step ${edit.path} of ${edit.program}() is left out`;
    case 'swap':
      return `step ${edit.path} of ${edit.program}() and the next one change places`;
    case 'duplicate':
      return `step ${edit.path} of ${edit.program}() comes twice`;
    case 'move':
      return `step ${edit.path} of ${edit.program}() moves ${edit.by < 0 ? 'up' : 'down'}`;
    case 'class':
      return `${edit.program}() is ${edit.to}`;
    case 'replace':
      return `step ${edit.path} of ${edit.program}() is another`;
    case 'insert':
      return `${markerLetter(edit.step) === 'b' ? 'instrumentation_begin()' : 'instrumentation_end()'} before step ${edit.path} of ${edit.program}()`;
    default:
      return unreachable(edit);
  }
}

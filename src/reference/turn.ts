/** Turns: where a run does not go on by itself. Everything else in it follows from the programs. */
import { VECTORS, type Vector } from '../contract/vectors.ts';

/** One turn, in place of what would come after `at` steps. */
export type Turn =
  /** Hardware brings a vector; of several handlers of its kind the one of that number, from 0. */
  | { readonly at: number; readonly kind: 'inject'; readonly vector: Vector['kind']; readonly nth: number }
  /** The environment answers a choice with its option of that number, from 0. */
  | { readonly at: number; readonly kind: 'choose'; readonly option: number };

/** `13-nmi 30.2`: an NMI after 13 steps; option 2 after 30. What cannot be read is left out. */
export function parseTurns(text: string): readonly Turn[] {
  const turns = new Map<number, Turn>();
  for (const part of text.split(' ')) {
    const [, step, name, number, option] = /^(\d{1,6})(?:-([a-z-]+)(?:\.(\d))?|\.(\d{1,2}))$/.exec(part) ?? [];
    const at = Number(step);
    const vector = VECTORS.find(({ kind }) => kind === name)?.kind;
    if (vector !== undefined) turns.set(at, { at, kind: 'inject', vector, nth: Number(number ?? 0) });
    if (option !== undefined) turns.set(at, { at, kind: 'choose', option: Number(option) });
  }
  return [...turns.values()].sort((one, other) => one.at - other.at);
}

/** The turns as text; `parseTurns` reads it back. */
export const formatTurns = (turns: readonly Turn[]): string => turns.map(formatTurn).join(' ');

function formatTurn(turn: Turn): string {
  if (turn.kind === 'choose') return `${turn.at}.${turn.option}`;
  return `${turn.at}-${turn.vector}${turn.nth === 0 ? '' : `.${turn.nth}`}`;
}

/** The turns with a new one: what came after it goes on as if nothing had been there. */
export const withTurn = (turns: readonly Turn[], turn: Turn): readonly Turn[] => [
  ...turns.filter(({ at }) => at < turn.at),
  turn,
];

/** The turns up to a step: those after it would not fit what they were made for. */
export const turnsBefore = (turns: readonly Turn[], step: number): readonly Turn[] =>
  turns.filter(({ at }) => at < step);

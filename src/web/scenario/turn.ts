/** Turns: where a run does not go on by itself. Everything else in it follows from the programs. */
import { VECTORS, type Vector } from '../../contract/vectors.ts';

/** One turn, in place of what would come after `at` steps. */
export type Turn =
  /** Hardware brings a vector. */
  | { readonly at: number; readonly kind: 'inject'; readonly vector: Vector['kind'] }
  /** The environment answers a choice with its option of that number, from 0. */
  | { readonly at: number; readonly kind: 'choose'; readonly option: number };

/** `13-nmi 30.2`: an NMI after 13 steps; option 2 after 30. What cannot be read is left out. */
export function parseTurns(text: string): readonly Turn[] {
  const turns = new Map<number, Turn>();
  for (const part of text.split(' ')) {
    const [, step, mark, what = ''] = /^(\d{1,6})([-.])([\w-]+)$/.exec(part) ?? [];
    const at = Number(step);
    const vector = VECTORS.find(({ kind }) => kind === what)?.kind;
    if (mark === '-' && vector !== undefined) turns.set(at, { at, kind: 'inject', vector });
    if (mark === '.' && /^\d{1,2}$/.test(what)) turns.set(at, { at, kind: 'choose', option: Number(what) });
  }
  return [...turns.values()].sort((one, other) => one.at - other.at);
}

/** The turns as text; `parseTurns` reads it back. */
export const formatTurns = (turns: readonly Turn[]): string =>
  turns.map((turn) => (turn.kind === 'inject' ? `${turn.at}-${turn.vector}` : `${turn.at}.${turn.option}`)).join(' ');

/** The turns with a new one: what came after it goes on as if nothing had been there. */
export const withTurn = (turns: readonly Turn[], turn: Turn): readonly Turn[] => [
  ...turns.filter(({ at }) => at < turn.at),
  turn,
];

/** The turns up to a step: those after it would not fit what they were made for. */
export const turnsBefore = (turns: readonly Turn[], step: number): readonly Turn[] =>
  turns.filter(({ at }) => at < step);

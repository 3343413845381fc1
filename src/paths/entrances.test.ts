/** Which walks another walk may rely on. */
import { describe, expect, it } from 'vitest';
import { Entrances } from './entrances.ts';

const INSN = 3;
const state = (...rest: number[]): Int32Array => Int32Array.of(INSN, ...rest);

/** A walk that passes these states. */
function walkThrough(entrances: Entrances, ...states: Int32Array[]): void {
  entrances.begin();
  for (const words of states) entrances.pass(words, words.length);
}

describe('entrances', () => {
  it('where a clean walk went on no other need', () => {
    const entrances = new Entrances();
    walkThrough(entrances, state(1), state(2, 2));
    entrances.share(-1);
    expect(entrances.has(state(1), 2)).toBe(true);
    expect(entrances.has(state(2, 2), 3)).toBe(true);
    expect(entrances.has(state(2, 3), 3)).toBe(false);
    expect(entrances.has(state(2, 2), 2)).toBe(false);
  });

  it('where a walk that found something went on every other does', () => {
    const entrances = new Entrances();
    walkThrough(entrances, state(1));
    walkThrough(entrances, state(2));
    entrances.share(-1);
    expect(entrances.has(state(1), 2)).toBe(false);
    expect(entrances.has(state(2), 2)).toBe(true);
  });

  it('what is passed is kept as it was', () => {
    const entrances = new Entrances();
    const words = state(1);
    walkThrough(entrances, words);
    words[1] = 2;
    entrances.share(-1);
    expect(entrances.has(state(1), 2)).toBe(true);
  });

  it("a root that its name gave a handler is no other root's end", () => {
    const entrances = new Entrances();
    walkThrough(entrances, state(1), Int32Array.of(4, 1));
    entrances.share(INSN);
    expect(entrances.has(state(1), 2)).toBe(false);
    expect(entrances.has(Int32Array.of(4, 1), 2)).toBe(true);
  });
});

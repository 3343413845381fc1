/** Time from left to right: lanes of values over steps, in the form in which a hundred thousand steps are drawn quickly. */

import { type Lane, TONES, type Tone } from '../report/lane.ts';

/** All lanes; each has `length` codes. */
export interface Timeline {
  readonly length: number;
  readonly lanes: readonly Lane[];
  /** Steps that are wrong. */
  readonly marks: readonly number[];
}

/** A lane ready to be drawn. */
export interface Runs {
  /** Where each run of one value begins, ascending; the first is 0. */
  readonly starts: Int32Array;
  readonly codes: Uint16Array;
  /**
   * For every level `n` and block `b` the greatest tone among the steps `b << n` up to `(b + 1) << n`: a column of pixels that
   * covers many steps shows the one that matters most.
   */
  readonly greatest: readonly Uint8Array[];
}

/** Cuts a lane into runs, and sums its tones up by powers of two. Takes time and room in proportion to the steps. */
export function runsOf({ codes, looks }: Lane): Runs {
  const tones = looks.map(({ tone }) => TONES.indexOf(tone));
  let count = 0;
  for (let step = 0; step < codes.length; step++) if (step === 0 || codes[step] !== codes[step - 1]) count++;
  const starts = new Int32Array(count);
  const values = new Uint16Array(count);
  let run = 0;
  for (let step = 0; step < codes.length; step++) {
    if (step > 0 && codes[step] === codes[step - 1]) continue;
    starts[run] = step;
    values[run] = codes[step] ?? 0;
    run++;
  }
  let level: Uint8Array = Uint8Array.from(codes, (code) => tones[code] ?? 0);
  const greatest = [level];
  while (level.length > 1) {
    const below = level;
    level = new Uint8Array(Math.ceil(below.length / 2));
    for (let block = 0; block < level.length; block++) {
      level[block] = Math.max(below[2 * block] ?? 0, below[2 * block + 1] ?? 0);
    }
    greatest.push(level);
  }
  return { starts, codes: values, greatest };
}

/** The run that holds a step. */
export function runAt({ starts }: Runs, step: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The tone that matters most among the steps `from` up to `to`, looked up in blocks; at least one step is looked at. */
export function greatestTone({ greatest }: Runs, from: number, to: number): Tone {
  const steps = Math.max(1, to - from);
  const level = Math.min(Math.max(0, Math.floor(Math.log2(steps))), greatest.length - 1);
  const blocks = greatest[level];
  const last = Math.max(from, to - 1) >> level;
  let tone = 0;
  for (let block = from >> level; block <= last; block++) tone = Math.max(tone, blocks?.[block] ?? 0);
  return TONES[tone] ?? 'none';
}

/** A lane: one part of the state over the steps of a run or of a path, each value with its meaning. */

/**
 * What a value means, wherever it is shown; the page and the terminal have one look for each.
 * `off` is what leaps to the eye: it is not on, not watching, not allowed.
 */
export const TONES = ['none', 'plain', 'on', 'user', 'guest', 'idle', 'count', 'off', 'bad'] as const;

/** A meaning. */
export type Tone = (typeof TONES)[number];

/** How one value of a lane looks. */
export interface Look {
  readonly label: string;
  /** What stands where there is no room for the label. */
  readonly short?: string;
  readonly tone: Tone;
}

/** One part of the state over all steps. */
export interface Lane {
  readonly name: string;
  /** What it shows, as a clause. */
  readonly says: string;
  readonly looks: readonly Look[];
  /** For each step the place in `looks`. */
  readonly codes: Uint16Array;
}

/** Makes a lane of values that are told one after the other. */
export function laneOf(name: string, says: string, values: readonly Look[]): Lane {
  const looks: Look[] = [];
  const known = new Map<string, number>();
  const codes = new Uint16Array(values.length);
  values.forEach((look, step) => {
    const key = `${look.tone} ${look.label}`;
    let code = known.get(key);
    if (code === undefined) {
      code = looks.push(look) - 1;
      known.set(key, code);
    }
    codes[step] = code;
  });
  return { name, says, looks, codes };
}

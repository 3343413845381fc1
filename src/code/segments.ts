/** Ranges that may overlap, made disjoint: each byte belongs to the range that starts last before it. */

/** Disjoint ranges by offset; `owners[i]` has `starts[i] .. starts[i + 1]`, -1 is nobody. */
export interface Segments {
  readonly starts: readonly number[];
  readonly owners: readonly number[];
}

/**
 * Makes ranges disjoint: number `owners[i]` claims `from[owner] .. to[owner]`, `to` excluded; `owners` are ordered by `from`.
 * Takes time as their number, however they overlap.
 */
export function flatten(claims: readonly number[], from: ArrayLike<number>, to: ArrayLike<number>): Segments {
  const starts: number[] = [];
  const owners: number[] = [];
  const open: number[] = [];
  const endOf = (owner: number): number => to[owner] ?? 0;
  const put = (at: number, owner: number): void => {
    if (starts.length > 0 && starts[starts.length - 1] === at) {
      owners[owners.length - 1] = owner;
    } else {
      starts.push(at);
      owners.push(owner);
    }
  };
  /** Ends ranges up to `until`: what is still open below the last one goes on behind it. */
  const closeUntil = (until: number): void => {
    for (let top = open.at(-1); top !== undefined && endOf(top) <= until; top = open.at(-1)) {
      const at = endOf(top);
      while (top !== undefined && endOf(top) <= at) {
        open.pop();
        top = open.at(-1);
      }
      put(at, top ?? -1);
    }
  };
  for (const owner of claims) {
    const start = from[owner] ?? 0;
    if (endOf(owner) <= start) continue;
    closeUntil(start);
    open.push(owner);
    put(start, owner);
  }
  closeUntil(Number.POSITIVE_INFINITY);
  return { starts, owners };
}

/** Whom a byte belongs to; -1 where nobody claims it. */
export function ownerAt({ starts, owners }: Segments, offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return owners[low - 1] ?? -1;
}

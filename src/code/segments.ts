/** Ranges that may overlap, made disjoint: each byte belongs to the range that starts last before it. */

/** Disjoint ranges by offset; `owners[i]` has `starts[i] .. starts[i + 1]`, -1 is nobody. */
export interface Segments {
  readonly starts: Uint32Array;
  readonly owners: Int32Array;
}

/**
 * Makes ranges disjoint: number `owners[i]` claims `from[owner] .. to[owner]`, `to` excluded; `owners` are ordered by `from`.
 * Takes time as their number, however they overlap.
 */
export function flatten(claims: ArrayLike<number>, from: ArrayLike<number>, to: ArrayLike<number>): Segments {
  // Each claim begins a segment, and ends one at most.
  const starts = new Uint32Array(claims.length * 2);
  const owners = new Int32Array(claims.length * 2);
  let count = 0;
  const open = new Int32Array(claims.length);
  let depth = 0;
  const put = (at: number, owner: number): void => {
    if (count > 0 && starts[count - 1] === at) count -= 1;
    starts[count] = at;
    owners[count] = owner;
    count += 1;
  };
  const endOfTop = (): number => to[open[depth - 1] ?? 0] ?? 0;
  /** Ends ranges up to `until`: what is still open below the last one goes on behind it. */
  const closeUntil = (until: number): void => {
    while (depth > 0 && endOfTop() <= until) {
      const at = endOfTop();
      while (depth > 0 && endOfTop() <= at) depth -= 1;
      put(at, depth > 0 ? (open[depth - 1] ?? -1) : -1);
    }
  };
  for (let i = 0; i < claims.length; i += 1) {
    const owner = claims[i] ?? 0;
    const start = from[owner] ?? 0;
    if ((to[owner] ?? 0) <= start) continue;
    closeUntil(start);
    open[depth] = owner;
    depth += 1;
    put(start, owner);
  }
  closeUntil(Number.POSITIVE_INFINITY);
  return { starts: starts.subarray(0, count), owners: owners.subarray(0, count) };
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

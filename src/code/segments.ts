/** Ranges that may overlap, made disjoint: each byte belongs to the range that starts last before it. */

/** A range of bytes, `to` excluded. */
export interface OwnedRange {
  readonly from: number;
  readonly to: number;
  readonly owner: number;
}

/** Disjoint ranges by offset; `owners[i]` has `starts[i] .. starts[i + 1]`, -1 is nobody. */
export interface Segments {
  readonly starts: readonly number[];
  readonly owners: readonly number[];
}

/** Makes ranges disjoint that are ordered by `from`. Takes time as their number, however they overlap. */
export function flatten(ranges: readonly OwnedRange[]): Segments {
  const starts: number[] = [];
  const owners: number[] = [];
  const open: OwnedRange[] = [];
  const put = (at: number, owner: number): void => {
    if (starts.at(-1) === at) {
      owners[owners.length - 1] = owner;
    } else {
      starts.push(at);
      owners.push(owner);
    }
  };
  /** Ends ranges up to `until`: what is still open below the last one goes on behind it. */
  const closeUntil = (until: number): void => {
    for (let top = open.at(-1); top !== undefined && top.to <= until; top = open.at(-1)) {
      const at = top.to;
      while (top !== undefined && top.to <= at) {
        open.pop();
        top = open.at(-1);
      }
      put(at, top?.owner ?? -1);
    }
  };
  for (const range of ranges) {
    if (range.to <= range.from) continue;
    closeUntil(range.from);
    open.push(range);
    put(range.from, range.owner);
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

/** What somebody may have meant. */

/** `: did you mean X?` for the name nearest to `typed`, or nothing where all are far away. */
export function suggestion(typed: string, names: Iterable<string>): string {
  const name = nearest(typed, names);
  return name === undefined ? '' : `: did you mean ${name}?`;
}

/** The name with the fewest edits from `typed`, if they are at most a third of its length; the first of equals. */
export function nearest(typed: string, names: Iterable<string>): string | undefined {
  const wanted = typed.toLowerCase();
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of names) {
    const most = Math.min(Math.max(1, Math.floor(name.length / 3)), (best?.edits ?? Number.POSITIVE_INFINITY) - 1);
    const begins = wanted.length >= 3 && name.toLowerCase().startsWith(wanted);
    const edits = begins ? Math.min(1, most) : editsBetween(wanted, name.toLowerCase(), most);
    if (edits <= most) best = { name, edits };
  }
  return best?.name;
}

/** Insertions, deletions, replacements and swaps of neighbours; more than `most` is infinity. */
function editsBetween(one: string, other: string, most: number): number {
  if (most < 0 || Math.abs(one.length - other.length) > most) return Number.POSITIVE_INFINITY;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swap = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? Number.POSITIVE_INFINITY;
}

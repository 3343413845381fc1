/**
 * Whether all that the kernel does is allowed by the reference: both are walked together, fewest letters first, the reference as
 * sets of the nodes that it can be in. So the first difference at a place is a shortest one.
 */
import { ENTERED, type GraphEdge, RETURNED } from '../paths/recorder.ts';
import type { Letter } from './letter.ts';
import type { Graph, Process } from './process.ts';
import { Sets } from './sets.ts';

/** Something that the kernel does and the reference does not do there, or that breaks a rule: behind that nobody walks. */
export interface Difference {
  /** The way to it; its last edge is the one that differs. */
  readonly path: readonly GraphEdge[];
  /** Absent where the kernel returns. */
  readonly letter?: Letter;
  /** What the reference would do. */
  readonly allowed: readonly Letter[];
  readonly mayReturn: boolean;
}

/** A node of the graph, the set that the reference is in by then, and how both came there. */
export interface Pair {
  readonly node: number;
  readonly set: number;
  readonly parent: Pair | undefined;
  readonly edge: GraphEdge | undefined;
}

/** What came of it. */
export interface Inclusion {
  /** One for each place and letter. */
  readonly differences: readonly Difference[];
  readonly pairs: readonly Pair[];
  readonly sets: Sets;
  /** Edges of the graph by their nodes. */
  readonly out: ReadonlyMap<number, readonly GraphEdge[]>;
  /** False where the bound of pairs was reached. */
  readonly finished: boolean;
}

/** Holds the graph against the process. */
export function include(graph: Graph, process: Process, mostPairs: number): Inclusion {
  const out = new Map<number, GraphEdge[]>();
  for (const edge of graph.edges) {
    const list = out.get(edge.from);
    if (list === undefined) out.set(edge.from, [edge]);
    else list.push(edge);
  }
  const sets = new Sets(process);
  const seen = new Set<string>();
  const pairs: Pair[] = [];
  const differences = new Map<string, Difference>();
  const meet = (pair: Pair, front: Pair[]): void => {
    const key = `${pair.node} ${pair.set}`;
    if (seen.has(key)) return;
    seen.add(key);
    pairs.push(pair);
    front.push(pair);
  };
  let front: Pair[] = [];
  meet({ node: ENTERED, set: sets.initial, parent: undefined, edge: undefined }, front);
  while (front.length > 0 && pairs.length <= mostPairs) {
    const next: Pair[] = [];
    // What needs no letter joins the row that is gone through.
    for (const pair of front) {
      for (const edge of out.get(pair.node) ?? []) {
        const letter = graph.letterOf(edge);
        const set = letter === undefined ? pair.set : sets.after(pair.set, letter);
        const returns = set >= 0 && edge.to === RETURNED && !sets.mayEnd(set);
        if (set >= 0 && !returns && edge.breaks === undefined) {
          meet({ node: edge.to, set, parent: pair, edge }, letter === undefined ? front : next);
          continue;
        }
        const path = pathTo(pair, edge);
        const key = `${placeOf(path)} ${returns ? 'return' : letter} ${edge.breaks}`;
        if (differences.has(key)) continue;
        const before = returns ? set : pair.set;
        differences.set(key, {
          path,
          ...(!returns && letter !== undefined && { letter }),
          allowed: sets.letters(before),
          mayReturn: sets.mayEnd(before),
        });
      }
    }
    front = next;
  }
  return { differences: [...differences.values()], pairs, sets, out, finished: front.length === 0 };
}

function pathTo(pair: Pair, last: GraphEdge): readonly GraphEdge[] {
  const path = [last];
  for (let p: Pair | undefined = pair; p?.edge !== undefined; p = p.parent) path.push(p.edge);
  return path.reverse();
}

/** Where the last thing was told. */
function placeOf(path: readonly GraphEdge[]): string {
  const place = path.findLast(({ step }) => step !== undefined)?.step?.place;
  return place === undefined ? 'the entry' : `${place.section}:${place.offset}`;
}

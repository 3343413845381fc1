/** Which steps of the reference occur in the kernel: on some run to an end along a word that the kernel does as well. */
import { type GraphEdge, RETURNED } from '../paths/recorder.ts';
import type { Inclusion, Pair } from './inclusion.ts';
import type { Graph, Process, ProcessEdge } from './process.ts';

/** Edges of the process that the kernel takes too. */
export function takenEdges(graph: Graph, process: Process, { pairs, sets, out }: Inclusion): ReadonlySet<ProcessEdge> {
  const taken = new Set<ProcessEdge>();
  /** The nodes of the process from which both can come to an end, by pair. */
  const alive = new Map<string, Set<number>>();
  const aliveAt = (node: number, set: number): Set<number> => {
    const key = `${node} ${set}`;
    const known = alive.get(key) ?? new Set<number>();
    alive.set(key, known);
    return known;
  };
  /** Follows one edge of the graph backwards. */
  const back = (pair: Pair, edge: GraphEdge, here: Set<number>): void => {
    const letter = graph.letterOf(edge);
    const set = letter === undefined ? pair.set : sets.after(pair.set, letter);
    if (set < 0) return;
    const there = aliveAt(edge.to, set);
    if (letter === undefined) for (const node of there) here.add(node);
    else
      for (const node of sets.nodes(pair.set)) {
        for (const step of process.edges(node)) {
          if (step.letter !== letter || !there.has(step.to)) continue;
          taken.add(step);
          here.add(node);
        }
      }
  };
  /** Follows what is not compared backwards. */
  const spread = (pair: Pair, here: Set<number>): void => {
    for (let before = -1; before !== here.size; ) {
      before = here.size;
      for (const node of sets.nodes(pair.set)) {
        if (process.edges(node).some((step) => step.letter === undefined && here.has(step.to))) here.add(node);
      }
    }
  };
  const backwards = [...pairs].reverse();
  for (let changed = true; changed; ) {
    changed = false;
    for (const pair of backwards) {
      const here = aliveAt(pair.node, pair.set);
      const before = here.size;
      const edges = out.get(pair.node) ?? [];
      // A path that ends without a return has stopped for good.
      if (edges.length === 0) {
        for (const node of sets.nodes(pair.set)) if (pair.node !== RETURNED || process.isEnd(node)) here.add(node);
      }
      for (const edge of edges) back(pair, edge, here);
      spread(pair, here);
      if (here.size !== before) changed = true;
    }
  }
  return taken;
}

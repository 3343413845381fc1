/** The packed search: published and derived numbers, limits, exactness under collisions, and a slow search as its judge. */
import { describe, expect, test } from 'vitest';
import { labelsOf } from './model.ts';
import { twoPhaseCommit } from './models/two-phase.ts';
import type { PackedModel } from './packed-model.ts';
import type { SearchResult } from './result.ts';
import { Search, type SearchLimits } from './search.ts';

function searched(model: PackedModel, limits?: SearchLimits, budget = Number.POSITIVE_INFINITY): SearchResult {
  const search = new Search(model, limits);
  while (search.advance(budget));
  return search.result();
}

describe('two-phase commit', () => {
  // While the manager has not decided, a resource manager is working, prepared unheard, prepared and heard, or has aborted: 4^n.
  // Committed, each is prepared or has committed: 2^n. Aborted, each is working or has aborted without a word, or is
  // prepared or has aborted after a word that was heard or not: 6^n. With n = 3, 7, 9: published as 288, 296,448, 10,340,352.
  const states = (n: number) => 4 ** n + 2 ** n + 6 ** n;
  // Undecided: one TMAbort each and a single TMCommit; a resource manager has 2 steps working, 1 prepared unheard.
  // Committed: 1 prepared. Aborted: 3 working, 1 prepared, heard or not.
  const transitions = (n: number) => 4 ** n + 1 + n * (3 * 4 ** (n - 1) + 2 ** (n - 1) + 5 * 6 ** (n - 1));
  // The only ends: all have committed, or each has aborted without a word, unheard, or heard.
  const ends = (n: number) => 1 + 3 ** n;

  test.each([
    [1, 12],
    [3, 288],
    [5, 8_832],
    [7, 296_448],
  ])('%i resource managers: %i states', (n, published) => {
    const result = searched(twoPhaseCommit(n));
    expect(result.verdict).toBe('holds');
    expect(states(n)).toBe(published);
    expect(result.extent).toMatchObject({
      states: published,
      expanded: published,
      transitions: transitions(n),
      ends: ends(n),
      // Each prepares, is heard and commits, and the manager commits once.
      depth: 3 * n + 1,
      neverTaken: [],
    });
    expect(result.extent.levels.reduce((sum, level) => sum + level)).toBe(published);
    expect(result.extent.taken.reduce((sum, times) => sum + times)).toBe(transitions(n));
  });

  test('an abort after the promise is caught by a shortest path', () => {
    const model = twoPhaseCommit(3, true);
    const result = searched(model, { untilViolation: true });
    if (result.verdict !== 'violated') throw new Error(result.verdict);
    const [violation] = result.violations;
    if (violation.kind !== 'always') throw new Error(violation.kind);
    const labels = labelsOf(violation.path, model);
    // All promise and are heard, the manager commits, one commits and one aborts: 3 + 3 + 1 + 1 + 1.
    expect(labels).toHaveLength(9);
    expect(labels.toSorted().join(' ')).toBe(
      'RMChooseToAbort RMPrepare RMPrepare RMPrepare RMRcvCommitMsg TMCommit TMRcvPrepared TMRcvPrepared TMRcvPrepared',
    );
  });
});

describe('limits are part of the result', () => {
  const model = twoPhaseCommit(5);

  test('memory', () => {
    const result = searched(model, { maxBytes: 100_000 });
    expect(result).toMatchObject({
      verdict: 'incomplete',
      why: 'memory',
      undecided: ['all commit', 'all have decided'],
    });
    expect(result.extent.bytes).toBeLessThanOrEqual(100_000);
    expect(result.extent.states).toBeGreaterThan(1_000);
    expect(result.extent.expanded).toBeLessThan(result.extent.states);
  });

  test('memory, before the first state and for the last bit', () => {
    expect(searched(model, { maxBytes: 100 })).toMatchObject({ why: 'memory', extent: { states: 0, depth: 0 } });
    const { bytes } = searched({ ...model, alwaysPossible: [] }).extent;
    expect(searched(model, { maxBytes: bytes })).toMatchObject({
      why: 'memory',
      undecided: ['all have decided'],
      extent: { states: 8_832, expanded: 8_832 },
    });
  });

  test('depth', () => {
    const { levels } = searched(model).extent;
    const result = searched(model, { maxDepth: 3 });
    expect(result).toMatchObject({ verdict: 'incomplete', why: 'depth', extent: { depth: 3 } });
    expect(result.extent.levels).toEqual(levels.slice(0, 4));
    expect(searched(model, { maxDepth: 16 })).toMatchObject({ why: 'depth', extent: { states: 8_832 } });
    expect(searched(model, { maxDepth: 17 })).toMatchObject({ verdict: 'holds' });
    expect(searched(model, { maxDepth: 0 })).toMatchObject({ why: 'depth', extent: { states: 1, expanded: 0 } });
  });

  test('states', () => {
    const result = searched(model, { maxStates: 1_000 });
    expect(result).toMatchObject({ verdict: 'incomplete', why: 'states' });
    // One state more may bring a few: two for each of five resource managers, and the manager's own.
    expect(result.extent.states).toBeGreaterThanOrEqual(1_000);
    expect(result.extent.states).toBeLessThan(1_012);
  });

  test('whoever drives it stops', () => {
    const search = new Search(model);
    expect(search.advance(100)).toBe(true);
    expect(search.progress()).toMatchObject({ phase: 'forward' });
    expect(search.result()).toMatchObject({ verdict: 'incomplete', why: 'stopped', extent: { expanded: 100 } });
    expect(search.result().extent.levels.reduce((sum, level) => sum + level)).toBe(search.progress().states);
    expect(search.advance(8_732)).toBe(true);
    expect(search.progress()).toMatchObject({ phase: 'backward', queue: 8_832 });
    expect(search.result()).toMatchObject({ verdict: 'incomplete', why: 'stopped', undecided: ['all have decided'] });
    while (search.advance(100));
    expect(search.progress()).toMatchObject({ phase: 'finished' });
    expect(search.result()).toMatchObject({ verdict: 'holds' });
  });

  test('a violation found before a limit is a violation, and says that there may be more', () => {
    const result = searched(twoPhaseCommit(3, true), { maxStates: 452 });
    expect(result).toMatchObject({ verdict: 'violated', incomplete: 'states', violations: [{ kind: 'always' }] });
  });
});

test.each([1, 7, 1_000])('the result does not depend on how the search is driven: by %i', (budget) => {
  for (const limits of [{}, { maxBytes: 200_000 }, { maxStates: 3_000 }, { untilViolation: true }]) {
    const model = twoPhaseCommit(5, true);
    expect(searched(model, limits, budget)).toEqual(searched(model, limits));
  }
});

/** A counter from 0: `tick` to 3; from 1 on also a `crash` that breaks a property, and a `skip` that the model leaves out. */
const counter: PackedModel = {
  name: 'counter',
  words: 1,
  labels: ['tick', 'crash', 'odd', 'never'],
  initial: (out) => {
    const to = out.push(0);
    out.words[to] = 0;
  },
  successors: (state, at, out) => {
    const value = state[at] ?? 0;
    if (value === 3) return out.cut();
    const to = out.pushCopy(0, state, at);
    out.words[to] = value + 1;
    if (value % 2 === 1) out.cover(2);
    if (value < 1) return;
    const crashed = out.push(1);
    out.words[crashed] = 99;
    out.breaks(0);
  },
  always: [{ name: 'no crash' }],
};

// The crash from 1 is the shorter of two.
test('a broken step ends its path and is no part of the graph; a cut step is no deadlock; labels are counted', () => {
  const search = new Search(counter);
  search.advance(Number.POSITIVE_INFINITY);
  const result = search.result();
  expect(result).toMatchObject({
    verdict: 'violated',
    incomplete: undefined,
    extent: { states: 4, transitions: 3, ends: 0, cuts: 1, taken: [3, 2, 1, 0], neverTaken: ['never'] },
  });
  if (result.verdict !== 'violated') throw new Error(result.verdict);
  expect(result.violations).toEqual([
    {
      kind: 'always',
      property: 'no crash',
      path: {
        initial: Int32Array.of(0),
        steps: [
          { label: 0, state: Int32Array.of(1) },
          { label: 1, state: Int32Array.of(99) },
        ],
      },
    },
  ]);
  expect([...search.transitions()]).toEqual([0, 1, 2].map((from) => ({ from, label: 0, to: from + 1 })));
  expect(search.state(3)).toEqual(Int32Array.of(3));
});

test('a model that is not the same each time is our mistake, and says so', () => {
  let asked = 0;
  const fickle: PackedModel = {
    ...counter,
    successors: (_, __, out) => {
      const to = out.push(0);
      out.words[to] = Math.min(++asked, 50);
    },
    always: [{ name: 'below 3', holds: (state, at) => (state[at] ?? 0) < 3 }],
  };
  expect(() => searched(fickle)).toThrow(/same steps each time/);
});

/** A graph drawn by lot, and a slow search that decides everything about it in another way. */
describe('against a slow search, on graphs drawn by lot', () => {
  const WORDS = 3;
  const SIZE = 60;

  /** Park and Miller's generator: the same graphs on every run. */
  const lot = (seed: number) => () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };

  /** `SIZE` vertices, each with none to three edges. Words are negative and large too, so that all 32 bits are compared. */
  function drawn(seed: number) {
    const random = lot(seed * 1_000_003);
    const edges = Array.from({ length: SIZE }, () =>
      Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * SIZE)),
    );
    const bad = Math.floor(random() * SIZE);
    const write = (words: Int32Array, to: number, vertex: number) => {
      words.set([vertex << 25, -vertex, vertex & 1 ? 0x7fffffff : -0x80000000], to);
    };
    const vertexAt = (words: Int32Array, at: number) => 0 - (words[at + 1] ?? 0);
    const model: PackedModel = {
      name: `graph ${seed}`,
      words: WORDS,
      labels: ['first', 'second', 'third'],
      initial: (out) => {
        const to = out.push(0);
        write(out.words, to, 0);
      },
      successors: (state, at, out) => {
        for (const [label, vertex] of (edges[vertexAt(state, at)] ?? []).entries()) {
          const to = out.push(label);
          write(out.words, to, vertex);
        }
      },
      always: [{ name: 'not bad', holds: (state, at) => vertexAt(state, at) !== bad }],
      alwaysPossible: [{ name: 'low', reached: (state, at) => vertexAt(state, at) < 6 }],
      mayEnd: (state, at) => vertexAt(state, at) % 3 === 0,
    };
    return { model, edges, bad, vertexAt };
  }

  /** Distances from one vertex, by relaxing every edge until nothing changes. */
  function distances(edges: readonly (readonly number[])[], start: number): readonly number[] {
    const distance = edges.map((_, vertex) => (vertex === start ? 0 : Number.POSITIVE_INFINITY));
    for (let changed = true; changed; ) {
      changed = false;
      for (const [from, targets] of edges.entries()) {
        const next = (distance[from] ?? 0) + 1;
        for (const to of targets) {
          if (next < (distance[to] ?? 0)) {
            distance[to] = next;
            changed = true;
          }
        }
      }
    }
    return distance;
  }

  /** The least distance at which a vertex has the property, if any has. */
  const nearest = (distance: readonly number[], has: (vertex: number) => boolean) => {
    const least = Math.min(...distance.filter((_, vertex) => has(vertex)));
    return Number.isFinite(least) ? least : undefined;
  };

  const hashes: Record<string, SearchLimits> = {
    'the usual hash': {},
    'one hash for all': { hash: () => 0 },
    'all hashes with the same tag': { hash: (words, at) => (words[at + 1] ?? 0) & 3 },
    'all bits set': { hash: () => -1 },
  };

  test.each(Object.entries(hashes))('%s', (_, limits) => {
    let violated = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { model, edges, bad, vertexAt } = drawn(seed);
      const distance = distances(edges, 0);
      const reachable = distance.filter(Number.isFinite);
      const result = searched(model, limits);
      expect(result.extent.states).toBe(reachable.length);
      expect(result.extent.depth).toBe(Math.max(...reachable));
      const expected = {
        always: nearest(distance, (v) => v === bad),
        deadlock: nearest(distance, (v) => edges[v]?.length === 0 && v % 3 !== 0),
        alwaysPossible: nearest(distance, (v) => nearest(distances(edges, v), (w) => w < 6) === undefined),
      };
      const found: Partial<Record<string, number>> = {
        always: undefined,
        deadlock: undefined,
        alwaysPossible: undefined,
      };
      for (const violation of result.verdict === 'violated' ? result.violations : []) {
        if (violation.kind === 'sometimes') continue;
        const { initial, steps } = violation.path;
        found[violation.kind] = steps.length;
        // The path is one: each state is the successor under its label of the one before.
        let from = vertexAt(initial, 0);
        for (const { label, state } of steps) {
          expect(edges[from]?.[label]).toBe(vertexAt(state, 0));
          from = vertexAt(state, 0);
        }
      }
      expect(found).toEqual(expected);
      violated += Object.values(expected).filter((length) => length !== undefined).length;
    }
    // The graphs are such that there is something to find, and something that holds.
    expect(violated).toBeGreaterThan(100);
    expect(violated).toBeLessThan(500);
  });
});

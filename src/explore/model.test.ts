/** The object face of the search, on graphs whose size can be derived by hand. */
import { describe, expect, test } from 'vitest';
import { explore, labelsOf, type Model } from './model.ts';
import { nestedNmi } from './models/nested-nmi.ts';
import type { SearchResult, Violation } from './result.ts';

const violationsOf = (result: SearchResult<unknown>): readonly Violation<unknown>[] =>
  result.verdict === 'violated' ? result.violations : [];

/** Each violation as its kind, its property, and the labels of its path. */
const told = (result: SearchResult<unknown>, model: { readonly labels: readonly string[] }) =>
  violationsOf(result).map((violation) =>
    [
      violation.kind,
      ...('property' in violation ? [violation.property] : []),
      ...('path' in violation ? [labelsOf(violation.path, model).join(' ')] : []),
    ].join(': '),
  );

describe('NMIs that nest', () => {
  // An NMI has 9 places: before its 8 steps and after each. 1 idle + 9 of one frame + 9 x 9 of two = 91 states.
  // One step from each place, and one more NMI from idle and from each of the nine: 9 + 81 + 1 + 9 = 100.
  // The farthest state: nmi, 8 steps, nmi, 8 steps.
  test('two deep: every number is the derived one', () => {
    const model = nestedNmi(2);
    const { extent, examples } = explore(model);
    expect(extent).toMatchObject({ states: 91, expanded: 91, transitions: 100, depth: 18, ends: 0, neverTaken: [] });
    const nested = examples.get('an NMI nests inside another');
    expect(nested && labelsOf(nested, model)).toEqual(['nmi', 'preempt+', 'nmi', 'preempt+']);
  });

  test('what two frames cannot reach is told; three frames reach it, and everything holds', () => {
    const two = nestedNmi(2);
    expect(told(explore(two), two)).toEqual(['sometimes: three NMIs nest']);
    const three = explore(nestedNmi(3));
    // 1 + 9 + 81 + 729; each of the 819 places has its step, each of the first 91 states one more NMI.
    expect(three.extent).toMatchObject({ states: 820, transitions: 910, depth: 27 });
    expect(three.verdict).toBe('holds');
  });

  test('RCU before the counter is caught by the shortest path', () => {
    const model = nestedNmi(3, ['rcu+', 'preempt+', 'lockdep+', 'trace+']);
    expect(told(explore(model), model)).toEqual(['always: RCU is told only while in_nmi(): nmi rcu+']);
  });

  test('an exit out of order is caught by the shortest path', () => {
    const model = nestedNmi(3, undefined, ['rcu+', 'preempt+', 'lockdep+', 'trace+']);
    expect(told(explore(model), model)).toEqual([
      'always: RCU is told only while in_nmi(): nmi preempt+ lockdep+ rcu+ trace+ trace- lockdep- preempt-',
    ]);
  });

  test('a label that no path takes is named', () => {
    const model = nestedNmi(3, ['preempt+', 'lockdep+', 'rcu+']);
    expect(explore(model).extent.neverTaken).toEqual(['trace+', 'trace-']);
  });
});

/** A graph drawn by its edges; ends may be given. */
function graph(edges: string, properties: Partial<Model<string, 'go'>> = {}): Model<string, 'go'> {
  const pairs = edges.split(' ').map((edge) => edge.split('>'));
  return {
    name: edges,
    labels: ['go'],
    initial: ['a'],
    key: (state) => state,
    successors: (state) => pairs.flatMap(([from, to]) => (from === state && to ? [{ label: 'go', state: to }] : [])),
    mayEnd: () => true,
    ...properties,
  };
}

/** The states along the path of each violation. */
const walked = (result: SearchResult<string>) =>
  violationsOf(result).map((v) => {
    if (!('path' in v)) return v.kind;
    // The states of these graphs are letters.
    return `${v.kind} ${v.path.initial}${v.path.steps.map(({ state }) => state).join('')}`;
  });

describe('verdicts on drawn graphs', () => {
  const goalA = { alwaysPossible: [{ name: 'home', reached: (state: string) => state === 'a' }] };
  const cases: readonly [string, Partial<Model<string, 'go'>>, readonly string[]][] = [
    // a -> b -> a
    ['a>b b>a', goalA, []],
    // From c there is no way back; it is two steps away by b, three by d and e.
    ['a>d a>b b>a b>c d>e e>c e>a c>c', goalA, ['alwaysPossible abc']],
    // The way home from the far end goes back and forth through the order of the search: e > b > f > c > a.
    ['a>d a>c a>b d>e e>b b>f f>c c>a', goalA, []],
    // The same with its last step taken away: only a is at home.
    ['a>d a>c a>b d>e e>b b>f f>c', goalA, ['alwaysPossible ad']],
    ['a>b b>c c>d a>d', { mayEnd: () => false }, ['deadlock ad']],
    ['a>b b>c', { mayEnd: (state) => state === 'c' }, []],
    ['a>b b>c a>c', { always: [{ name: 'never c', holds: (state) => state !== 'c' }] }, ['always ac']],
    ['a>a', { always: [{ name: 'never a', holds: (state) => state !== 'a' }] }, ['always a']],
    ['a>b', { sometimes: [{ name: 'z', reached: (state) => state === 'z' }] }, ['sometimes']],
  ];
  test.each(cases)('%s', (edges, properties, expected) => {
    expect(walked(explore(graph(edges, properties)))).toEqual(expected);
  });

  test('the first violation can be the last thing that is looked for', () => {
    const properties = { always: [{ name: 'never c', holds: (state: string) => state !== 'c' }] };
    const result = explore(graph('a>b b>c c>d d>e', properties), { untilViolation: true });
    expect(result).toMatchObject({ verdict: 'violated', incomplete: 'violation', extent: { states: 3, expanded: 2 } });
  });
});

/** Inclusion and coverage on processes of a few steps. */
import { describe, expect, test } from 'vitest';
import { sectionIndex, sectionOffset } from '../base/brand.ts';
import { ENTERED, type GraphEdge, RETURNED } from '../paths/recorder.ts';
import { takenEdges } from './coverage.ts';
import { include } from './inclusion.ts';
import type { Graph, Process, ProcessEdge } from './process.ts';

/** `from letter to`; a letter is a small number, `-` for none. Node 1 is the entry, node 0 the return. */
function graphOf(...lines: readonly string[]): Graph {
  const letters = new Map<GraphEdge, number>();
  const edges = lines.map((line, index): GraphEdge => {
    const [from = '', letter = '', to = ''] = line.split(' ');
    const place = { section: sectionIndex(1), offset: sectionOffset(index) };
    const edge: GraphEdge =
      letter === '-'
        ? { from: Number(from), to: Number(to), open: false }
        : { from: Number(from), to: Number(to), open: false, step: { kind: 'event', place, event: 'irq.enable' } };
    if (letter !== '-') letters.set(edge, Number(letter));
    return edge;
  });
  return { edges, letterOf: (edge) => letters.get(edge) };
}

/** The same; it begins at node 1 and has returned at node 0. */
function processOf(...lines: readonly string[]): Process & { readonly all: readonly ProcessEdge[] } {
  const edges = new Map<number, ProcessEdge[]>();
  for (const line of lines) {
    const [from = '', letter = '', to = ''] = line.split(' ');
    const edge: ProcessEdge = { to: Number(to), program: line, ...(letter !== '-' && { letter: Number(letter) }) };
    edges.set(Number(from), [...(edges.get(Number(from)) ?? []), edge]);
  }
  return { initial: 1, edges: (node) => edges.get(node) ?? [], isEnd: (n) => n === 0, all: [...edges.values()].flat() };
}

/** What differs: the letters to it, what is done, and what the process would do. */
function differencesOf(graph: Graph, process: Process): readonly string[] {
  return include(graph, process, 1000).differences.map(({ path, letter, allowed, mayReturn }) => {
    const word = path.flatMap((edge) => graph.letterOf(edge) ?? []);
    return `${word.join(' ')}: ${letter ?? 'return'} for ${[...allowed, ...(mayReturn ? ['return'] : [])].join(' ')}`;
  });
}

describe('inclusion', () => {
  test.each([
    ['the same word', ['1 5 2', '2 6 0'], ['1 5 2', '2 6 0'], []],
    ['steps that are not compared', ['1 - 2', '2 5 3', '3 - 0'], ['1 - 4', '4 5 5', '5 - 0'], []],
    ['one of two words', ['1 5 0'], ['1 5 0', '1 6 0'], []],
    ['a choice that shows later', ['1 5 2', '2 7 0'], ['1 5 2', '1 5 3', '2 6 0', '3 7 0'], []],
    ['a loop in a loop', ['1 5 1', '1 6 0'], ['1 5 2', '2 - 1', '1 6 0'], []],
    ['a path that ends nowhere', ['1 5 2'], ['1 5 2', '2 6 0'], []],
    ['another letter', ['1 5 2', '2 7 0'], ['1 5 2', '2 6 0'], ['5 7: 7 for 6']],
    ['one letter more', ['1 5 2', '2 7 3', '3 6 0'], ['1 5 2', '2 6 0'], ['5 7: 7 for 6']],
    ['a return too early', ['1 5 2', '2 - 0'], ['1 5 2', '2 6 0'], ['5: return for 6']],
    ['no return in time', ['1 5 2', '2 6 0'], ['1 5 0'], ['5 6: 6 for return']],
    ['one round too many', ['1 5 1', '1 6 0'], ['1 5 2', '2 6 0'], ['6: 6 for 5', '5 5: 5 for 6']],
    ['the shortest of two ways', ['1 5 2', '2 5 3', '1 - 3', '3 7 0'], ['1 5 2', '2 5 3', '3 6 0'], ['7: 7 for 5']],
  ])('%s', (_, graph, process, expected) => {
    expect(differencesOf(graphOf(...graph), processOf(...process))).toEqual(expected);
  });

  test('ends at what breaks a rule, also where the process does it', () => {
    const { edges, letterOf } = graphOf('1 5 2', '2 6 0');
    const [first, second] = edges;
    if (first === undefined || second === undefined) throw new Error('the graph has two edges');
    const broken: GraphEdge = { ...first, breaks: 'PAIR' };
    const graph: Graph = { edges: [broken, second], letterOf: (edge) => letterOf(edge === broken ? first : edge) };
    expect(differencesOf(graph, processOf('1 5 2', '2 6 0'))).toEqual(['5: 5 for 5']);
  });

  test('nodes of the walk are as told', () => expect([RETURNED, ENTERED]).toEqual([0, 1]));

  test('says that it was cut short', () => {
    const graph = graphOf('1 5 2', '2 5 3', '3 5 0');
    const process = processOf('1 5 2', '2 5 3', '3 5 0');
    expect(include(graph, process, 1).finished).toBe(false);
    expect(include(graph, process, 10).finished).toBe(true);
  });
});

describe('coverage', () => {
  test.each([
    ['everything', ['1 5 2', '2 6 0'], ['1 5 2', '2 6 0'], []],
    ['a branch that the kernel never takes', ['1 5 0'], ['1 5 0', '1 6 0'], ['1 6 0']],
    // The first guess can do 5 as well, but comes to no end with the kernel.
    ['a guess that leads nowhere', ['1 5 2', '2 7 0'], ['1 5 2', '1 5 3', '2 6 0', '3 7 0'], ['1 5 2', '2 6 0']],
    ['a loop', ['1 5 1', '1 6 0'], ['1 5 2', '2 - 1', '1 6 0'], []],
    ['a path that stops for good', ['1 5 2', '2 6 3'], ['1 5 2', '2 6 3'], []],
  ])('%s', (_, graph, process, missing) => {
    const [kernel, reference] = [graphOf(...graph), processOf(...process)];
    const taken = takenEdges(kernel, reference, include(kernel, reference, 1000));
    const compared = reference.all.filter(({ letter }) => letter !== undefined);
    expect(compared.filter((edge) => !taken.has(edge)).map(({ program }) => program)).toEqual(missing);
  });
});

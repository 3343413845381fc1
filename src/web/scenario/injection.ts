/** What hardware may bring at a moment, and why it may not. */
import { compile } from '../../contract/evaluate.ts';
import type { Expression } from '../../contract/expression.ts';
import { read } from '../../contract/layout.ts';
import type { Vector } from '../../contract/vectors.ts';
import { wordsOf as inWords } from '../../contract/wording.ts';
import { type Handler, type Scenario, vectorOf } from '../../reference/scenario.ts';
import { type Moment, type Run, wordsOf } from './run.ts';

/** A vector of the scenario at one moment. */
export interface Injection {
  readonly handler: Handler;
  readonly vector: Vector;
  readonly name: string;
  /** The key that brings it. */
  readonly key: string;
  /** Why it cannot come here, as a clause; absent where it can. */
  readonly whyNot?: string;
}

const NAMES: Readonly<Record<Vector['kind'], readonly [name: string, key: string]>> = {
  syscall: ['syscall', 's'],
  interrupt: ['interrupt', 'i'],
  'simple-interrupt': ['simple interrupt', 'x'],
  'page-fault': ['#PF', 'f'],
  exception: ['exception', 'e'],
  'invalid-op': ['#UD', 'u'],
  nmi: ['NMI', 'n'],
  debug: ['#DB', 'd'],
  breakpoint: ['#BP', 'b'],
  'machine-check': ['#MC', 'm'],
  'double-fault': ['#DF', 'g'],
  'vmm-communication': ['#VC', 'v'],
};

/** What people call a vector. */
export const vectorName = (kind: Vector['kind']): string => NAMES[kind][0];

/** All vectors of the scenario, in its order. */
export function injectionsAt(moment: Moment, { monitor }: Run, scenario: Scenario): readonly Injection[] {
  return scenario.handlers.map((handler) => {
    const [name, key] = NAMES[handler.kind];
    const vector = vectorOf(handler.kind);
    const move = moment.moves.find(({ step }) => step.handler?.kind === handler.kind);
    const common = { handler, vector, name, key };
    if (move !== undefined && move.ends !== 'bound') return common;
    return { ...common, whyNot: whyNot(moment, monitor.deepest, handler, vector, wordsOf(moment, monitor)) };
  });
}

function whyNot(moment: Moment, deepest: number, handler: Handler, vector: Vector, words: Int32Array): string {
  if (moment.moves.length === 0) return 'nothing follows: a rule is broken, or the machine has stopped';
  const missing = failing(vector.deliverable, words);
  if (missing.length > 0) return `hardware holds it off: it needs ${missing.join(' and ')}`;
  const user = read(words, 0, 'mode') === 1;
  if ((user ? handler.fromUser : handler.fromKernel) === undefined) {
    return `it cannot come from ${user ? 'user mode' : 'the kernel'}`;
  }
  if (read(words, 0, 'depth') >= deepest) return `${deepest} contexts are interrupted already: raise the depth`;
  if (vector.where === 'in instrumentable code') return 'it comes only where instrumentable code runs';
  return vector.provided === undefined ? 'it cannot come here' : `it comes only where ${vector.provided}`;
}

/** The parts of a statement that do not hold. */
function failing(expression: Expression, words: Int32Array): readonly string[] {
  if (expression.op === 'all') return expression.of.flatMap((part) => failing(part, words));
  return compile(expression)(words, 0) ? [] : [inWords(expression)];
}

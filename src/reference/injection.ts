/** What hardware may bring at a moment, and why it may not. */
import { compile } from '../contract/evaluate.ts';
import type { Expression } from '../contract/expression.ts';
import { read } from '../contract/layout.ts';
import type { Vector } from '../contract/vectors.ts';
import { wordsOf as inWords } from '../contract/wording.ts';
import { type Moment, nthOf, type Run, wordsOf } from './run.ts';
import { type Handler, type Scenario, vectorOf } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

/** A vector of the scenario at one moment. */
export interface Injection {
  readonly handler: Handler;
  readonly vector: Vector;
  /** Which of the handlers of its kind it is. */
  readonly nth: number;
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

/** What may be injected in every scenario; other vectors where a scenario is about them. */
const SHOWN: ReadonlySet<Vector['kind']> = new Set(['interrupt', 'nmi', 'debug', 'machine-check', 'page-fault']);

/** One handler for each vector: the first that any scenario has. */
const USUAL_HANDLERS: readonly Handler[] = [
  ...new Map(
    SCENARIOS.toReversed().flatMap(({ handlers }) => handlers.toReversed().map((handler) => [handler.kind, handler])),
  ).values(),
].reverse();

/** The scenario with a handler for whatever hardware can bring, be it explored or not. */
export function injectable(scenario: Scenario): Scenario {
  const kinds = new Set(scenario.handlers.map(({ kind }) => kind));
  const more = USUAL_HANDLERS.filter(({ kind }) => !kinds.has(kind) && SHOWN.has(kind));
  return { ...scenario, handlers: [...scenario.handlers, ...more] };
}

/** All vectors of the run's scenario, in its order. */
export function injectionsAt(moment: Moment, { monitor, scenario }: Run): readonly Injection[] {
  return scenario.handlers.map((handler) => {
    const [plain, letter] = NAMES[handler.kind];
    const vector = vectorOf(handler.kind);
    const nth = nthOf(handler, scenario);
    // A second handler of a kind is told from the first by its program, and its key by shift.
    const name = nth === 0 ? plain : `${plain} (${handler.fromKernel ?? handler.fromUser})`;
    const key = nth === 0 ? letter : letter.toUpperCase();
    const move = moment.moves.find(({ step }) => step.handler === handler);
    const common = { handler, vector, nth, name, key };
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

/** The convenient face of the search: states are objects of any kind. A thin layer over a packed model of one word. */
import { invariant, present } from '../base/invariant.ts';
import type { PackedGoal, PackedModel } from './packed-model.ts';
import type { Path, SearchResult, Violation } from './result.ts';
import { Search, type SearchLimits } from './search.ts';

/** A step to a state, under one of the model's labels. */
export interface Step<S, Label extends string> {
  readonly label: Label;
  readonly state: S;
}

/** A set of states with a name. */
export interface Goal<S> {
  readonly name: string;
  readonly reached: (state: S) => boolean;
}

/** A finite graph of objects given by its steps; all members are pure, and mean what they mean in `PackedModel`. */
export interface Model<S, Label extends string = string> {
  readonly name: string;
  readonly labels: readonly Label[];
  readonly initial: readonly S[];
  readonly successors: (state: S) => Iterable<Step<S, Label>>;
  /** A text that is the state: two states are the same exactly where their keys are equal. */
  readonly key: (state: S) => string;
  readonly always?: readonly { readonly name: string; readonly holds: (state: S) => boolean }[];
  readonly sometimes?: readonly Goal<S>[];
  readonly alwaysPossible?: readonly Goal<S>[];
  readonly mayEnd?: (state: S) => boolean;
}

/**
 * Searches the whole model, or until a limit. For small models and tests: it keeps each state as an object and as a key,
 * some fifteen times slower than a packed model; `maxBytes` does not count those.
 */
export function explore<S, Label extends string>(model: Model<S, Label>, limits?: SearchLimits): SearchResult<S> {
  const { packed, stateOf } = pack(model);
  const search = new Search(packed, limits);
  search.advance(Number.POSITIVE_INFINITY);
  return mapStates(search.result(), stateOf);
}

/** The names of the labels along a path. */
export function labelsOf(path: Path<unknown>, model: { readonly labels: readonly string[] }): readonly string[] {
  return path.steps.map(({ label }) => present(model.labels[label], 'a step has a label of the model'));
}

/** A packed model whose one word is the number of a state, given out as states appear, and the way back. */
function pack<S, Label extends string>(model: Model<S, Label>) {
  const states: S[] = [];
  const numbers = new Map<string, number>();
  const labels = new Map(model.labels.map((label, number) => [label, number]));
  const numberOf = (state: S): number => {
    const key = model.key(state);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, states.length);
    return states.push(state) - 1;
  };
  const stateOf = (words: Int32Array, at = 0): S => {
    const number = words[at] ?? states.length;
    invariant(number in states, 'a word of this model is the number of a state');
    // The invariant has seen it; S itself may be a type with undefined in it.
    return states[number] as S;
  };
  const goal = ({ name, reached }: Goal<S>): PackedGoal => ({
    name,
    reached: (words, at) => reached(stateOf(words, at)),
  });
  const { mayEnd } = model;
  const packed: PackedModel = {
    name: model.name,
    words: 1,
    labels: model.labels,
    initial: (out) => {
      for (const state of model.initial) {
        const to = out.push(0);
        out.words[to] = numberOf(state);
      }
    },
    successors: (words, at, out) => {
      for (const { label, state } of model.successors(stateOf(words, at))) {
        const to = out.push(present(labels.get(label), `${model.name} names its label ${label}`));
        out.words[to] = numberOf(state);
      }
    },
    always: (model.always ?? []).map(({ name, holds }) => ({ name, holds: (words, at) => holds(stateOf(words, at)) })),
    sometimes: (model.sometimes ?? []).map(goal),
    alwaysPossible: (model.alwaysPossible ?? []).map(goal),
    ...(mayEnd && { mayEnd: (words, at) => mayEnd(stateOf(words, at)) }),
  };
  return { packed, stateOf };
}

function mapStates<A, B>(result: SearchResult<A>, map: (state: A) => B): SearchResult<B> {
  const path = ({ initial, steps }: Path<A>): Path<B> => ({
    initial: map(initial),
    steps: steps.map((step) => ({ label: step.label, state: map(step.state) })),
  });
  const violation = (v: Violation<A>): Violation<B> => (v.kind === 'sometimes' ? v : { ...v, path: path(v.path) });
  const examples = new Map(Array.from(result.examples, ([name, example]) => [name, path(example)]));
  if (result.verdict !== 'violated') return { ...result, examples };
  const [first, ...rest] = result.violations;
  return { ...result, examples, violations: [violation(first), ...rest.map(violation)] };
}

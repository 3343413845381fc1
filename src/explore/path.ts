/** Shortest paths, from the parents that the search kept. Labels are not kept: the steps of a path are taken once more. */
import { invariant } from '../base/invariant.ts';
import type { PackedModel } from './packed-model.ts';
import type { Path, PathStep } from './result.ts';
import { NO_PARENT, type StateStore } from './state-store.ts';
import { Successors } from './successors.ts';

/** The path by which the search first came to the state `index`. */
export function pathTo(model: PackedModel, store: StateStore, index: number): Path<Int32Array> {
  const indices = [index];
  for (let parent = store.parentOf(index); parent !== NO_PARENT; parent = store.parentOf(parent)) indices.push(parent);
  indices.reverse();
  const [first = index, ...others] = indices;
  const steps: PathStep<Int32Array>[] = [];
  let parent = first;
  for (const child of others) {
    steps.push(stepBetween(model, store, parent, child));
    parent = child;
  }
  return { initial: store.state(first), steps };
}

/** The path to the state `parent`, and the step from it that the model pushed as number `ordinal`. */
export function pathByBrokenStep(model: PackedModel, store: StateStore, parent: number, ordinal: number) {
  const { initial, steps } = pathTo(model, store, parent);
  const out = successorsOf(model, store, parent);
  invariant(ordinal < out.length, `the model ${model.name} pushes the same steps each time it is asked`);
  return { initial, steps: [...steps, stepAt(out, ordinal)] } satisfies Path<Int32Array>;
}

/** The first step that the model pushes from `parent` to `child`. */
function stepBetween(model: PackedModel, store: StateStore, parent: number, child: number): PathStep<Int32Array> {
  const out = successorsOf(model, store, parent);
  const wanted = store.state(child);
  for (let i = 0; i < out.length; i++) {
    const step = stepAt(out, i);
    if (out.broken[i] === 0 && step.state.every((word, k) => word === wanted[k])) return step;
  }
  throw new Error(`kentry is wrong here: the model ${model.name} does not push the same steps each time it is asked`);
}

function successorsOf(model: PackedModel, store: StateStore, index: number): Successors {
  const out = new Successors(model.words, model.labels.length);
  model.successors(store.chunkOf(index), store.offsetOf(index), out);
  return out;
}

function stepAt(out: Successors, i: number): PathStep<Int32Array> {
  const at = i * out.width;
  return { label: out.labels[i] ?? 0, state: out.words.slice(at, at + out.width) };
}

/**
 * Effects on states that are known in part. The same data as in `apply.ts`, read so that what an unknown field decides
 * becomes unknown, and never a guess.
 */
import { unreachable } from '../base/invariant.ts';
import { type Apply, compileEffects, DONE, type Outcome } from './apply.ts';
import type { Configuration } from './configuration.ts';
import { compilePartial } from './evaluate.ts';
import type { Effect } from './event.ts';
import { moves } from './initial.ts';
import { CPU_WORDS, LEVEL_WORDS, read, slotOf, write } from './layout.ts';
import { markUnknown } from './state.ts';

/** Applies an event to `words`, of which the bits set in `unknown` (same layout) are not known; both change in place. */
export type ApplyPartial = (words: Int32Array, unknown: Int32Array, at: number, deepest: number) => Outcome;

/** The effects, one after the other; it stops at the first that does not end with DONE. The depth must be known. */
export function compilePartialEffects(effects: readonly Effect[], configuration: Configuration): ApplyPartial {
  const each = effects.map((effect) => compileOne(effect, configuration));
  return (words, unknown, at, deepest) => {
    for (const apply of each) {
      const outcome = apply(words, unknown, at, deepest);
      if (outcome !== DONE) return outcome;
    }
    return DONE;
  };
}

function compileOne(effect: Effect, configuration: Configuration): ApplyPartial {
  const exact = compileEffects([effect], configuration);
  switch (effect.op) {
    case 'set': {
      const { word, shift, mask } = slotOf(effect.field);
      const moving = moves(effect.field, configuration);
      return (words, unknown, at, deepest) => {
        if (moving) unknown[at + word] = (unknown[at + word] ?? 0) & ~(mask << shift);
        return exact(words, at, deepest);
      };
    }
    case 'add':
      // An unknown number stays unknown: neither a bound nor an underflow can be told of it.
      return (words, unknown, at, deepest) =>
        read(unknown, at, effect.field) === 0 ? exact(words, at, deepest) : DONE;
    case 'when': {
      const test = compilePartial(effect.if);
      const then = compilePartialEffects(effect.then, configuration);
      return (words, unknown, at, deepest) => {
        const truth = test(words, unknown, at);
        if (truth === 'yes') return then(words, unknown, at, deepest);
        if (truth === 'unknown') forget(effect.then, unknown, at);
        return DONE;
      };
    }
    case 'enter':
      return entering(exact);
    case 'leave':
      return leaving(exact);
    case 'call':
    case 'return':
      // How functions nest is always known: a source that walks code counts it itself.
      return (words, _unknown, at, deepest) => exact(words, at, deepest);
    default:
      return unreachable(effect);
  }
}

/** What the effects may have written is not known any more. */
function forget(effects: readonly Effect[], unknown: Int32Array, at: number): void {
  for (const effect of effects) {
    if (effect.op === 'set' || effect.op === 'add') markUnknown(unknown, at, effect.field);
    else if (effect.op === 'when') forget(effect.then, unknown, at);
  }
}

/** What is not known of mode and flag is not known of `origin` and `savedIrq`. */
const entering =
  (exact: Apply): ApplyPartial =>
  (words, unknown, at, deepest) => {
    const outcome = exact(words, at, deepest);
    if (outcome !== DONE) return outcome;
    unknown.copyWithin(at + read(words, at, 'depth') * LEVEL_WORDS, at, at + LEVEL_WORDS);
    unknown.fill(0, at + CPU_WORDS, at + LEVEL_WORDS);
    if (read(unknown, at, 'mode') !== 0) markUnknown(unknown, at, 'origin');
    if (read(unknown, at, 'irq') !== 0) markUnknown(unknown, at, 'savedIrq');
    write(unknown, at, 'mode', 0);
    return DONE;
  };

const leaving =
  (exact: Apply): ApplyPartial =>
  (words, unknown, at, deepest) => {
    const kept = at + read(words, at, 'depth') * LEVEL_WORDS;
    const outcome = exact(words, at, deepest);
    if (outcome !== DONE) return outcome;
    write(unknown, at, 'mode', read(unknown, kept, 'mode'));
    write(unknown, at, 'irq', read(unknown, kept, 'irq'));
    unknown.copyWithin(at + CPU_WORDS, kept + CPU_WORDS, kept + LEVEL_WORDS);
    unknown.fill(0, kept, kept + LEVEL_WORDS);
    return DONE;
  };

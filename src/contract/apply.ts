/** Effects as functions over packed states, in place. What an event does is decided by its data alone. */
import { unreachable } from '../base/invariant.ts';
import type { Configuration } from './configuration.ts';
import { compile } from './evaluate.ts';
import type { Effect } from './event.ts';
import { moves } from './initial.ts';
import { CPU_WORDS, LEVEL_WORDS, slotOf } from './layout.ts';

/** How applying an effect ended. */
export const DONE = 0;
/** A counter would fall below zero: something is left that was not entered. */
export const BELOW_ZERO = 1;
/** The contract's state cannot hold it: a bound was reached, which says nothing about the code. */
export const BEYOND = 2;

/** DONE, BELOW_ZERO or BEYOND. */
export type Outcome = typeof DONE | typeof BELOW_ZERO | typeof BEYOND;

/** Applies an effect to the state at `words[at]`, which has room for `deepest` interrupted contexts. */
export type Apply = (words: Int32Array, at: number, deepest: number) => Outcome;

const depth = slotOf('depth');
const mode = slotOf('mode');
const irq = slotOf('irq');
const origin = slotOf('origin');
const savedIrq = slotOf('savedIrq');
const windows = slotOf('windows');
const callers = slotOf('callers');

/** One step in the field that holds the callers. */
const CALLER_BITS = 3;

const NOTHING: Apply = () => DONE;

/** The effects, one after the other; it stops at the first that does not end with DONE. */
export function compileEffects(effects: readonly Effect[], configuration: Configuration): Apply {
  const each = effects.map((effect) => compileEffect(effect, configuration)).filter((apply) => apply !== NOTHING);
  const [only] = each;
  if (only === undefined) return NOTHING;
  if (each.length === 1) return only;
  return (words, at, deepest) => {
    for (const apply of each) {
      const outcome = apply(words, at, deepest);
      if (outcome !== DONE) return outcome;
    }
    return DONE;
  };
}

function compileEffect(effect: Effect, configuration: Configuration): Apply {
  switch (effect.op) {
    case 'set': {
      if (!moves(effect.field, configuration)) return NOTHING;
      const { word, shift, mask } = slotOf(effect.field);
      const keep = ~(mask << shift);
      const bits = effect.value << shift;
      return (words, at) => {
        words[at + word] = ((words[at + word] ?? 0) & keep) | bits;
        return DONE;
      };
    }
    case 'add': {
      if (!moves(effect.field, configuration)) return NOTHING;
      const { word, shift, mask } = slotOf(effect.field);
      const keep = ~(mask << shift);
      const { by } = effect;
      return (words, at) => {
        const old = words[at + word] ?? 0;
        const value = ((old >>> shift) & mask) + by;
        if (value < 0) return BELOW_ZERO;
        if (value > mask) return BEYOND;
        words[at + word] = (old & keep) | (value << shift);
        return DONE;
      };
    }
    case 'when': {
      const test = compile(effect.if);
      const then = compileEffects(effect.then, configuration);
      return (words, at, deepest) => (test(words, at) ? then(words, at, deepest) : DONE);
    }
    case 'enter':
      return enter;
    case 'leave':
      return leave;
    case 'call':
      return configuration.features.has('markers') ? callOf(effect.windows) : NOTHING;
    case 'return':
      return configuration.features.has('markers') ? functionReturn : NOTHING;
    default:
      return unreachable(effect);
  }
}

const enter: Apply = (words, at, deepest) => {
  const level = ((words[at + depth.word] ?? 0) >>> depth.shift) & depth.mask;
  if (level >= deepest) return BEYOND;
  words.copyWithin(at + (level + 1) * LEVEL_WORDS, at, at + LEVEL_WORDS);
  for (let word = CPU_WORDS; word < LEVEL_WORDS; word++) words[at + word] = 0;
  const wasMode = ((words[at + mode.word] ?? 0) >>> mode.shift) & mode.mask;
  const wasIrq = ((words[at + irq.word] ?? 0) >>> irq.shift) & 1;
  words[at + mode.word] = (words[at + mode.word] ?? 0) & ~(mode.mask << mode.shift);
  words[at + depth.word] = (words[at + depth.word] ?? 0) | ((level + 1) << depth.shift);
  words[at + origin.word] = (words[at + origin.word] ?? 0) | (wasMode << origin.shift);
  words[at + savedIrq.word] = (words[at + savedIrq.word] ?? 0) | (wasIrq << savedIrq.shift);
  return DONE;
};

const leave: Apply = (words, at) => {
  const level = ((words[at + depth.word] ?? 0) >>> depth.shift) & depth.mask;
  if (level === 0) return BELOW_ZERO;
  const kept = at + level * LEVEL_WORDS;
  const back = (mode.mask << mode.shift) | (1 << irq.shift);
  words[at + mode.word] = ((words[at + mode.word] ?? 0) & ~back) | ((words[kept + mode.word] ?? 0) & back);
  for (let word = CPU_WORDS; word < LEVEL_WORDS; word++) words[at + word] = words[kept + word] ?? 0;
  words.fill(0, kept, kept + LEVEL_WORDS);
  return DONE;
};

function callOf(begin: number): Apply {
  return (words, at) => {
    const open = ((words[at + windows.word] ?? 0) >>> windows.shift) & windows.mask;
    const outer = ((words[at + callers.word] ?? 0) >>> callers.shift) & callers.mask;
    // The deepest caller must not be pushed out, unless it is a noinstr function without windows, which reads as 0 again.
    if (outer << CALLER_BITS > callers.mask) return BEYOND;
    setFunction(words, at, begin, (outer << CALLER_BITS) | open);
    return DONE;
  };
}

const functionReturn: Apply = (words, at) => {
  const outer = ((words[at + callers.word] ?? 0) >>> callers.shift) & callers.mask;
  setFunction(words, at, outer & windows.mask, outer >>> CALLER_BITS);
  return DONE;
};

function setFunction(words: Int32Array, at: number, open: number, outer: number): void {
  words[at + windows.word] =
    ((words[at + windows.word] ?? 0) & ~(windows.mask << windows.shift)) | (open << windows.shift);
  words[at + callers.word] =
    ((words[at + callers.word] ?? 0) & ~(callers.mask << callers.shift)) | (outer << callers.shift);
}

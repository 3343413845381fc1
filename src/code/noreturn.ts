/**
 * Functions that never return: by name, and those whose code has no way back.
 *
 * As in tools/objtool/check.c, dead_end_function(): a function returns if it has a return, or makes a tail call of one that
 * does; of what it calls otherwise it is taken for granted that it comes back. Whatever is not understood may return.
 */
import type { Instruction } from '../isa/instruction.ts';
import type { Callee, Exit, Func, Place } from './code.ts';
import { NORETURN_NAMES } from './noreturn-names.ts';
import { placeKey } from './references.ts';

/** Functions that are looked into for one question, at most; beyond that the answer is that it may return. */
const MOST_FUNCTIONS = 32;

/** Instructions that are looked at in one function, at most. */
const MOST_INSTRUCTIONS = 20_000;

/** What is looked at of an instruction. */
export interface Outlined {
  readonly instruction: Instruction;
  readonly exits: readonly Exit[];
}

/** What functions are looked into with. */
export interface NoreturnSources {
  /** An instruction of `func` and its ways out, calls taken for instructions that go on; `undefined` where there is none. */
  readonly outline: (place: Place, func: Func) => Outlined | undefined;
  readonly startingAt: (place: Place) => Func | undefined;
  readonly functionAt: (place: Place) => Func | undefined;
  /** Whether a relocation of the function names a thunk that returns: then there is nothing to look for. */
  readonly namesReturn: (func: Func) => boolean;
}

/** Answers for one object. Every function is looked into once. */
export class Noreturn {
  readonly #sources: NoreturnSources;
  readonly #returns = new Map<number, boolean>();

  constructor(sources: NoreturnSources) {
    this.#sources = sources;
  }

  /** Whether a call of `callee` never comes back. */
  never(callee: Callee): boolean {
    if (callee.kind === 'undefined') return NORETURN_NAMES.has(callee.name);
    if (callee.kind !== 'function') return false;
    const { binding, name, type } = callee.symbol;
    if (binding !== 'local' && NORETURN_NAMES.has(name)) return true;
    // A weak one may be another in the end. Assembly code has ways of its own: it may return by iret.
    if (binding === 'weak' || type !== 'func') return false;
    return !this.#mayReturn(callee.place);
  }

  /** Looks at a function and at all that it ends in, until one returns. */
  #mayReturn(start: Place): boolean {
    const known = this.#returns.get(placeKey(start));
    if (known !== undefined) return known;
    const seen = new Map<number, number[]>([[placeKey(start), []]]);
    const queue: Place[] = [start];
    for (let next = 0; next < queue.length; next += 1) {
      const at = queue[next];
      if (at === undefined) break;
      const key = placeKey(at);
      const ends = next < MOST_FUNCTIONS ? this.#ends(at) : 'returns';
      if (ends === 'returns') {
        this.#settle(key, seen);
        return true;
      }
      for (const end of ends) {
        const to = placeKey(end);
        const before = this.#returns.get(to);
        if (before === true) {
          this.#settle(key, seen);
          return true;
        }
        if (before === false) continue;
        const callers = seen.get(to);
        if (callers === undefined) {
          seen.set(to, [key]);
          queue.push(end);
        } else callers.push(key);
      }
    }
    // All that they end in was seen, and none of it returns.
    for (const key of seen.keys()) this.#returns.set(key, false);
    return false;
  }

  /** Notes that a function returns, and all that were seen to end in it. */
  #settle(returning: number, callers: ReadonlyMap<number, readonly number[]>): void {
    const stack = [returning];
    for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
      if (this.#returns.get(key) === true) continue;
      this.#returns.set(key, true);
      stack.push(...(callers.get(key) ?? []));
    }
  }

  /** The starts of the functions that this one may end in, or that it returns by itself. */
  #ends(start: Place): readonly Place[] | 'returns' {
    const { outline, startingAt, functionAt, namesReturn } = this.#sources;
    const func = startingAt(start);
    if (func === undefined || namesReturn(func)) return 'returns';
    const ends: Place[] = [];
    const seen = new Set<number>([placeKey(start)]);
    const stack: Place[] = [start];
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      const at = outline(place, func);
      if (at === undefined || seen.size > MOST_INSTRUCTIONS) return 'returns';
      for (const exit of at.exits) {
        if (exit.kind === 'return' || exit.kind === 'lost') return 'returns';
        if (exit.kind === 'end') continue;
        if (exit.kind === 'tail-call') {
          const { callee } = exit;
          if (callee.kind === 'undefined' && NORETURN_NAMES.has(callee.name)) continue;
          if (callee.kind !== 'function' || callee.symbol.type !== 'func') return 'returns';
          if (callee.symbol.binding === 'weak') return 'returns';
          if (callee.symbol.binding !== 'local' && NORETURN_NAMES.has(callee.symbol.name)) continue;
          ends.push(callee.place);
          continue;
        }
        const { to } = exit;
        if (to === undefined || seen.has(placeKey(to))) continue;
        seen.add(placeKey(to));
        if (holds(func, to)) {
          stack.push(to);
          continue;
        }
        const inside = isEnd(func, to) ? undefined : functionAt(to);
        const stays = inside !== undefined && placeKey(inside.start) === placeKey(func.start);
        if (stays) stack.push(to);
        // Behind a call at a function's end there is nothing: the call does not come back.
        else if (!isBehindCall(place, at.instruction, to)) return 'returns';
      }
    }
    return ends;
  }
}

/** Whether a place is the first behind the function itself. */
const isEnd = ({ start, size }: Func, { section, offset }: Place): boolean =>
  section === start.section && offset === start.offset + size;

/** Whether `to` is the place behind a call. */
const isBehindCall = (place: Place, { flow, length }: Instruction, to: Place): boolean =>
  (flow.kind === 'call' || flow.kind === 'indirect-call') &&
  to.section === place.section &&
  to.offset === place.offset + length;

/** Whether a place lies in the function itself, not in a part that was split off. */
const holds = ({ start, size }: Func, { section, offset }: Place): boolean =>
  section === start.section && offset >= start.offset && offset < start.offset + size;

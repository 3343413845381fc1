/** Who called whom: the call stack of a place in the walk, interned so that states compare by numbers. */
import type { Func } from '../code/code.ts';
import type { Insn } from './program.ts';
import type { Value } from './value.ts';

/** One frame and, by `caller`, those below it. */
export interface Frame {
  readonly id: number;
  /** `undefined` for the root's own. */
  readonly caller: Frame | undefined;
  /** The call that made it. */
  readonly call: Insn | undefined;
  /** Where the caller goes on; `undefined` for the root, or where the callee is never to return. */
  readonly back: Insn | undefined;
  /** Whether the caller looks at the result. */
  readonly needsResult: boolean;
  readonly depth: number;
  /** Instrumentation windows that were open in the caller at the call. */
  readonly windows: number;
  /** Where its return address lies; a frame of a local call is over once the stack pointer is above. */
  readonly slot: Value | undefined;
  /** The function that runs in it at first; a tail call changes it without a new frame. */
  readonly func: Func | undefined;
}

/** All frames of one root. */
export class Frames {
  readonly #all: Frame[] = [];
  readonly #byKey = new Map<string, Frame>();

  root(func: Func | undefined): Frame {
    return this.#make('root', {
      caller: undefined,
      call: undefined,
      back: undefined,
      needsResult: true,
      depth: 0,
      windows: 0,
      slot: undefined,
      func,
    });
  }

  called(
    caller: Frame,
    call: Insn,
    back: Insn | undefined,
    needsResult: boolean,
    func: Func | undefined,
    windows: number,
    slot: Value,
  ): Frame {
    const key = `${caller.id} ${call.id} ${back?.id ?? -1} ${windows} ${slot.id} ${func?.start.section ?? 0}:${func?.start.offset ?? 0}`;
    return this.#make(key, { caller, call, back, needsResult, depth: caller.depth + 1, windows, slot, func });
  }

  at(id: number): Frame {
    const frame = this.#all[id];
    if (frame === undefined) throw new Error('kentry is wrong here: no frame has this number');
    return frame;
  }

  #make(key: string, fields: Omit<Frame, 'id'>): Frame {
    const old = this.#byKey.get(key);
    if (old !== undefined) return old;
    const frame: Frame = { id: this.#all.length, ...fields };
    this.#all.push(frame);
    this.#byKey.set(key, frame);
    return frame;
  }
}

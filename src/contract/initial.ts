/** The states that a source begins from: what an entry, a run of the idle loop, or a guest round finds. */
import type { Configuration } from './configuration.ts';
import { codeOf, FIELD_NAMES, type FieldName, fieldSpec, type ValueOf } from './fields.ts';
import { stateWords, write } from './layout.ts';

/** Where the CPU is before anything happens. */
export type Start =
  /** In user mode. */
  | 'user'
  /** In a task in the kernel, interrupts on; in its syscall or a kernel thread. */
  | 'task'
  /** The same with interrupts off, lockdep and tracer told. */
  | 'task-irqs-off'
  /** In the idle task, RCU watching, interrupts on. */
  | 'idle-task'
  /** In the idle task, halted: RCU does not watch (interrupts on, as between sti and hlt). */
  | 'idle';

/** A start, and the fields in which the state differs from it. */
export interface InitialState {
  readonly start: Start;
  readonly but?: { readonly [F in FieldName]?: ValueOf<F> };
}

type Values = { [F in FieldName]?: ValueOf<F> };

const KERNEL: Values = {
  irq: 1,
  gif: 1,
  hardirqsEnabled: 1,
  ctState: 'kernel',
  watching: 1,
  nesting: 1,
  nmiNonidle: 1,
  windows: 7,
};

function valuesOf(start: Start, { features }: Configuration): Values {
  const untracked = features.has('context-tracking-inactive');
  switch (start) {
    case 'user':
      return {
        ...KERNEL,
        mode: 'user',
        windows: 0,
        vtime: 'user',
        ...(features.has('context-tracking') && { ctState: 'user' }),
        ...(features.has('context-tracking') && !untracked && { watching: 0, nesting: 0, nmiNonidle: 0 }),
      };
    case 'task':
      return KERNEL;
    case 'task-irqs-off':
      return { ...KERNEL, irq: 0, hardirqsEnabled: 0, lockdepToldOff: 1, tracedOff: 1, tracerToldOff: 1 };
    case 'idle-task':
      return { ...KERNEL, idleTask: 1, preempt: 1, vtime: 'idle' };
    case 'idle':
      return {
        ...KERNEL,
        idleTask: 1,
        preempt: 1,
        vtime: 'idle',
        ctState: 'idle',
        watching: 0,
        nesting: 0,
        nmiNonidle: 0,
        windows: 0,
      };
  }
}

/** Whether the field moves in that kernel. */
export const moves = (name: FieldName, configuration: Configuration): boolean =>
  (fieldSpec(name).needs ?? []).every((feature) => configuration.features.has(feature));

/** The packed state, with room for `deepest` interrupted contexts. */
export function initialState(
  { start, but = {} }: InitialState,
  configuration: Configuration,
  deepest: number,
): Int32Array<ArrayBuffer> {
  const words = new Int32Array(stateWords(deepest));
  const values: Values = { ...valuesOf(start, configuration), ...but };
  for (const name of FIELD_NAMES) {
    const value = values[name];
    if (value !== undefined && moves(name, configuration)) write(words, 0, name, codeOf(name, value));
  }
  return words;
}

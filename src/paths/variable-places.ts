/** Where the words that a walk follows lie in this kernel: by symbol and offset, as its configuration makes its structures. */
import { defines, type ElfObject } from '../elf/elf-object.ts';
import { LOCKDEP, TRACKING_KEY } from './built-in.ts';
import type { VariableName } from './variables.ts';

/** Candidates for a variable: symbol, offset in bytes, width; the first symbol that the object has counts. `member` is it by name. */
export type Candidates = readonly (readonly [symbol: string, offset: number, width: number, member?: string])[];

/** The places of one kernel. */
export interface VariablePlaces {
  /** A variable that this kernel does not have is absent. */
  readonly variables: ReadonlyMap<VariableName, Candidates>;
  readonly current: Candidates;
  readonly taskStack: Candidates;
  readonly interruptStack: Candidates;
  /** What the object contradicts, as sentences. */
  readonly doubts: readonly string[];
}

/** Without lockdep nobody writes them, and the contract does not ask (kernel/locking/lockdep.c). */
const LOCKDEPS: readonly VariableName[] = ['hardirqs-enabled', 'hardirq-context', 'lockdep-off'];

/** Of struct context_tracking only with CONFIG_CONTEXT_TRACKING_USER. */
const FOLLOWING_USER: readonly VariableName[] = ['context-active', 'context-recursion'];

/**
 * struct pcpu_hot (arch/x86/include/asm/current.h, 6.2 to 6.14) and what it was before; struct context_tracking
 * (include/linux/context_tracking_state.h), the same in 6.1 and 6.12.
 */
export function placesOf(object: ElfObject): VariablePlaces {
  // CONFIG_MITIGATION_CALL_DEPTH_TRACKING has a counter of its own before the stacks (arch/x86/kernel/callthunks.c).
  const stacks = defines(object, 'skl_call_thunk_template') ? 0x18 : 0x10;
  const followsUser = defines(object, TRACKING_KEY);
  const state = followsUser ? 8 : 0;
  const all: readonly (readonly [VariableName, Candidates])[] = [
    [
      'preempt-count',
      [
        ['pcpu_hot', 8, 4, 'pcpu_hot.preempt_count'],
        ['__preempt_count', 0, 4],
      ],
    ],
    ['hardirqs-enabled', [['hardirqs_enabled', 0, 4]]],
    ['hardirq-context', [['hardirq_context', 0, 4]]],
    [
      'softirq-pending',
      [
        ['pcpu_hot', stacks + 0x10, 2, 'pcpu_hot.softirq_pending'],
        ['irq_stat', 0, 2],
      ],
    ],
    // Members of the task: found in the code instead.
    ['lockdep-off', []],
    ['task-flags', []],
    ['context-active', [['context_tracking', 0, 1, 'context_tracking.active']]],
    ['context-recursion', [['context_tracking', 4, 4, 'context_tracking.recursion']]],
    ['context-state', [['context_tracking', state, 4, 'context_tracking.state']]],
    ['nesting', [['context_tracking', state + 8, 8, 'context_tracking.nesting']]],
    ['nmi-nesting', [['context_tracking', state + 16, 8, 'context_tracking.nmi_nesting']]],
  ];
  const absent = new Set<VariableName>([
    ...(defines(object, LOCKDEP) ? [] : LOCKDEPS),
    ...(followsUser ? [] : FOLLOWING_USER),
  ]);
  const size = object.symbolsNamed('context_tracking')[0]?.size ?? 0;
  return {
    variables: new Map(all.filter(([name]) => !absent.has(name))),
    current: [
      ['pcpu_hot', 0, 8, 'pcpu_hot.current_task'],
      ['current_task', 0, 8],
    ],
    taskStack: [
      ['pcpu_hot', stacks, 8, 'pcpu_hot.top_of_stack'],
      ['cpu_current_top_of_stack', 0, 8],
    ],
    interruptStack: [
      ['pcpu_hot', stacks + 8, 8, 'pcpu_hot.hardirq_stack_ptr'],
      ['hardirq_stack_ptr', 0, 8],
    ],
    doubts: size === 0 || size === state + 24 ? [] : [otherSize(size, state + 24)],
  };
}

const otherSize = (size: number, known: number): string =>
  `context_tracking has ${size} bytes, and ${known} in the versions that are known: what rules say of it may be wrong`;

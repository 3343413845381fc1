/**
 * Which half of a transition an update begins. The functions that make entries and exits are often inlined, so that no
 * call tells; but an entry's first update is an entry's, whichever of its steps it is.
 */
import type { EventName } from '../contract/alphabet.ts';
import { codeOf } from '../contract/fields.ts';
import type { Judge } from './judge.ts';

const NONE = codeOf('entered', 'none');
const USER = codeOf('entered', 'user');
const KERNEL = codeOf('entered', 'kernel');
const NMI = codeOf('entered', 'nmi');
const FROM_USER = codeOf('origin', 'user');
const TASK = codeOf('kind', 'task');
const SYSCALL = codeOf('kind', 'syscall');

/** Updates that only an NMI-like entry makes first. */
const NMI_FIRST: ReadonlySet<EventName> = new Set<EventName>(['lockdep.off', 'count.nmi.add']);

/** Updates that some entry makes. */
const ENTRY_STEPS: ReadonlySet<EventName> = new Set<EventName>([
  'lockdep.hardirqs-off',
  'trace.off-finish',
  'ct.user.exit',
  'ct.user.exit.inactive',
  'ct.watch.begin',
  'ct.irq.enter',
  'ct.nmi-nesting.first',
  'ct.nmi-nesting.nested',
  'rcu.check-tick',
  'count.hardirq.add',
]);

/** Updates that an exit makes when it calls them by themselves. */
const EXIT_STEPS: ReadonlySet<EventName> = new Set<EventName>([
  'trace.on-prepare',
  'lockdep.hardirqs-on-prepare',
  'lockdep.hardirqs-on',
]);
/** Updates that are always an exit's. */
const ALWAYS_EXIT: ReadonlySet<EventName> = new Set<EventName>(['ct.user.enter', 'ct.user.enter.inactive']);

/** The phase that `event` begins in this state, to be told before it; `direct`: it was called by itself. */
export function phaseBefore(judge: Judge, state: number, event: EventName, direct: boolean): EventName | undefined {
  if (judge.field(state, 'kind') === TASK) return undefined;
  const entered = judge.field(state, 'entered');
  if (entered === NONE) {
    if (NMI_FIRST.has(event)) return 'entry.nmi';
    if (!ENTRY_STEPS.has(event)) return undefined;
    return judge.field(state, 'origin') === FROM_USER ? 'entry.user' : 'entry.kernel';
  }
  if (judge.field(state, 'exited') === 1) {
    // A second round of the same context, as an asynchronous page fault of KVM makes (arch/x86/kernel/kvm.c).
    const again = direct && event === 'lockdep.hardirqs-off' && judge.field(state, 'hardirqsEnabled') === 1;
    if (!again) return undefined;
    return judge.field(state, 'origin') === FROM_USER ? 'entry.user' : 'entry.kernel';
  }
  const exits = ALWAYS_EXIT.has(event) || (direct && EXIT_STEPS.has(event));
  if (!exits || judge.field(state, 'irq') === 1) return undefined;
  if (entered === USER) return 'exit.user';
  if (entered === KERNEL) return 'exit.kernel';
  return entered === NMI ? 'exit.nmi' : undefined;
}

/** Whether an entry of this kernel, from user mode or from the kernel, makes any update: else nothing on its way shows it. */
function showsEntry({ monitor }: Judge, user: boolean): boolean {
  const { features } = monitor.configuration;
  return features.has('lockdep') || features.has('tracing') || (user && features.has('context-tracking'));
}

/** Functions that make an entry (kernel/entry/common.c). */
const ENTRIES: ReadonlySet<string> = new Set(['irqentry_enter', 'irqentry_enter_from_user_mode']);

/** The entry that makes no update in this kernel, and is made by the function that begins. */
export function unseenIn(judge: Judge, state: number, name: string): EventName | undefined {
  const user = judge.field(state, 'origin') === FROM_USER;
  if (judge.field(state, 'entered') !== NONE || !ENTRIES.has(name) || showsEntry(judge, user)) return undefined;
  return user ? 'entry.user' : 'entry.kernel';
}

/** The same where a root begins: enter_from_user_mode() is inlined into the syscalls (arch/x86/entry/common.c). */
export const unseenAtStart = (judge: Judge, state: number): readonly EventName[] =>
  judge.field(state, 'kind') === SYSCALL && !showsEntry(judge, true) ? ['entry.user'] : [];

/** The exit that makes no update either, where the context returns. */
export const unseenAtReturn = (judge: Judge, state: number): readonly EventName[] =>
  judge.field(state, 'entered') === USER && !showsEntry(judge, true) ? ['exit.user'] : [];

/**
 * Whether a read of the preemption counter is irqentry_exit()'s own question: so it is where the compiler has put
 * irqentry_exit_cond_resched() into it (kernel/entry/common.c).
 */
export function asksToPreempt(judge: Judge, state: number, caller: string): boolean {
  const isExit = judge.field(state, 'entered') === KERNEL && judge.field(state, 'savedIrq') === 1;
  return isExit && judge.field(state, 'preemptChecked') === 0 && caller === 'irqentry_exit';
}

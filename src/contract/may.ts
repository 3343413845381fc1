/**
 * What people ask of a line of entry code: may I print, lock, sleep, be traced, fault here? The answer is the contract's: an
 * act is an event, and a rule that it would break says no.
 */
import { present } from '../base/invariant.ts';
import { type EventName, eventNumber } from './alphabet.ts';
import { read } from './layout.ts';
import type { Judged, Monitor } from './monitor.ts';
import type { Source } from './source.ts';
import { kernel } from './source.ts';

/** One thing that one may want to do. */
export interface Act {
  readonly name: 'call' | 'lock' | 'sleep' | 'trace' | 'fault' | 'enable-interrupts' | 'print';
  readonly question: string;
  /** The event that it is. */
  readonly event: EventName;
  readonly source: Source;
  /** What the contract's state cannot say and one should know, as a sentence without its full stop. */
  readonly but?: string;
}

/** All acts, in the order in which they are shown. */
export const ACTS: readonly Act[] = [
  {
    name: 'trace',
    question: 'may a tracepoint, a probe or a sanitizer run here?',
    event: 'call.transition',
    source: kernel('include/linux/instrumentation.h', 'instrumentation_begin'),
  },
  {
    name: 'call',
    question: 'may I call any function here?',
    event: 'call.plain',
    source: kernel('include/linux/compiler_types.h', 'noinstr'),
  },
  {
    name: 'print',
    question: 'may I printk() here?',
    event: 'call.plain',
    source: kernel('kernel/printk/printk.c', 'vprintk_emit'),
    but: 'in an NMI the text is only stored, and printed later',
  },
  {
    name: 'lock',
    question: 'may I take a lock here?',
    event: 'call.lock',
    source: kernel('kernel/locking/lockdep.c', 'lock_acquire'),
    but: 'in an NMI only one that nobody else takes, or by trying',
  },
  {
    name: 'fault',
    question: 'may I touch memory that can fault here?',
    event: 'call.fault',
    source: kernel('arch/x86/mm/fault.c', 'exc_page_fault'),
    but: 'where the fault cannot sleep, it only finds an entry in the exception table',
  },
  {
    name: 'sleep',
    question: 'may I sleep here?',
    event: 'call.schedule',
    source: kernel('kernel/sched/core.c', 'schedule'),
  },
  {
    name: 'enable-interrupts',
    question: 'may I enable interrupts here?',
    event: 'irq.enable',
    source: kernel('arch/x86/include/asm/irqflags.h', 'native_irq_enable'),
    but: 'with a helper that tells lockdep and the tracer',
  },
];

/** The answer. */
export type Answer =
  | { readonly may: true; readonly act: Act; readonly but?: string }
  /** Every rule that the act would break, the first one first. */
  | { readonly may: false; readonly act: Act; readonly broken: readonly [Judged, ...Judged[]] };

/** Whether an act is legal in the state at `words[at]`. */
export function may(monitor: Monitor, words: Int32Array, at: number, act: Act): Answer {
  const event = present(eventNumber(act.event), 'an act is an event of the alphabet');
  const [first, ...others] = monitor.judgeAll(words, at, event);
  if (first !== undefined) return { may: false, act, broken: [first, ...others] };
  const inNmi = read(words, at, 'nmi') > 0;
  const concerned = act.but !== undefined && (inNmi || !act.but.startsWith('in an NMI'));
  return concerned ? { may: true, act, but: act.but } : { may: true, act };
}

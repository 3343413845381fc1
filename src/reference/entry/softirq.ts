/** Counting interrupts and running soft ones, kernel/softirq.c and include/linux/hardirq.h. */
import { kernel } from '../../contract/source.ts';
import { ctIrqEnter, ctIrqExit } from '../primitives/context-tracking.ts';
import {
  inHardirq,
  inInterrupt,
  isIdleTask,
  lockdepHardirqContext,
  outermostIrq,
  softirqPending,
} from '../primitives/facts.ts';
import { localIrqDisable, localIrqEnable, lockdepHardirqEnter, lockdepHardirqExit } from '../primitives/irqflags.ts';
import {
  both,
  call,
  choose,
  event,
  has,
  inline,
  instrumentable,
  local,
  not,
  oneOf,
  option,
  type Program,
  repeat,
  save,
  when,
} from '../program.ts';

const SOFTIRQ = 'kernel/softirq.c';
const HARDIRQ = 'include/linux/hardirq.h';
const nohzFullCpu = has('context-tracking-active', 'tick_nohz_full_cpu(smp_processor_id())');

export const irqEnterRaw = inline('__irq_enter_raw', kernel(HARDIRQ, '__irq_enter_raw'), [
  event('count.hardirq.add', 'preempt_count_add(HARDIRQ_OFFSET)'),
  call(lockdepHardirqEnter),
]);
export const irqExitRaw = inline('__irq_exit_raw', kernel(HARDIRQ, '__irq_exit_raw'), [
  call(lockdepHardirqExit),
  event('count.hardirq.sub', 'preempt_count_sub(HARDIRQ_OFFSET)'),
]);

export const irqEnterRcu = instrumentable('irq_enter_rcu', kernel(SOFTIRQ, 'irq_enter_rcu'), [
  call(irqEnterRaw),
  when(oneOf(nohzFullCpu, both(isIdleTask, outermostIrq)), [event('tick.irq-enter')]),
  event('time.hardirq.enter', 'account_hardirq_enter(current)'),
]);

const RAISED_MEANWHILE = choose('whether a soft interrupt waits by now', [
  option('no'),
  option('yes', ['softirq.raise']),
]);

/** Restarts are bounded in the kernel by time and count; here by nothing, which is more. */
export const handleSoftirqs = instrumentable('handle_softirqs', kernel(SOFTIRQ, 'handle_softirqs'), [
  event('count.softirq.add', 'softirq_handle_begin()'),
  save('in_hardirq', lockdepHardirqContext),
  when(local('in_hardirq'), [call(lockdepHardirqExit)]),
  event('time.softirq.enter', 'account_softirq_enter(current)'),
  repeat(
    [
      event('softirq.take', 'set_softirq_pending(0)'),
      call(localIrqEnable),
      event('call.softirq', 'h->action()'),
      call(localIrqDisable),
      RAISED_MEANWHILE,
    ],
    softirqPending,
  ),
  event('time.softirq.exit', 'account_softirq_exit(current)'),
  when(local('in_hardirq'), [call(lockdepHardirqEnter)]),
  event('count.softirq.sub', 'softirq_handle_end()'),
]);

export const tickIrqExit = inline('tick_irq_exit', kernel(SOFTIRQ, 'tick_irq_exit'), [
  when(both(oneOf(isIdleTask, nohzFullCpu), not(inHardirq)), [event('tick.irq-exit', 'tick_nohz_irq_exit()')]),
]);

export const rawIrqExitRcu = inline('__irq_exit_rcu', kernel(SOFTIRQ, '__irq_exit_rcu'), [
  call(localIrqDisable),
  event('time.hardirq.exit', 'account_hardirq_exit(current)'),
  event('count.hardirq.sub', 'preempt_count_sub(HARDIRQ_OFFSET)'),
  when(not(inInterrupt), [RAISED_MEANWHILE, when(softirqPending, [call(handleSoftirqs, { c: 'invoke_softirq()' })])]),
  call(tickIrqExit),
]);

export const irqExitRcu = instrumentable('irq_exit_rcu', kernel(SOFTIRQ, 'irq_exit_rcu'), [
  call(rawIrqExitRcu),
  call(lockdepHardirqExit),
]);

/** For code that made no irqentry_enter(). */
export const irqEnter = instrumentable('irq_enter', kernel(SOFTIRQ, 'irq_enter'), [
  call(ctIrqEnter),
  call(irqEnterRcu),
]);
export const irqExit = instrumentable('irq_exit', kernel(SOFTIRQ, 'irq_exit'), [
  call(rawIrqExitRcu),
  call(ctIrqExit),
  call(lockdepHardirqExit),
]);

export const SOFTIRQ_PROGRAMS: readonly Program[] = [
  irqEnterRaw,
  irqExitRaw,
  irqEnterRcu,
  handleSoftirqs,
  tickIrqExit,
  rawIrqExitRcu,
  irqExitRcu,
  irqEnter,
  irqExit,
];

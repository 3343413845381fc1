/** What lockdep and the tracer are told about interrupts, and the flag itself. */
import { kernel } from '../../contract/source.ts';
import { call, event, inline, local, noinstr, not, type Program, save, when } from '../program.ts';
import { irqsDisabled } from './facts.ts';

const LOCKDEP = 'kernel/locking/lockdep.c';
const IRQFLAGS = 'include/linux/irqflags.h';
const TRACE = 'kernel/trace/trace_preemptirq.c';
const ARCH = 'arch/x86/include/asm/irqflags.h';

export const lockdepHardirqsOff = inline('lockdep_hardirqs_off', kernel(LOCKDEP, 'lockdep_hardirqs_off'), [
  event('lockdep.hardirqs-off', '__this_cpu_write(hardirqs_enabled, 0)'),
]);
export const lockdepHardirqsOnPrepare = inline(
  'lockdep_hardirqs_on_prepare',
  kernel(LOCKDEP, 'lockdep_hardirqs_on_prepare'),
  [event('lockdep.hardirqs-on-prepare', '__trace_hardirqs_on_caller()')],
);
export const lockdepHardirqsOn = inline('lockdep_hardirqs_on', kernel(LOCKDEP, 'lockdep_hardirqs_on'), [
  event('lockdep.hardirqs-on', '__this_cpu_write(hardirqs_enabled, 1)'),
]);
export const lockdepHardirqEnter = inline('lockdep_hardirq_enter', kernel(IRQFLAGS, 'lockdep_hardirq_enter'), [
  event('lockdep.hardirq-enter', '__this_cpu_inc(hardirq_context)'),
]);
export const lockdepHardirqExit = inline('lockdep_hardirq_exit', kernel(IRQFLAGS, 'lockdep_hardirq_exit'), [
  event('lockdep.hardirq-exit', '__this_cpu_dec(hardirq_context)'),
]);
export const lockdepOff = inline('lockdep_off', kernel('include/linux/lockdep.h', 'lockdep_off'), [
  event('lockdep.off', 'current->lockdep_recursion += LOCKDEP_OFF'),
]);
export const lockdepOn = inline('lockdep_on', kernel('include/linux/lockdep.h', 'lockdep_on'), [
  event('lockdep.on', 'current->lockdep_recursion -= LOCKDEP_OFF'),
]);

export const traceHardirqsOffFinish = inline('trace_hardirqs_off_finish', kernel(TRACE, 'trace_hardirqs_off_finish'), [
  event('trace.off-finish', 'trace(irq_disable)'),
]);
export const traceHardirqsOnPrepare = inline('trace_hardirqs_on_prepare', kernel(TRACE, 'trace_hardirqs_on_prepare'), [
  event('trace.on-prepare', 'trace(irq_enable)'),
]);
/** Tracer and both halves of lockdep, in that order. */
export const traceHardirqsOn = inline('trace_hardirqs_on', kernel(TRACE, 'trace_hardirqs_on'), [
  event('trace.on-prepare', 'trace(irq_enable)'),
  call(lockdepHardirqsOnPrepare),
  call(lockdepHardirqsOn),
]);
export const traceHardirqsOff = inline('trace_hardirqs_off', kernel(TRACE, 'trace_hardirqs_off'), [
  call(lockdepHardirqsOff),
  event('trace.off-finish', 'trace(irq_disable)'),
]);

export const rawLocalIrqEnable = inline('raw_local_irq_enable', kernel(ARCH, 'native_irq_enable'), [
  event('irq.enable', 'sti'),
]);
export const rawLocalIrqDisable = inline('raw_local_irq_disable', kernel(ARCH, 'native_irq_disable'), [
  event('irq.disable', 'cli'),
]);
export const localIrqEnable = inline('local_irq_enable', kernel(IRQFLAGS, 'local_irq_enable'), [
  call(traceHardirqsOn),
  call(rawLocalIrqEnable),
]);
export const localIrqDisable = inline('local_irq_disable', kernel(IRQFLAGS, 'local_irq_disable'), [
  save('was_disabled', irqsDisabled),
  call(rawLocalIrqDisable),
  when(not(local('was_disabled')), [call(traceHardirqsOff)]),
]);
/** `sti; hlt`: the interrupt that ends the sleep comes at hlt, not before. */
export const rawSafeHalt = noinstr('raw_safe_halt', kernel(ARCH, 'native_safe_halt'), [
  event('irq.enable.shadowed', 'sti'),
  event('cpu.halt', 'hlt'),
]);

export const IRQFLAG_PROGRAMS: readonly Program[] = [
  lockdepHardirqsOff,
  lockdepHardirqsOnPrepare,
  lockdepHardirqsOn,
  lockdepHardirqEnter,
  lockdepHardirqExit,
  lockdepOff,
  lockdepOn,
  traceHardirqsOffFinish,
  traceHardirqsOnPrepare,
  traceHardirqsOn,
  traceHardirqsOff,
  rawLocalIrqEnable,
  rawLocalIrqDisable,
  localIrqEnable,
  localIrqDisable,
  rawSafeHalt,
];

/** Events that several rules speak of together, each group with its reason; and states that several rules ask for. */
import type { EventName } from '../alphabet.ts';
import { all, any, type Expression, is } from '../expression.ts';
import { INSTRUMENTABLE } from '../fields.ts';
import { kindsOfClass } from '../vectors.ts';

/** Code of any kind, whatever it is, that the transitions themselves do not contain. */
export const ORDINARY_CODE = [
  'call.plain',
  'call.lock',
  'call.fault',
  'call.schedule',
  'call.softirq',
  'call.handler',
  'call.exception-handler',
  'call.nmi-handler',
  'syscall.dispatch',
  'syscall.dispatched',
  'syscall.ptrace',
  'syscall.seccomp',
  'syscall.tracepoint',
  'syscall.audit',
  'syscall.refused',
  'syscall.invoke',
  'syscall.exit-audit',
  'syscall.exit-tracepoint',
  'syscall.exit-ptrace',
  'work.resched',
  'work.uprobe',
  'work.patch',
  'work.signal',
  'work.notify',
  'kvm.work',
] as const satisfies readonly EventName[];

/** The instrumentable parts of the transitions: they come earlier and later than ordinary code may. */
export const TRANSITION_CODE = [
  'call.transition',
  'trace.off-finish',
  'trace.on-prepare',
  'lockdep.hardirqs-on-prepare',
  'vtime.user.exit',
  'vtime.user.enter',
  'rcu.check-tick',
  'rcu.note-context-switch',
  'tick.irq-enter',
  'tick.irq-exit',
  'time.hardirq.enter',
  'time.hardirq.exit',
  'time.softirq.enter',
  'time.softirq.exit',
  'preempt.check',
  'call.preempt',
  'schedule.preempt',
  'function.instrumentable',
] as const satisfies readonly EventName[];

/** Everything that can be instrumented, but for what has a rule or an exception of its own (indirect calls, WARN). */
export const INSTRUMENTABLE_CODE = [...ORDINARY_CODE, ...TRANSITION_CODE] as const satisfies readonly EventName[];

/** Context tracking told of user mode. */
export const USER_EXITS = ['ct.user.exit', 'ct.user.exit.inactive'] as const satisfies readonly EventName[];
export const USER_ENTERS = ['ct.user.enter', 'ct.user.enter.inactive'] as const satisfies readonly EventName[];
export const GUEST_EXITS = ['ct.guest.exit', 'ct.guest.exit.inactive'] as const satisfies readonly EventName[];
export const GUEST_ENTERS = ['ct.guest.enter', 'ct.guest.enter.inactive'] as const satisfies readonly EventName[];

/** The running context was entered from user mode, and not NMI-like. */
export const fromUser: Expression = all(is('origin', 'user'), is('nmi', 0));

/** The running context counts as an interrupt of the kernel: irqentry_enter() was made for it. */
export const inKernelEntry: Expression = is('entered', 'kernel');

/** The running context must be treated NMI-like, whether or not a helper was seen. */
export const nmiLike: Expression = any(
  is('entered', 'nmi'),
  all(is('origin', 'user'), is('kind', ...kindsOfClass('fromUser', 'nmi'))),
  all(is('origin', 'kernel'), is('kind', ...kindsOfClass('fromKernel', 'nmi'))),
);

/** The kinds whose handler is an interrupt handler and must be counted. */
export const countedKind: Expression = is('kind', 'interrupt', 'simple-interrupt');

/** Windows of three callers, the nearest lowest: those where the nearest has one of these, the others any of a usual depth. */
const nearestCaller = (...windows: readonly number[]): Expression => {
  const usual = [0, 1, 2, 3, INSTRUMENTABLE];
  return is(
    'callers',
    ...windows.flatMap((near) => usual.flatMap((next) => usual.map((far) => near | (next << 3) | (far << 6)))),
  );
};

/** The running function has no window of its own open, and neither has its caller: instrumentable code has none. */
export const outsideOfWindows: Expression = all(is('windows', 0, INSTRUMENTABLE), nearestCaller(0, INSTRUMENTABLE));

/** The running function was called by instrumentable code. */
export const calledByInstrumentable: Expression = nearestCaller(INSTRUMENTABLE);

/**
 * The orders as the kernel executes them, for a configuration: what the examples of the rules are cut from, and what a
 * reference or a compiled kernel must show. One function a handler; names as in kernel/entry/common.c.
 */
import { type EventName, exists } from './alphabet.ts';
import type { Configuration } from './configuration.ts';

/** A row of events. */
export type Sequence = readonly EventName[];

type Parts = readonly (EventName | Sequence)[];

/** The sequences of one kernel; events that it lacks are left out. */
export interface Sequences {
  readonly enterFromUserMode: Sequence;
  readonly exitToUserMode: Sequence;
  readonly exitWork: Sequence;
  readonly exitWorkLoop: Sequence;
  readonly syscall: Sequence;
  readonly syscallWithWork: Sequence;
  readonly interruptFromUser: Sequence;
  readonly interrupt: Sequence;
  readonly interruptIrqsOff: Sequence;
  readonly interruptPreempting: Sequence;
  readonly interruptSoftirq: Sequence;
  readonly interruptInIdle: Sequence;
  readonly interruptInIdleSoftirq: Sequence;
  readonly interruptInIdleWatching: Sequence;
  readonly simpleInterrupt: Sequence;
  readonly pageFault: Sequence;
  readonly exceptionFromUser: Sequence;
  readonly warn: Sequence;
  readonly invalidOp: Sequence;
  /** From user mode or kernel code with interrupts on, RCU watching as in the configuration. */
  readonly nmiFromUser: Sequence;
  readonly nmi: Sequence;
  readonly nmiIrqsOff: Sequence;
  readonly nmiInIdle: Sequence;
  readonly debug: Sequence;
  readonly debugFromUser: Sequence;
  readonly breakpoint: Sequence;
  readonly breakpointFromUser: Sequence;
  readonly machineCheck: Sequence;
  readonly machineCheckFromUser: Sequence;
  readonly doubleFault: Sequence;
  readonly vmmCommunication: Sequence;
  /** From the idle task with interrupts on; ends there. */
  readonly idle: Sequence;
  /** From a task; ends there. */
  readonly vmx: Sequence;
  readonly vmxInterrupt: Sequence;
  readonly vmxNmi: Sequence;
  readonly svm: Sequence;
}

/** A window around instrumentable code. */
const window = (...parts: Parts): Sequence => ['window.begin', ...parts.flat(), 'window.end'];

/** Makes the sequences of that kernel. */
export function sequencesOf(configuration: Configuration): Sequences {
  const { features } = configuration;
  const row = (...parts: Parts): Sequence => parts.flat().filter((event) => exists(event, configuration));
  const tracked = features.has('context-tracking-active');
  const told = features.has('context-tracking');

  const kernelEnter = (state: EventName): Sequence =>
    row(state, window('call.transition', 'ct.nesting.set', 'ct.nmi-nesting.nonidle'));
  const kernelExit = (state: EventName): Sequence =>
    row('ct.nmi-nesting.clear', window('call.transition'), 'ct.nesting.clear', state);
  const userExit = tracked
    ? row(kernelEnter('ct.user.exit'), window('vtime.user.exit', 'call.transition'))
    : row(told ? 'ct.user.exit.inactive' : []);
  const userEnter = tracked
    ? row(window('call.transition', 'vtime.user.enter'), kernelExit('ct.user.enter'))
    : row(told ? 'ct.user.enter.inactive' : []);

  const irqsOn = row('trace.on-prepare', 'lockdep.hardirqs-on-prepare', 'lockdep.hardirqs-on', 'irq.enable');
  const irqsOff = row('irq.disable', 'lockdep.hardirqs-off', 'trace.off-finish');

  const enterFromUserMode = row(
    'entry.user',
    'lockdep.hardirqs-off',
    userExit,
    window('call.transition', 'trace.off-finish'),
  );
  const exitToUserMode = row(
    'exit.user',
    window('trace.on-prepare', 'lockdep.hardirqs-on-prepare'),
    userEnter,
    'lockdep.hardirqs-on',
  );
  const reread = row('work.flush', 'work.read.none', 'call.transition');
  const exitWorkLoop = row(
    'work.flush',
    'work.read.some',
    irqsOn,
    ['work.resched', 'work.uprobe', 'work.patch', 'work.signal', 'work.notify'],
    irqsOff,
    reread,
  );
  const toUser = row(window(reread), exitToUserMode);

  const syscall = row(
    'enter.syscall',
    enterFromUserMode,
    'window.begin',
    irqsOn,
    ['syscall.read-entry-work', 'syscall.invoke'],
    window(),
    'window.end',
    window('syscall.read-exit-work', irqsOff, reread),
    exitToUserMode,
    'return',
  );
  const syscallWithWork = row(
    'enter.syscall',
    enterFromUserMode,
    window(
      irqsOn,
      ['syscall.read-entry-work', 'syscall.dispatch', 'syscall.ptrace', 'syscall.seccomp', 'syscall.tracepoint'],
      ['syscall.audit', 'syscall.invoke'],
    ),
    window(
      ['syscall.read-exit-work', 'syscall.exit-audit', 'syscall.exit-tracepoint', 'syscall.exit-ptrace'],
      irqsOff,
      exitWorkLoop,
    ),
    exitToUserMode,
    'return',
  );

  const irqEnter = row('function.instrumentable', 'count.hardirq.add', 'lockdep.hardirq-enter');
  const irqEnterRcu = row(irqEnter, 'tick.irq-enter', 'time.hardirq.enter', 'function.return');
  const softirqs = row(
    ['count.softirq.add', 'lockdep.hardirq-exit', 'time.softirq.enter', 'softirq.take'],
    irqsOn,
    'call.softirq',
    irqsOff,
    ['time.softirq.exit', 'lockdep.hardirq-enter', 'count.softirq.sub'],
  );
  const irqExitRcu = (inside: Sequence): Sequence =>
    row(['function.instrumentable', 'time.hardirq.exit', 'count.hardirq.sub'], inside, [
      'tick.irq-exit',
      'lockdep.hardirq-exit',
      'function.return',
    ]);
  const handled = (inside: Sequence = []): Sequence => window(irqEnterRcu, 'call.handler', irqExitRcu(inside));

  const nmiWatch = row('ct.watch.begin', window('call.transition'), 'ct.nmi-nesting.first');
  const nmiWatchEnd = row(window('call.transition', 'ct.nmi-nesting.clear'), 'ct.watch.end');
  const nmiNested = row(window('call.transition'), 'ct.nmi-nesting.nested');
  const nmiUnnested = row(window('call.transition', 'ct.nmi-nesting.unnested'));

  const irqentryEnter = row(
    ['entry.kernel', 'lockdep.hardirqs-off'],
    window('call.transition', 'rcu.check-tick', 'trace.off-finish'),
  );
  const irqentryEnterIdle = (watch: Sequence): Sequence =>
    row('entry.kernel', 'lockdep.hardirqs-off', 'ct.irq.enter', watch, window('call.transition', 'trace.off-finish'));
  const irqentryExit = (preempt: Sequence = []): Sequence =>
    row(
      'exit.kernel',
      window(features.has('preemption') ? ['preempt.check', ...preempt] : [], [
        'trace.on-prepare',
        'lockdep.hardirqs-on-prepare',
        'lockdep.hardirqs-on',
      ]),
    );
  const irqentryExitIdle = (unwatch: Sequence): Sequence =>
    row(
      'exit.kernel',
      window('trace.on-prepare', 'lockdep.hardirqs-on-prepare'),
      'ct.irq.exit',
      unwatch,
      'lockdep.hardirqs-on',
    );
  const preempted = features.has('preemption')
    ? row('call.preempt', 'count.preempt.add', irqsOn, 'schedule.preempt', irqsOff, 'count.preempt.sub')
    : [];

  // lockdep's flag as saved by irqentry_nmi_enter() decides the exit: without lockdep it reads as off.
  const hasLockdep = features.has('lockdep');
  const nmiEnter = (watch: Sequence): Sequence =>
    row(
      ['entry.nmi', 'lockdep.off', 'count.nmi.add', 'lockdep.hardirqs-off', 'lockdep.hardirq-enter', 'ct.nmi.enter'],
      watch,
      window('call.transition', 'trace.off-finish'),
    );
  const nmiExit = (unwatch: Sequence, wereOn: boolean): Sequence =>
    row(
      'exit.nmi',
      window(wereOn && hasLockdep ? ['trace.on-prepare', 'lockdep.hardirqs-on-prepare'] : []),
      'ct.nmi.exit',
      unwatch,
      'lockdep.hardirq-exit',
      wereOn ? 'lockdep.hardirqs-on' : [],
      ['count.nmi.sub', 'lockdep.on'],
    );
  const nmiAround = (watch: Sequence, unwatch: Sequence, wereOn: boolean): Sequence =>
    row(nmiEnter(watch), window('call.nmi-handler'), nmiExit(unwatch, wereOn));
  const excNmi = (watch: Sequence, unwatch: Sequence, wereOn: boolean): Sequence =>
    row('enter.nmi', 'cr2.read', 'dr7.save', nmiAround(watch, unwatch, wereOn), 'dr7.restore', 'cr2.restore', 'return');
  const userWatch = tracked ? nmiWatch : nmiNested;
  const userWatchEnd = tracked ? nmiWatchEnd : nmiUnnested;

  const idleEnter = row(
    window('trace.on-prepare', 'lockdep.hardirqs-on-prepare'),
    kernelExit('ct.idle.enter'),
    'lockdep.hardirqs-on',
  );
  const idleExit = row('lockdep.hardirqs-off', kernelEnter('ct.idle.exit'));

  // arch_cpu_idle() returns with interrupts on; lockdep is told on again without a preparation.
  const idleOf61 = row(irqsOff, idleEnter, ['irq.enable.shadowed', 'cpu.halt', 'irq.disable'], idleExit, [
    'lockdep.hardirqs-on',
    'irq.enable',
  ]);

  const guestEnter = row(
    window('trace.on-prepare', 'lockdep.hardirqs-on-prepare'),
    tracked ? kernelExit('ct.guest.enter') : told ? 'ct.guest.enter.inactive' : [],
    tracked ? [] : window('rcu.note-context-switch'),
    'lockdep.hardirqs-on',
  );
  const guestExit = row(
    'lockdep.hardirqs-off',
    tracked ? kernelEnter('ct.guest.exit') : told ? 'ct.guest.exit.inactive' : [],
    window('trace.off-finish'),
  );
  const guestRound = (run: Parts): Sequence =>
    row(
      ['kvm.work', 'count.preempt.add'],
      irqsOff,
      ['work.flush', 'kvm.check.none', 'guest.timing.enter'],
      ...run,
      irqsOn,
      irqsOff,
      'guest.timing.exit',
      irqsOn,
      'count.preempt.sub',
    );
  const vmxRun = (exit: EventName, inside: Sequence = []): Sequence =>
    row('function.noinstr', guestEnter, 'guest.run', exit, inside, guestExit, 'function.return');
  const nmiInGuestState = excNmi(tracked ? nmiWatch : nmiNested, tracked ? nmiWatchEnd : nmiUnnested, true);
  const nmiAfter = excNmi(nmiNested, nmiUnnested, false);
  const inside = features.has('nmi-in-guest-state');

  const mcHandled = ['dr7.save', 'call.nmi-handler', 'dr7.restore'] as const;

  return {
    enterFromUserMode,
    exitToUserMode,
    exitWork: reread,
    exitWorkLoop,
    syscall,
    syscallWithWork,
    interruptFromUser: row('enter.interrupt', enterFromUserMode, handled(), toUser, 'return'),
    interrupt: row('enter.interrupt', irqentryEnter, handled(), irqentryExit(), 'return'),
    interruptIrqsOff: row('enter.guest-interrupt', irqentryEnter, handled(), 'exit.kernel', 'return'),
    interruptPreempting: row('enter.interrupt', irqentryEnter, handled(), irqentryExit(preempted), 'return'),
    interruptSoftirq: row('enter.interrupt', irqentryEnter, handled(softirqs), irqentryExit(), 'return'),
    interruptInIdle: row(
      'enter.interrupt',
      irqentryEnterIdle(nmiWatch),
      handled(),
      irqentryExitIdle(nmiWatchEnd),
      'return',
    ),
    interruptInIdleSoftirq: row(
      'enter.interrupt',
      irqentryEnterIdle(nmiWatch),
      handled(softirqs),
      irqentryExitIdle(nmiWatchEnd),
      'return',
    ),
    interruptInIdleWatching: row(
      'enter.interrupt',
      irqentryEnterIdle(row(window('rcu.check-tick', 'call.transition'), 'ct.nmi-nesting.nested')),
      handled(),
      irqentryExitIdle(nmiUnnested),
      'return',
    ),
    simpleInterrupt: row(
      'enter.simple-interrupt',
      irqentryEnter,
      window(irqEnter, 'function.return', 'call.handler', [
        'function.instrumentable',
        'lockdep.hardirq-exit',
        'count.hardirq.sub',
        'function.return',
      ]),
      irqentryExit(),
      'return',
    ),
    pageFault: row(
      ['enter.page-fault', 'cr2.read'],
      irqentryEnter,
      window(irqsOn, 'call.exception-handler', irqsOff),
      irqentryExit(),
      'return',
    ),
    exceptionFromUser: row(
      'enter.exception',
      enterFromUserMode,
      window(irqsOn, 'call.exception-handler', irqsOff),
      toUser,
      'return',
    ),
    warn: row('enter.invalid-op', 'bug.check', window('irq.enable', 'call.warn', 'irq.disable'), 'return'),
    invalidOp: row(
      ['enter.invalid-op', 'bug.check'],
      irqentryEnter,
      window('call.exception-handler'),
      irqentryExit(),
      'return',
    ),
    nmiFromUser: excNmi(userWatch, userWatchEnd, true),
    nmi: excNmi(nmiNested, nmiUnnested, true),
    nmiIrqsOff: excNmi(nmiNested, nmiUnnested, false),
    nmiInIdle: excNmi(nmiWatch, nmiWatchEnd, true),
    debug: row('enter.debug', 'dr6.read', 'dr7.save', nmiAround(nmiNested, nmiUnnested, true), 'dr7.restore', 'return'),
    debugFromUser: row(
      ['enter.debug', 'dr6.read'],
      enterFromUserMode,
      window(irqsOn, 'call.exception-handler', irqsOff),
      toUser,
      'return',
    ),
    breakpoint: row('enter.breakpoint', nmiAround(nmiNested, nmiUnnested, true), 'return'),
    breakpointFromUser: row(
      'enter.breakpoint',
      enterFromUserMode,
      window(irqsOn, 'call.exception-handler', irqsOff),
      toUser,
      'return',
    ),
    machineCheck: row(
      'enter.machine-check',
      'dr7.save',
      nmiAround(nmiNested, nmiUnnested, true),
      'dr7.restore',
      'return',
    ),
    // 6.1 saves DR7 in the wrapper of both origins, so before the entry from user mode.
    machineCheckFromUser: features.has('6.1')
      ? row(
          'enter.machine-check',
          'dr7.save',
          enterFromUserMode,
          window('call.nmi-handler'),
          toUser,
          'dr7.restore',
          'return',
        )
      : row('enter.machine-check', enterFromUserMode, window(mcHandled), toUser, 'return'),
    vmmCommunication: row('enter.vmm-communication', nmiAround(nmiNested, nmiUnnested, true), 'return'),
    doubleFault: row('enter.double-fault', 'cr2.read', nmiEnter(nmiNested), window('call.nmi-handler')),
    idle: features.has('6.1')
      ? idleOf61
      : row(
          irqsOff,
          'function.noinstr',
          idleEnter,
          'irq.enable.shadowed',
          'cpu.halt',
          'irq.disable',
          idleExit,
          window(['lockdep.hardirqs-on-prepare', 'lockdep.hardirqs-on', 'irq.enable']),
          'function.return',
        ),
    vmx: guestRound([vmxRun('guest.exit')]),
    vmxInterrupt: guestRound([
      vmxRun('guest.exit.interrupt'),
      row('enter.guest-interrupt', irqentryEnter, handled(), 'exit.kernel', 'return'),
    ]),
    vmxNmi: guestRound([vmxRun('guest.exit.nmi', inside ? nmiInGuestState : []), inside ? [] : nmiAfter]),
    svm: guestRound([
      ['gif.clear', 'function.noinstr'],
      guestEnter,
      ['irq.enable', 'guest.run', 'guest.exit', 'irq.disable'],
      guestExit,
      ['function.return', 'gif.set'],
    ]),
  };
}

/**
 * Roots that code calls, not hardware: idle, the guest round, soft interrupts, the report of a WARN. Each with what its
 * caller has done before, and whether it must give the state back.
 */
import type { EventName } from '../contract/alphabet.ts';
import type { Feature } from '../contract/configuration.ts';
import type { InitialState } from '../contract/initial.ts';
import { baseName } from './known-calls.ts';
import type { Program } from './program.ts';
import { isFollowed, keysOf, type Tracking } from './roots.ts';
import type { Origin, Root } from './walk-types.ts';

/** One such root. */
interface CodeRoot {
  /** Function names, of which an object may have some. */
  readonly names: readonly string[];
  /** Where the compiler may have put them all: the root of an object that has none of them. */
  readonly inlinedIn?: string;
  readonly starts: readonly {
    readonly name: string;
    readonly state: InitialState;
    readonly before?: readonly EventName[];
  }[];
  /** It returns with the counters and context tracking as it found them. */
  readonly givesBack: boolean;
  /** What of context tracking its code depends on: whether user mode is told, or also whether this CPU follows it; else nothing. */
  readonly tracks?: 'key' | 'all';
  readonly after?: readonly EventName[];
  /** Walked in these kernels only; docs/limits.md says why. */
  readonly since?: Feature;
  readonly source: string;
}

/** Where the idle loop has disabled interrupts (kernel/sched/idle.c: do_idle). */
const DISABLED: readonly EventName[] = ['irq.disable', 'lockdep.hardirqs-off', 'trace.off-finish'];

/** Inside of a guest round (arch/x86/kvm/x86.c: vcpu_enter_guest), its time charged already. */
const GUEST_ROUND: readonly EventName[] = [
  'count.preempt.add',
  ...DISABLED,
  'work.flush',
  'kvm.check.none',
  'guest.timing.enter',
];

/** The interrupt window behind a round, and the end of its time. */
const WINDOW: readonly EventName[] = [
  'trace.on-prepare',
  'lockdep.hardirqs-on-prepare',
  'lockdep.hardirqs-on',
  'irq.enable',
  ...DISABLED,
  'guest.timing.exit',
];

/** What an interrupt has done when its handler begins. */
const INTERRUPTED: readonly EventName[] = [
  'enter.interrupt',
  'entry.kernel',
  'lockdep.hardirqs-off',
  'rcu.check-tick',
  'trace.off-finish',
];
const INTERRUPTED_IDLE: readonly EventName[] = [
  'enter.interrupt',
  'entry.kernel',
  'lockdep.hardirqs-off',
  'ct.irq.enter',
  'rcu.check-tick',
  'ct.nmi-nesting.nested',
  'trace.off-finish',
];
const COUNTED: readonly EventName[] = [
  ...INTERRUPTED,
  'count.hardirq.add',
  'lockdep.hardirq-enter',
  'time.hardirq.enter',
  'call.handler',
];

/** What an interrupt's exit does behind it (kernel/entry/common.c: irqentry_exit), where nothing else wants to run. */
const RETURNS: readonly EventName[] = [
  'exit.kernel',
  'preempt.check',
  'trace.on-prepare',
  'lockdep.hardirqs-on-prepare',
  'lockdep.hardirqs-on',
  'return',
];

/** A new task runs first where a syscall that has been made would go on, with interrupts on. */
const NEW_TASK: readonly EventName[] = [
  'enter.syscall',
  'entry.user',
  'lockdep.hardirqs-off',
  'ct.user.exit',
  'ct.nesting.set',
  'ct.nmi-nesting.nonidle',
  'vtime.user.exit',
  'trace.off-finish',
  'trace.on-prepare',
  'lockdep.hardirqs-on-prepare',
  'lockdep.hardirqs-on',
  'irq.enable',
  'syscall.read-entry-work',
  'syscall.invoke',
];

const CODE_ROOTS: readonly CodeRoot[] = [
  {
    names: ['ret_from_fork'],
    starts: [{ name: 'a new task', state: { start: 'user' }, before: NEW_TASK }],
    givesBack: false,
    after: ['return'],
    source: 'arch/x86/entry/entry_64.S: ret_from_fork_asm',
  },
  {
    names: ['do_idle'],
    since: 'idle-noinstr',
    starts: [{ name: 'the idle task', state: { start: 'idle-task' } }],
    givesBack: true,
    source: 'kernel/sched/idle.c: cpu_startup_entry',
  },
  {
    names: ['do_softirq', 'run_ksoftirqd'],
    starts: [{ name: 'a task', state: { start: 'task' } }],
    givesBack: true,
    source: 'kernel/softirq.c: __local_bh_enable_ip, smpboot_thread_fn',
  },
  {
    names: ['xfer_to_guest_mode_handle_work'],
    starts: [{ name: 'KVM_RUN', state: { start: 'task' } }],
    givesBack: true,
    source: 'arch/x86/kvm/x86.c: vcpu_run',
  },
  {
    names: ['svm_vcpu_run'],
    since: 'idle-noinstr',
    starts: [{ name: 'a guest round', state: { start: 'task' }, before: GUEST_ROUND }],
    givesBack: true,
    after: WINDOW,
    source: 'arch/x86/kvm/x86.c: vcpu_enter_guest',
  },
  {
    names: ['default_idle_call', 'cpu_idle_poll'],
    starts: [{ name: 'the idle loop', state: { start: 'idle-task' }, before: DISABLED }],
    givesBack: true,
    after: ['call.schedule'],
    source: 'kernel/sched/idle.c: do_idle',
  },
  {
    names: ['cpuidle_enter_state', 'acpi_idle_enter_bm'],
    starts: [{ name: 'the idle loop', state: { start: 'idle-task' }, before: DISABLED }],
    givesBack: true,
    source: 'drivers/cpuidle/cpuidle.c; drivers/acpi/processor_idle.c',
  },
  {
    names: ['vmx_vcpu_enter_exit'],
    tracks: 'all',
    starts: [{ name: 'a guest round', state: { start: 'task' }, before: GUEST_ROUND }],
    givesBack: true,
    after: WINDOW,
    source: 'arch/x86/kvm/vmx/vmx.c: vmx_vcpu_run',
  },
  {
    names: ['svm_vcpu_enter_exit'],
    tracks: 'all',
    starts: [{ name: 'a guest round', state: { start: 'task' }, before: [...GUEST_ROUND, 'gif.clear'] }],
    givesBack: true,
    after: ['gif.set', ...WINDOW],
    source: 'arch/x86/kvm/svm/svm.c: svm_vcpu_run, behind clgi()',
  },
  {
    names: ['irq_enter_rcu'],
    tracks: 'key',
    starts: [
      { name: 'an interrupt', state: { start: 'task' }, before: INTERRUPTED },
      { name: 'an interrupt of the idle task', state: { start: 'idle-task' }, before: INTERRUPTED_IDLE },
    ],
    givesBack: false,
    after: ['call.handler'],
    source: 'arch/x86/include/asm/irq_stack.h: run_irq_on_irqstack_cond',
  },
  {
    names: ['irq_exit_rcu'],
    tracks: 'key',
    starts: [
      { name: 'an interrupt', state: { start: 'task' }, before: COUNTED },
      { name: 'an interrupt of soft interrupts', state: { start: 'task', but: { softirq: 1 } }, before: COUNTED },
    ],
    givesBack: false,
    after: RETURNS,
    source: 'arch/x86/include/asm/irq_stack.h: run_irq_on_irqstack_cond',
  },
  {
    names: ['preempt_schedule_irq'],
    starts: [
      {
        name: "an interrupt's exit",
        state: { start: 'task' },
        before: [...INTERRUPTED, 'exit.kernel', 'preempt.check'],
      },
    ],
    givesBack: true,
    source: 'kernel/entry/common.c: raw_irqentry_exit_cond_resched',
  },
  {
    names: ['report_bug'],
    starts: [
      { name: 'a WARN where RCU watches', state: { start: 'task-irqs-off' } },
      { name: 'a WARN where RCU does not watch', state: { start: 'idle' } },
    ],
    givesBack: true,
    source: 'arch/x86/kernel/traps.c: handle_bug',
  },
  {
    names: ['vcpu_run', 'vcpu_enter_guest'],
    inlinedIn: 'kvm_arch_vcpu_ioctl_run',
    starts: [{ name: 'KVM_RUN', state: { start: 'task' } }],
    givesBack: false,
    source: 'arch/x86/kvm/x86.c: kvm_arch_vcpu_ioctl_run',
  },
];

/**
 * Sleeps and what they are made of run between ct_cpuidle_enter() and ct_cpuidle_exit(), and come back with interrupts
 * off, since 6.3 (include/linux/cpuidle.h). Those who make that pair themselves are roots of their own.
 */
const SLEEP = { section: '.cpuidle.text', source: 'include/linux/cpuidle.h: ct_cpuidle_enter' };

/** Functions that decide by a flag of the state whether they are called before that pair or in it (CPUIDLE_FLAG_RCU_IDLE). */
const EITHER: ReadonlySet<string> = new Set(['acpi_idle_enter', 'acpi_idle_enter_s2idle']);

/** They are called for sti and hlt, and return with interrupts on as those do (arch/x86/coco/tdx/tdx.c). */
const SAFE_HALTS: ReadonlySet<string> = new Set(['tdx_safe_halt']);

/** ct_cpuidle_exit(). */
const AWAKE: readonly EventName[] = ['lockdep.hardirqs-off', 'ct.idle.exit'];

function sleepRoots(program: Program, trackings: readonly Tracking[]): readonly Root[] {
  const [tracking] = trackings;
  if (tracking === undefined || !tracking.monitor.configuration.features.has('idle-noinstr')) return [];
  const apart = new Set([...EITHER, ...SAFE_HALTS, ...CODE_ROOTS.flatMap(({ names }) => names)]);
  return program.object.sectionsNamed(SLEEP.section).flatMap(({ index }) =>
    program.code.functionsIn(index).flatMap((func): readonly Root[] => {
      const entry = apart.has(baseName(func.name)) || !func.typed ? undefined : program.at(func.start);
      if (entry === undefined) return [];
      const origin: Origin = {
        name: `a sleep; ${tracking.name}`,
        start: { start: 'idle', but: { irq: 0 } },
        keys: keysOf(tracking),
        active: tracking.active,
        inNoinstr: true,
        after: AWAKE,
        monitor: tracking.monitor,
      };
      return [{ name: func.name, entry, origins: [origin], source: SLEEP.source }];
    }),
  );
}

/** The roots that this object has. */
export function codeRootsOf(program: Program, trackings: readonly Tracking[]): readonly Root[] {
  return [...namedRoots(program, trackings), ...sleepRoots(program, trackings)];
}

function namedRoots(program: Program, trackings: readonly Tracking[]): readonly Root[] {
  const features = trackings[0]?.monitor.configuration.features;
  return CODE_ROOTS.flatMap(({ names, inlinedIn, starts, givesBack, tracks, after, since, source }) => {
    if (since !== undefined && features?.has(since) !== true) return [];
    const has = (name: string): boolean => entryOf(program, name) !== undefined;
    const roots = inlinedIn === undefined || names.some(has) ? names : [inlinedIn];
    return roots.flatMap((name) => {
      const entry = entryOf(program, name);
      if (entry === undefined) return [];
      const origins = starts.flatMap((start) =>
        relevant(trackings, tracks).map(
          (tracking): Origin => ({
            name: `${start.name}; ${tracking.name}`,
            start: start.state,
            ...(start.before === undefined ? {} : { before: start.before.filter((event) => happens(event, tracking)) }),
            keys: keysOf(tracking),
            active: tracking.active,
            givesBack,
            ...(after === undefined ? {} : { after }),
            monitor: tracking.monitor,
          }),
        ),
      );
      return [{ name, entry, origins, source }];
    });
  });
}

/** Where user mode is not followed on this CPU, RCU has watched it, and nothing was counted at its entry. */
const happens = (event: EventName, { active }: Tracking): boolean => active || !AT_USER_ENTRY.has(event);

const AT_USER_ENTRY: ReadonlySet<EventName> = new Set(['ct.nesting.set', 'ct.nmi-nesting.nonidle']);

const relevant = (trackings: readonly Tracking[], tracks: CodeRoot['tracks']): readonly Tracking[] =>
  tracks === 'all' ? trackings : tracks === 'key' ? trackings.filter(isFollowed) : trackings.slice(0, 1);

/** A function by its name, also where the compiler has cloned it. */
function entryOf(program: Program, name: string) {
  const clones = ['', '.isra.0', '.constprop.0', '.part.0'].map((suffix) => name + suffix);
  for (const clone of clones) {
    for (const { place } of program.object.symbolsNamed(clone)) {
      if (place.kind === 'defined') return program.at({ section: place.section, offset: place.offset });
    }
  }
  return undefined;
}

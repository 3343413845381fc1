/**
 * Which kernel is judged. A configuration is data: it decides which fields of the state move, which events exist and
 * which conditions apply; nothing in the contract asks for it by code.
 */
import type { Version } from './source.ts';

/**
 * What a kernel may have or lack. A field, an event or a condition that needs a feature does not exist without it.
 * `6.12` and `6.1` are features too: what only one version does needs it.
 */
export const FEATURES = {
  lockdep: 'CONFIG_PROVE_LOCKING: lockdep follows the interrupt flag',
  'nmi-irqflags': 'CONFIG_TRACE_IRQFLAGS_NMI: lockdep follows it in NMI context too (x86, arm64; not riscv)',
  tracing: 'CONFIG_IRQSOFF_TRACER or PREEMPTIRQ_TRACEPOINTS: the tracer follows the interrupt flag',
  'context-tracking':
    'CONFIG_CONTEXT_TRACKING_USER with its static key on: user and guest mode are told to context tracking',
  'context-tracking-off': 'the static key context_tracking_key is off: user and guest mode are not told',
  'context-tracking-active': 'context tracking runs on this CPU: RCU stops watching user and guest mode',
  'context-tracking-inactive': 'context tracking runs on other CPUs only: the context changes, RCU keeps watching',
  'nohz-full':
    'CONFIG_NO_HZ_FULL: deferred wakeups are flushed before user mode, the tick is checked on interrupt entry',
  vtime: 'CONFIG_VIRT_CPU_ACCOUNTING_GEN, accounting on this CPU: time is switched by context tracking and KVM',
  irqtime: 'CONFIG_IRQ_TIME_ACCOUNTING: hard and soft interrupt time is measured',
  preemption: 'CONFIG_PREEMPTION: an interrupt that returns to the kernel may preempt',
  markers: 'CONFIG_DEBUG_ENTRY with HAVE_NOINSTR_VALIDATION: instrumentation_begin() and _end() leave markers',
  'nmi-in-guest-state':
    'a host NMI that ended the guest run is handled inside the guest state (VMX in 6.12, not in 6.1)',
  'idle-noinstr':
    '.cpuidle.text is checked as noinstr code, cpuidle calls ct_cpuidle_enter() and _exit() (6.12, not 6.1)',
  'rcu-note-on-guest-exit': 'an untracked guest exit is a quiescent state too',
  '6.1': 'Linux 6.1',
  '6.12': 'Linux 6.12',
} as const satisfies Readonly<Record<string, string>>;

/** The name of a feature. */
export type Feature = keyof typeof FEATURES;

/** One kernel on one CPU. */
export interface Configuration {
  /** For the command line: kebab-case. */
  readonly name: string;
  readonly says: string;
  readonly version: Version;
  readonly features: ReadonlySet<Feature>;
}

function configuration(name: string, says: string, version: Version, features: readonly Feature[]): Configuration {
  return { name, says, version, features: new Set<Feature>([...features, version]) };
}

const DEBUG: readonly Feature[] = ['lockdep', 'nmi-irqflags', 'tracing', 'preemption', 'markers'];
const NOHZ_FULL: readonly Feature[] = ['context-tracking', 'context-tracking-active', 'nohz-full', 'vtime', 'irqtime'];
const SINCE_6_12: readonly Feature[] = ['nmi-in-guest-state', 'idle-noinstr', 'rcu-note-on-guest-exit'];

/** The kernels that everything is judged with. The first is the one meant where none is named. */
export const CONFIGURATIONS: readonly [Configuration, ...Configuration[]] = [
  configuration('full-debug', '6.12, everything on: lockdep, tracers, nohz_full CPU, markers', '6.12', [
    ...DEBUG,
    ...NOHZ_FULL,
    ...SINCE_6_12,
  ]),
  configuration('production', '6.12 without lockdep and tracers, on a nohz_full CPU', '6.12', [
    ...NOHZ_FULL,
    ...SINCE_6_12,
    'preemption',
  ]),
  configuration('nohz-full-off', '6.12 with lockdep and tracers, context tracking for user mode off', '6.12', [
    ...DEBUG,
    ...SINCE_6_12,
    'context-tracking-off',
    'irqtime',
  ]),
  configuration('housekeeping', '6.12 with lockdep and tracers, on a CPU outside of the nohz_full set', '6.12', [
    ...DEBUG,
    ...SINCE_6_12,
    'context-tracking',
    'context-tracking-inactive',
    'nohz-full',
    'irqtime',
  ]),
  configuration('server', '6.12 without debugging, preemption and time accounting, context tracking off', '6.12', [
    ...SINCE_6_12,
    'context-tracking-off',
  ]),
  configuration('v6.1', '6.1, everything on', '6.1', [...DEBUG, ...NOHZ_FULL]),
];

/** The configuration of that name. */
export const configurationNamed = (name: string): Configuration | undefined =>
  CONFIGURATIONS.find((known) => known.name === name);

/** Whether all of `needs` are there. */
export const hasAll = (configuration: Configuration, needs: readonly Feature[] = []): boolean =>
  needs.every((feature) => configuration.features.has(feature));

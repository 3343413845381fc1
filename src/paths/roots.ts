/** Where walks begin: what the contract's table of vectors names, and what code calls; each from every state that it can meet. */
import { present } from '../base/invariant.ts';
import { type EventName, eventNumber } from '../contract/alphabet.ts';
import type { Configuration, Feature } from '../contract/configuration.ts';
import { compile } from '../contract/evaluate.ts';
import type { InitialState, Start } from '../contract/initial.ts';
import { createMonitor, type Monitor } from '../contract/monitor.ts';
import { RULES } from '../contract/rules.ts';
import { VECTORS, type Vector } from '../contract/vectors.ts';
import { defines, type ElfSymbol } from '../elf/elf-object.ts';
import type { KernelVersion } from '../noinstr/kernel-version.ts';
import { LOCKDEP, TRACKING_KEY } from './built-in.ts';
import type { Program } from './program.ts';
import type { Origin, Root } from './walk-types.ts';
import { isXenPvEntry } from './xen-pv.ts';

/** `noinstr/` looks at every call itself, on every path of every function; here its rules would only say it again. */
const PATH_RULES = RULES.filter(({ id }) => !id.startsWith('NOINSTR-'));

/** What context tracking does on the CPU that a walk imagines. */
export interface Tracking {
  readonly name: string;
  readonly key: boolean;
  readonly active: boolean;
  readonly monitor: Monitor;
}

/** The features that this object shows by its symbols. */
function featuresOf(program: Program): readonly Feature[] {
  const bySymbol: readonly (readonly [Feature, string])[] = [
    ['lockdep', LOCKDEP],
    ['nmi-irqflags', LOCKDEP],
    ['tracing', 'trace_hardirqs_off_finish'],
    // preempt_schedule_irq() is there in any kernel (kernel/sched/core.c).
    ['preemption', 'preempt_schedule'],
    ['irqtime', 'irqtime_account_irq'],
    ['nmi-in-guest-state', 'vmx_do_nmi_irqoff'],
  ];
  const found = bySymbol.filter(([, symbol]) => defines(program.object, symbol)).map(([feature]) => feature);
  return program.code.hasMarkers ? [...found, 'markers'] : found;
}

/** One monitor for each thing that context tracking can do on a CPU of this kernel. */
export function trackingsOf(program: Program, kernel: KernelVersion | undefined): readonly Tracking[] {
  const base = featuresOf(program);
  // The contract knows two versions; idle and the guest's exit changed with 6.3 (kernel/sched/idle.c, kvm_host.h).
  const isOld = kernel !== undefined && (kernel.major < 6 || (kernel.major === 6 && kernel.minor < 3));
  const version = isOld ? '6.1' : '6.12';
  const since: readonly Feature[] = version === '6.12' ? ['idle-noinstr', 'rcu-note-on-guest-exit'] : [];
  const nohz: readonly Feature[] = defines(program.object, 'tick_nohz_full_mask') ? ['nohz-full'] : [];
  const vtime: readonly Feature[] = defines(program.object, 'vtime_user_exit') ? ['vtime'] : [];
  const make = (name: string, key: boolean, active: boolean, more: readonly Feature[]): Tracking => {
    const features = new Set<Feature>([...base, ...since, ...more, version]);
    const configuration: Configuration = { name, says: name, version, features };
    return { name, key, active, monitor: createMonitor(configuration, { rules: PATH_RULES }) };
  };
  if (!defines(program.object, TRACKING_KEY))
    return [make('no context tracking', false, false, ['context-tracking-off'])];
  return [
    make('context tracking on', true, true, ['context-tracking', 'context-tracking-active', ...nohz, ...vtime]),
    make('context tracking off', false, false, ['context-tracking-off']),
    make('context tracking on other CPUs', true, false, ['context-tracking', 'context-tracking-inactive']),
  ];
}

/** A start, as hardware or code can find the CPU. */
interface Place {
  readonly name: string;
  readonly state: InitialState;
  readonly user: boolean;
  /** What code has done since. */
  readonly before?: readonly EventName[];
}

const place = (name: string, start: Start, but?: InitialState['but']): Place => ({
  name,
  state: but === undefined ? { start } : { start, but },
  user: start === 'user',
});

export const PLACES: readonly Place[] = [
  place('user mode', 'user'),
  place('the kernel, interrupts on', 'task'),
  place('the kernel, preemption disabled', 'task', { preempt: 1 }),
  place('the kernel, interrupts off', 'task-irqs-off'),
  place('the idle task, RCU watching', 'idle-task'),
  {
    ...place('the idle task, RCU watching, interrupts off', 'idle-task'),
    before: ['irq.disable', 'lockdep.hardirqs-off', 'trace.off-finish'],
  },
  place('the idle task, RCU not watching', 'idle'),
  place('the idle task, RCU not watching, interrupts off', 'idle', { irq: 0 }),
];

/** Every way into the object that is walked. */
export function rootsOf(program: Program, trackings: readonly Tracking[]): readonly Root[] {
  const more = unnamedEntries(program).exceptions.flatMap((symbol) => {
    const vector = vectorLike(symbol.name);
    const root = vector === undefined ? undefined : rootOf(program, symbol, vector, undefined, trackings);
    return root === undefined ? [] : [root];
  });
  return [...namedRoots(program, trackings), ...more];
}

/** The vector of a handler that the table does not name: that of the handler whose name it extends, else an exception. */
function vectorLike(name: string): Vector | undefined {
  return (
    VECTORS.find(({ handlers }) => handlers.some((h) => name.startsWith(`${h.split('@')[0]}_`))) ??
    VECTORS.find(({ kind }) => kind === 'exception')
  );
}

function namedRoots(program: Program, trackings: readonly Tracking[]): readonly Root[] {
  return VECTORS.flatMap((vector) =>
    vector.handlers.flatMap((pattern) => {
      const [name, side] = pattern.split('@');
      return symbolsMatching(program, present(name, 'split gives a first part'), vector).flatMap((symbol) => {
        const root = rootOf(program, symbol, vector, side, trackings);
        return root === undefined ? [] : [root];
      });
    }),
  );
}

/** C functions that the entry code calls, and that no vector of the contract names: exceptions by their name, else gaps. */
export function unnamedEntries(program: Program): {
  readonly exceptions: readonly ElfSymbol[];
  readonly unknown: readonly ElfSymbol[];
} {
  const named = VECTORS.flatMap((v) => v.handlers.map((h) => h.split('@')[0] ?? ''));
  const isNamed = (name: string): boolean =>
    named.some((n) => (n.endsWith('*') ? name.startsWith(n.slice(0, -1)) : name === n));
  const found = new Map<string, ElfSymbol>();
  for (const section of program.object.sectionsNamed('.entry.text')) {
    for (const relocation of program.object.relocations(section.index).between(0, section.size)) {
      const symbol = program.object.symbol(relocation.symbol);
      if (symbol.type !== 'func' || symbol.place.kind !== 'defined' || isNamed(symbol.name)) continue;
      const home = program.object.sections[symbol.place.section];
      if (home?.name === '.noinstr.text') found.set(symbol.name, symbol);
    }
  }
  const all = [...found.values()];
  const isException = (s: ElfSymbol): boolean => s.name.startsWith('exc_');
  return {
    exceptions: all.filter(isException),
    unknown: all.filter((s) => !isException(s) && !isXenPvEntry(s.name) && !HELPERS.has(s.name)),
  };
}

/** What entry code calls on its way to a handler (arch/x86/entry/entry_64.S). */
const HELPERS: ReadonlySet<string> = new Set([
  'sync_regs',
  'fixup_bad_iret',
  'handle_stack_overflow',
  'vc_switch_off_ist',
  'int80_emulation',
]);

/** Functions of that name; `*` at its end stands for anything, as long as no other vector names it. */
function symbolsMatching(program: Program, pattern: string, vector: Vector): readonly ElfSymbol[] {
  if (!pattern.endsWith('*'))
    return program.object
      .symbolsNamed(pattern)
      .filter((s) => s.place.kind === 'defined')
      .slice(0, 1);
  const prefix = pattern.slice(0, -1);
  const others = new Set(VECTORS.filter((v) => v !== vector).flatMap((v) => v.handlers.map((h) => h.split('@')[0])));
  return program.object
    .sectionsNamed('.noinstr.text')
    .flatMap((section) => program.object.symbolsIn(section.index))
    .filter((s) => s.name.startsWith(prefix) && s.type === 'func' && !others.has(s.name));
}

function rootOf(
  program: Program,
  symbol: ElfSymbol,
  vector: Vector,
  side: string | undefined,
  trackings: readonly Tracking[],
): Root | undefined {
  if (symbol.place.kind !== 'defined') return undefined;
  const entry = program.at({ section: symbol.place.section, offset: symbol.place.offset });
  if (entry === undefined) return undefined;
  const origins = PLACES.flatMap((from) => {
    if (from.user ? vector.fromUser === 'never' || side === 'kernel' : vector.fromKernel === 'never' || side === 'user')
      return [];
    // One reason not to preempt is enough, and only interrupts ask.
    if (from.state.but?.preempt !== undefined && vector.kind !== 'interrupt') return [];
    // Between transition and sleep lockdep is ahead of the hardware; only NMI-like entries give that back.
    if (from.state.start === 'idle' && from.state.but?.irq === 0 && vector.fromKernel !== 'nmi') return [];
    // NMI-like entries from the kernel ask for nothing that is told of user mode.
    const near = from.user
      ? trackings
      : vector.fromKernel === 'nmi'
        ? trackings.slice(0, 1)
        : trackings.filter(isFollowed);
    return near.flatMap((tracking) => originsOf(from, vector, tracking));
  });
  return { name: symbol.name, entry, origins, source: `vector ${vector.kind}` };
}

/** Not a CPU that does not follow user mode itself while others do: it differs only where user mode or a guest is near. */
export const isFollowed = ({ key, active }: Tracking): boolean => !key || active;

/** Static keys whose state a walk takes as given. */
export const keysOf = ({ key }: Tracking): ReadonlyMap<string, boolean> =>
  new Map([
    [TRACKING_KEY, key],
    // A random offset only moves the stack (include/linux/randomize_kstack.h): both ways would be walked to the very end.
    ['randomize_kstack_offset', true],
  ]);

/** The contract's state where events have happened since a start, unjudged; packed. */
export function stateAt(monitor: Monitor, start: InitialState, before: readonly EventName[] = []): Int32Array {
  const words = monitor.initial(start);
  for (const event of before) if (monitor.events.includes(event)) monitor.step(words, 0, eventNumber(event) ?? -1);
  return words;
}

/** The origin, where hardware can deliver the vector there. */
export function originsOf(from: Place, vector: Vector, tracking: Tracking): readonly Origin[] {
  const but = vector.kind === 'debug' ? { ...from.state.but, armed: 1 } : from.state.but;
  const start: InitialState = but === undefined ? from.state : { start: from.state.start, but };
  const words = stateAt(tracking.monitor, start, from.before);
  if (!compile(vector.deliverable)(words, 0)) return [];
  const interrupts = compile({ op: 'is', field: 'irq', value: 1 })(words, 0);
  // The event exists wherever its vector does.
  const enter: EventName = vector.event;
  return [
    {
      name: `${from.name}; ${tracking.name}`,
      start,
      ...(from.before === undefined ? {} : { before: from.before }),
      enter,
      keys: keysOf(tracking),
      active: tracking.active,
      saved: { user: from.user, interrupts },
      monitor: tracking.monitor,
    },
  ];
}

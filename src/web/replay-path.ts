/** The contract's state along the path of a finding, from the events that its steps tell in their notes. */
import { type EventName, eventNumber, exists, isEventName } from '../contract/alphabet.ts';
import { type Configuration, configurationNamed } from '../contract/configuration.ts';
import type { InitialState } from '../contract/initial.ts';
import { KEPT } from '../contract/monitor.ts';
import { VECTORS, type Vector } from '../contract/vectors.ts';
import type { PathStep } from '../report/report.ts';
import { monitorNamed } from './example-table.ts';

/** A path with its states. */
export interface Replayed {
  readonly configuration: Configuration;
  /** One for each step, after it. */
  readonly states: readonly Int32Array[];
}

/** Where a walk starts, in the words of its first note. */
const STARTS: Readonly<Record<string, InitialState>> = {
  'user mode': { start: 'user' },
  'the kernel, interrupts on': { start: 'task' },
  'the kernel, preemption disabled': { start: 'task', but: { preempt: 1 } },
  'the kernel, interrupts off': { start: 'task-irqs-off' },
  'the idle task, RCU watching': { start: 'idle-task' },
  'the idle task, RCU not watching': { start: 'idle' },
  'the idle task, RCU not watching, interrupts off': { start: 'idle', but: { irq: 0 } },
};

/** The kernel that does so, with everything that can be followed. */
const TRACKINGS: Readonly<Record<string, Configuration['name']>> = {
  'context tracking on': 'full-debug',
  'context tracking off': 'nohz-full-off',
  'context tracking on other CPUs': 'housekeeping',
};

/** The states; `undefined` where the path does not tell what it starts from, or has no events. */
export function replayPath(path: readonly PathStep[]): Replayed | undefined {
  const [first] = path;
  const [, place = '', tracking = ''] = /^from (.*); (.*)$/.exec(first?.note ?? '') ?? [];
  const start = Object.hasOwn(STARTS, place) ? STARTS[place] : undefined;
  const name = Object.hasOwn(TRACKINGS, tracking) ? TRACKINGS[tracking] : undefined;
  const configuration = configurationNamed(name ?? '');
  const vector = vectorOf(first?.function ?? '', place === 'user mode');
  if (start === undefined || configuration === undefined || vector === undefined) return undefined;
  const monitor = monitorNamed(configuration.name);
  const words = monitor.initial(start);
  // Nothing is unknown; what the last event breaks has been said, so that nothing is judged here.
  const unknown = new Int32Array(words.length);
  const happens = (event: EventName): void => {
    const number = eventNumber(event);
    if (number === undefined || !exists(event, configuration)) return;
    const before = words.slice();
    if (monitor.applyPartial(words, unknown, 0, number) !== KEPT) words.set(before);
  };
  happens(vector.event);
  const states = path.map((step) => {
    if (step.event.startsWith('call to ')) happens('function.noinstr');
    if (step.event === 'return') happens('function.return');
    for (const event of eventsOf(step)) happens(event);
    return words.slice();
  });
  return { configuration, states };
}

/** A note such as `ct.nmi.enter: ct_nmi_enter(); the same from 2 more starts`. */
function eventsOf({ note = '' }: PathStep): readonly EventName[] {
  const [word = ''] = /^[\w.-]+/.exec(note) ?? [];
  return isEventName(word) ? [word] : [];
}

function vectorOf(name: string, user: boolean): Vector | undefined {
  return VECTORS.find(({ handlers }) =>
    handlers.some((handler) => {
      const [pattern = '', side] = handler.split('@');
      const fits = pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
      return fits && (side === undefined || (side === 'user') === user);
    }),
  );
}

/** The contract's state as lanes: each part of it in a few words and one meaning. */
import type { Configuration } from '../contract/configuration.ts';
import { type FieldName, INSTRUMENTABLE, valueFor } from '../contract/fields.ts';
import { moves } from '../contract/initial.ts';
import { LEVEL_WORDS, read } from '../contract/layout.ts';
import { type Lane, type Look, laneOf } from './lane.ts';

type At = (field: FieldName) => number;

interface LaneSpec {
  readonly name: string;
  readonly says: string;
  /** The field that must move in the kernel for the lane to be there. */
  readonly needs?: FieldName;
  readonly look: (at: At, outer: readonly At[]) => Look;
}

const ON: Look = { label: 'on', tone: 'on' };
const OFF: Look = { label: 'off', tone: 'plain' };

const nameOf = (field: FieldName, at: At): string => String(valueFor(field, at(field)));

function counts(at: At): Look {
  const raised = (['nmi', 'hardirq', 'softirq', 'bhDisabled', 'preempt'] as const).filter((field) => at(field) > 0);
  if (raised.length === 0) return { label: '0', tone: 'plain' };
  const named = raised.map((field) => ({ name: field === 'bhDisabled' ? 'bh' : field, count: at(field) }));
  return {
    label: named.map(({ name, count }) => `${name} ${count}`).join(' '),
    short: named.map(({ name, count }) => (count === 1 ? name : `${name} ${count}`)).join(' '),
    tone: 'count',
  };
}

/** From the outermost to the innermost: what the CPU is in. */
function domain(at: At, outer: readonly At[]): Look {
  const mode = nameOf('mode', at);
  const chain = [...outer, at].map((level, index) => (index === 0 ? base(level) : nameOf('kind', level)));
  const whole = mode === 'kernel' ? chain : [...chain.slice(0, -1), mode];
  const common = { label: whole.join(' › '), short: whole.at(-1) ?? '' };
  if (mode !== 'kernel') return { ...common, tone: mode === 'user' ? 'user' : 'guest' };
  return { ...common, tone: at('idleTask') === 1 && at('depth') === 0 ? 'idle' : 'plain' };
}

function base(at: At): string {
  const mode = nameOf('mode', at);
  return mode === 'kernel' ? (at('idleTask') === 1 ? 'idle' : 'task') : mode;
}

const LANES: readonly LaneSpec[] = [
  { name: 'domain', says: 'what the CPU executes, and what that has interrupted', look: domain },
  {
    name: 'interrupts',
    says: 'the interrupt flag of the hardware',
    look: (at) => {
      if (at('gif') === 0) return { label: 'gif clear', tone: 'plain' };
      return at('irq') === 1 ? ON : OFF;
    },
  },
  {
    name: 'lockdep',
    says: 'whether lockdep believes that interrupts are on; hatched where that is not what the hardware does',
    needs: 'hardirqsEnabled',
    look: (at) => {
      const believes = at('hardirqsEnabled') === 1;
      const context = at('hardirqContext') > 0 ? `, hardirq ${at('hardirqContext')}` : '';
      if (believes !== (at('irq') === 1))
        return { label: `${believes ? 'on' : 'off'} ≠ hardware${context}`, short: '≠', tone: 'off' };
      return believes
        ? { label: `on${context}`, short: 'on', tone: 'on' }
        : { label: `off${context}`, short: 'off', tone: 'plain' };
    },
  },
  {
    name: 'RCU',
    says: 'whether RCU watches this CPU, and where context tracking believes it to be',
    look: (at) => {
      const where = nameOf('ctState', at);
      return at('watching') === 1
        ? { label: `watching, ${where}`, short: 'yes', tone: 'on' }
        : { label: `not watching, ${where}`, short: 'no', tone: 'off' };
    },
  },
  {
    name: 'preempt count',
    says: 'the preemption counter: NMI, hard and soft interrupts, bh, preemption',
    look: counts,
  },
  {
    name: 'tracing',
    says: 'whether the tracer was told that interrupts are off',
    needs: 'tracedOff',
    look: (at) => (at('tracedOff') === 1 ? OFF : ON),
  },
  {
    name: 'time',
    says: 'whom the time is charged to',
    look: (at) => {
      if (at('hardirqTime') > 0) return { label: 'irq', tone: 'count' };
      if (at('softirqTime') > 0) return { label: 'softirq', tone: 'count' };
      if (at('vcpu') === 1) return { label: 'guest', tone: 'guest' };
      const whom = nameOf('vtime', at);
      return { label: whom, tone: whom === 'user' || whom === 'guest' || whom === 'idle' ? whom : 'plain' };
    },
  },
  {
    name: 'instrumentation',
    says: 'whether a tracer, a probe or a sanitizer may run: noinstr code, an open window, or ordinary code',
    needs: 'windows',
    look: (at) => {
      if (nameOf('mode', at) !== 'kernel') return { label: '', tone: 'none' };
      const open = at('windows');
      if (open === INSTRUMENTABLE) return { label: 'instrumentable', short: 'any', tone: 'on' };
      return open > 0 ? { label: 'window', tone: 'on' } : { label: 'noinstr', tone: 'off' };
    },
  },
];

/** A lane for each part of the state that moves in that kernel, over packed states. */
export function stateLanes(states: readonly Int32Array[], configuration: Configuration): readonly Lane[] {
  const levels = states.map((words) => ({
    now: at(words, 0),
    outer: Array.from({ length: read(words, 0, 'depth') }, (_, level) => at(words, (level + 1) * LEVEL_WORDS)),
  }));
  return LANES.filter(({ needs }) => needs === undefined || moves(needs, configuration)).map(({ name, says, look }) =>
    laneOf(
      name,
      says,
      levels.map(({ now, outer }) => look(now, outer)),
    ),
  );
}

const at =
  (words: Int32Array, level: number): At =>
  (field) =>
    read(words, level, field);

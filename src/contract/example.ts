/** Examples of rules, cut from the orders as executed: one kept as it is, or one broken by a single edit. */
import { invariant } from '../base/invariant.ts';
import type { EventName } from './alphabet.ts';
import { CONFIGURATIONS, configurationNamed } from './configuration.ts';
import type { InitialState, Start } from './initial.ts';
import type { Example } from './rule.ts';
import { type Sequence, type Sequences, sequencesOf } from './sequences.ts';

let known: Sequences | undefined;

/** The orders of the kernel that examples are about where they name no other; made when an example is looked at. */
export function fullSequences(): Sequences {
  known ??= sequencesOf(CONFIGURATIONS[0]);
  return known;
}

/** Where each order begins. */
export const STARTS: { readonly [K in keyof Sequences]?: Start } = {
  syscall: 'user',
  syscallWithWork: 'user',
  interruptFromUser: 'user',
  interrupt: 'task',
  interruptIrqsOff: 'task-irqs-off',
  interruptPreempting: 'task',
  interruptSoftirq: 'task',
  interruptInIdle: 'idle',
  interruptInIdleSoftirq: 'idle',
  interruptInIdleWatching: 'idle-task',
  simpleInterrupt: 'task',
  pageFault: 'task',
  exceptionFromUser: 'user',
  warn: 'task',
  invalidOp: 'task',
  nmiFromUser: 'user',
  nmi: 'task',
  nmiIrqsOff: 'task-irqs-off',
  nmiInIdle: 'idle',
  debug: 'task',
  debugFromUser: 'user',
  breakpoint: 'task',
  breakpointFromUser: 'user',
  machineCheck: 'task',
  machineCheckFromUser: 'user',
  doubleFault: 'task',
  vmmCommunication: 'task',
  idle: 'idle-task',
  vmx: 'task',
  vmxInterrupt: 'task',
  vmxNmi: 'task',
  svm: 'task',
};

const startOf = (name: keyof Sequences): InitialState => ({ start: STARTS[name] ?? 'task' });

/** The whole order, which keeps every rule; of the first configuration where none is named. */
export function keeps(name: keyof Sequences, configuration?: string): Example {
  const named = configuration === undefined ? CONFIGURATIONS[0] : configurationNamed(configuration);
  invariant(named !== undefined, `there is a configuration ${configuration}`);
  return {
    name: `${name} as executed`,
    from: startOf(name),
    events: sequencesOf(named)[name],
    ...(configuration !== undefined && { configuration }),
  };
}

/** An order with one edit, which breaks that condition somewhere. */
export function breaks(
  condition: string,
  name: keyof Sequences,
  edit: (sequence: Sequence) => Sequence,
  from: InitialState = startOf(name),
): Example {
  return { name: `${condition} in ${name}`, from, events: edit(fullSequences()[name]), breaks: condition };
}

/** A row of events of its own that keeps every rule. */
export const shows = (name: string, from: InitialState, events: Sequence, configuration?: string): Example => ({
  name,
  from,
  events,
  ...(configuration !== undefined && { configuration }),
});

/** A row of events of its own that breaks that condition. */
export const fails = (breaks: string, from: InitialState, events: Sequence, configuration?: string): Example => ({
  name: `${breaks}: ${events.join(', ')}`,
  from,
  events,
  breaks,
  ...(configuration !== undefined && { configuration }),
});

/** The place of the `nth` occurrence, from 1. It must be there, or the example shows nothing. */
function placeOf(sequence: Sequence, event: EventName, nth: number): number {
  let place = -1;
  for (let count = 0; count < nth; count++) place = sequence.indexOf(event, place + 1);
  invariant(place >= 0, `the sequence has ${event} ${nth} times`);
  return place;
}

/** Leaves an event out. */
export const drop =
  (event: EventName, nth = 1) =>
  (sequence: Sequence): Sequence =>
    sequence.toSpliced(placeOf(sequence, event, nth), 1);

/** Puts events before an event. */
export const before =
  (event: EventName, added: readonly EventName[], nth = 1) =>
  (sequence: Sequence): Sequence =>
    sequence.toSpliced(placeOf(sequence, event, nth), 0, ...added);

/** Puts events after an event. */
export const after =
  (event: EventName, added: readonly EventName[], nth = 1) =>
  (sequence: Sequence): Sequence =>
    sequence.toSpliced(placeOf(sequence, event, nth) + 1, 0, ...added);

/** Puts other events in the place of one. */
export const replace =
  (event: EventName, by: readonly EventName[], nth = 1) =>
  (sequence: Sequence): Sequence =>
    sequence.toSpliced(placeOf(sequence, event, nth), 1, ...by);

/** Moves an event to the place before another. */
export const moveBefore =
  (event: EventName, other: EventName, nth = 1, nthOther = 1) =>
  (sequence: Sequence): Sequence => {
    const without = sequence.toSpliced(placeOf(sequence, event, nth), 1);
    return without.toSpliced(placeOf(without, other, nthOther), 0, event);
  };

/** One edit after the other. */
export const both =
  (...edits: readonly ((sequence: Sequence) => Sequence)[]) =>
  (sequence: Sequence): Sequence =>
    edits.reduce((edited, edit) => edit(edited), sequence);

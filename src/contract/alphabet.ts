/** All events under their names. A number for each, so that a source and a monitor can speak of them fast. */
import type { Configuration } from './configuration.ts';
import { hasAll } from './configuration.ts';
import type { EventSpec } from './event.ts';
import { BELIEFS } from './events/beliefs.ts';
import { CONTEXT_TRACKING } from './events/context-tracking.ts';
import { HARDWARE } from './events/hardware.ts';
import { WORK } from './events/work.ts';

/** The alphabet. */
export const EVENTS = { ...HARDWARE, ...BELIEFS, ...CONTEXT_TRACKING, ...WORK } as const;

/** The name of an event. */
export type EventName = keyof typeof EVENTS;

/** All names; an event's number is its place here. It is fixed in one version of kentry, never stored. */
// The keys of a constant table are exactly its type's keys.
export const EVENT_NAMES = Object.keys(EVENTS) as readonly EventName[];

const NUMBERS: ReadonlyMap<string, number> = new Map(EVENT_NAMES.map((name, index) => [name, index]));

/** The number of an event; `undefined` for what is not one. */
export const eventNumber = (name: string): number | undefined => NUMBERS.get(name);

/** Whether that text names an event. */
export const isEventName = (name: string): name is EventName => NUMBERS.has(name);

/** The entry of an event, with its optional members. */
export const eventSpec = (name: EventName): EventSpec => EVENTS[name];

/** Whether the event exists in that kernel. */
export const exists = (name: EventName, configuration: Configuration): boolean =>
  hasAll(configuration, eventSpec(name).needs);

/**
 * What is compared: an event, and whether an instrumentation window is open around it. Markers themselves are no letters:
 * where two windows follow each other a compiler may leave out the end of one and the begin of the other.
 */
import { present } from '../base/invariant.ts';
import { EVENT_NAMES, type EventName, eventNumber } from '../contract/alphabet.ts';

/** The number of an event, twice, plus 1 where a window is open. */
export type Letter = number;

/** Events that stand for no instruction of their own: a walk tells them with the first update behind them. */
const WITHOUT_PLACE = /^(entry|exit)\.|^return$|^call\.nmi-handler$/;

/** Makes one. */
export function letterOf(event: EventName, open: boolean): Letter {
  const number = present(eventNumber(event), 'every event has a number');
  return number * 2 + (open && !WITHOUT_PLACE.test(event) ? 1 : 0);
}

/** The event of a letter. */
export const eventOf = (letter: Letter): EventName => present(EVENT_NAMES[letter >> 1], 'letters are made of events');

/** Whether a window is open around it. */
export const isOpen = (letter: Letter): boolean => (letter & 1) === 1;

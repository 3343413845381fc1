/** What of the alphabet both sides can say: which events are not compared, which are told as others, and why. */
import type { EventName } from '../contract/alphabet.ts';
import { type Letter, letterOf } from './letter.ts';

/** Events that one side cannot see, with the reason. Whether they are legal where they come is judged by the rules. */
export const NOT_COMPARED: readonly { readonly events: RegExp; readonly why: string }[] = [
  {
    events: /^window\./,
    why: 'a window is told with each event: a compiler may join two that follow each other, or split one',
  },
  { events: /^function\./, why: 'which functions are inlined is up to the compiler' },
  {
    events: /^call\.(transition|plain|indirect|lock|fault|schedule)$/,
    why: 'how often instrumentable code is called, and which of it is inlined, is up to the compiler and the configuration',
  },
  {
    events: /^(flag|want)\.|^softirq\.raise$/,
    why: 'others do it: other CPUs, other tasks, code that is called',
  },
  { events: /^call\.warn$/, why: 'a WARN may stand anywhere; whether it is one, only report_bug() knows' },
  { events: /^shadow\./, why: 'no instruction is this event alone: the next one ends the shadow' },
  { events: /^syscall\.refused$/, why: 'what the tracer or seccomp answers is not seen, only what follows' },
  { events: /^cpu\.poll$/, why: 'cpu_relax() is a pause, which a walk takes for no act' },
];

/** Events that a walk takes for another, since it does not see the answer that tells them apart. */
export const TOLD_AS: ReadonlyMap<EventName, EventName> = new Map<EventName, EventName>([
  ['syscall.dispatched', 'syscall.dispatch'],
]);

const silent = new Map<EventName, boolean>();

/** Whether the event is compared. */
export function isCompared(event: EventName): boolean {
  const known = silent.get(event);
  if (known !== undefined) return known;
  const compared = !NOT_COMPARED.some(({ events }) => events.test(event));
  silent.set(event, compared);
  return compared;
}

/** The letter that the event is compared as; absent for what is not. */
export const letterFor = (event: EventName, open: boolean): Letter | undefined =>
  isCompared(event) ? letterOf(TOLD_AS.get(event) ?? event, open) : undefined;

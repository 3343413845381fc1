/** The architectures that can be decoded. Each is loaded when an object of it is at hand: a decoder is large. */
import type { Machine } from '../base/machine.ts';
import type { Lifter } from './effect.ts';
import type { Isa } from './isa.ts';

/** The decoder of that machine; `undefined` where there is none yet. */
export async function loadIsa(machine: Machine): Promise<Isa | undefined> {
  if (machine !== 'x86-64') return undefined;
  const { createIsa } = await import('./x86-64/decode.ts');
  return createIsa();
}

/** What the instructions of that machine do; `undefined` where nobody has written it down yet. */
export async function loadLifter(machine: Machine): Promise<Lifter | undefined> {
  if (machine !== 'x86-64') return undefined;
  const { createLifter } = await import('./x86-64/lift.ts');
  return createLifter();
}

/**
 * Roots whose code is the same but for the handler that they call: the entry macros make dozens of them (DEFINE_IDTENTRY_*,
 * arch/x86/include/asm/idtentry.h). Where the first one is clean, so are its twins.
 */
import type { Callee, Exit, Place } from '../code/code.ts';
import { baseName } from './known-calls.ts';
import type { Insn, Program } from './program.ts';
import type { Root } from './walk-types.ts';

/** Two roots with one signature behave alike; `undefined` where the root is none that a macro made. */
export function signatureOf(program: Program, root: Root): string | undefined {
  const func = program.code.functionAt(root.entry.step.place);
  if (func === undefined || func.size === 0 || func.size > LARGEST) return undefined;
  if (program.object.symbolsNamed(`__${root.name}`).length === 0) return undefined;
  const { start } = func;
  const where = (place: Place): string =>
    place.section === start.section && place.offset >= start.offset && place.offset < start.offset + func.size
      ? `+${place.offset - start.offset}`
      : `${place.section}:${place.offset}`;
  const who = (callee: Callee): string => {
    if (callee.kind !== 'function') return JSON.stringify(callee);
    return baseName(callee.symbol.name) === `__${root.name}` ? 'handler' : callee.symbol.name;
  };
  const way = (exit: Exit): unknown => ({
    ...exit,
    ...('to' in exit && exit.to !== undefined && { to: where(exit.to) }),
    ...('callee' in exit && { callee: who(exit.callee) }),
  });
  const line = ({ step, effects }: Insn): unknown => [where(step.place), step.marker, step.exits.map(way), effects];
  const origins = root.origins.map(({ name }) => name);
  return JSON.stringify([root.source, origins, program.straight(start, func.size).map(line)]);
}

/** In bytes. What the macros make is smaller. */
const LARGEST = 1024;

/**
 * Roots whose code is the same but for the handler that they call: the entry macros make dozens of them (DEFINE_IDTENTRY_*,
 * arch/x86/include/asm/idtentry.h). Where the first one is clean, so are its twins.
 */
import type { Callee, Exit, Place } from '../code/code.ts';
import { isHandlerOf } from './handler-names.ts';
import { baseName } from './known-calls.ts';
import type { Insn, Program } from './program.ts';
import type { Territory } from './territory.ts';
import type { Root } from './walk-types.ts';

/** Two roots with one signature behave alike; `undefined` where the root is none that a macro made. */
export function signatureOf(program: Program, territory: Territory, root: Root): string | undefined {
  const func = program.code.functionAt(root.entry.step.place);
  if (func === undefined || func.size === 0 || func.size > LARGEST) return undefined;
  const asm = root.origins[0]?.asm;
  if (asm === undefined && program.object.symbolsNamed(`__${root.name}`).length === 0) return undefined;
  /** From which origins it is the root's own handler: not every handler is that of both sides. */
  const ownOf = (name: string): string =>
    asm === undefined
      ? `${isHandlerOf(name, root.name)}`
      : root.origins.map((origin) => origin.asm?.handlers.has(name) === true).join();
  const { start } = func;
  const isInside = (place: Place): boolean =>
    place.section === start.section && place.offset >= start.offset && place.offset < start.offset + func.size;
  const where = (place: Place): string => {
    const home = program.code.patchedInto(place);
    if (!isInside(home)) return `${place.section}:${place.offset}`;
    const here = `+${home.offset - start.offset}`;
    // Every copy of a macro has replacement code of its own: by what it does.
    return isInside(place) ? here : `${here} ${JSON.stringify(program.at(place)?.effects)}`;
  };
  const who = (callee: Callee): string => {
    if (callee.kind !== 'function') return JSON.stringify(callee);
    const own = ownOf(baseName(callee.symbol.name));
    // A handler that is looked into is nobody's twin.
    return own.includes('true') && territory.body(callee) === undefined ? `handler ${own}` : callee.symbol.name;
  };
  const way = (exit: Exit): unknown => ({
    ...exit,
    ...('to' in exit && exit.to !== undefined && { to: where(exit.to) }),
    ...('callee' in exit && { callee: who(exit.callee) }),
  });
  const line = ({ step, effects }: Insn): unknown => [where(step.place), step.marker, step.exits.map(way), effects];
  const origins = root.origins.map(({ name }) => name);
  // What assembly is walked for does not depend on the vector.
  return JSON.stringify([asm?.frame ?? root.source, origins, program.straight(start, func.size).map(line)]);
}

/** In bytes. What the macros make is smaller. */
const LARGEST = 1024;

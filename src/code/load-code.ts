/** Makes the graph of an object's code: wires the readers of this folder together. */
import type { ElfObject } from '../elf/elf-object.ts';
import type { Isa } from '../isa/isa.ts';
import { openAlternatives, patchedInto } from './alternatives.ts';
import { openAnnotations } from './annotations.ts';
import { openBugTable } from './bug-table.ts';
import type { Code, Func, Place, Step } from './code.ts';
import { CodeBytes } from './code-bytes.ts';
import { openExceptionTable } from './exception-table.ts';
import { Exits } from './exits.ts';
import { FieldOwners } from './field-owners.ts';
import { FunctionTables } from './function-tables.ts';
import { Functions } from './functions.ts';
import { openJumpLabels } from './jump-labels.ts';
import { JumpTables } from './jump-tables.ts';
import { kernelLayout } from './kernel-layout.ts';
import { Noreturn } from './noreturn.ts';
import { placeAt, placeKey, References } from './references.ts';
import { SpecialPlaces } from './special-places.ts';
import { StaticCalls } from './static-calls.ts';
import { SymbolReferences } from './symbol-references.ts';

/** Bytes of a function whose relocations are looked at together: most return early. */
const AT_ONCE = 512;

function namesReturn({ object, layout }: References, { section, offset }: Place, size: number): boolean {
  if (layout.returnThunks.size === 0) return false;
  const relocations = object.relocations(section);
  for (let from: number = offset; from < offset + size; from += AT_ONCE) {
    const some = relocations.between(from, Math.min(from + AT_ONCE, offset + size));
    if (some.some(({ symbol }) => layout.returnThunks.has(object.symbol(symbol).name))) return true;
  }
  return false;
}

/** What else is known. */
export interface LoadOptions {
  /** The section in which another object has a symbol that is undefined here (`--symbols`). */
  readonly lentSection?: (name: string) => string | undefined;
}

/**
 * The code of an object. Reads next to nothing now; every member may throw `BadInput` when it comes to a table
 * that is broken.
 */
export function loadCode(object: ElfObject, isa: Isa, options: LoadOptions = {}): Code {
  const layout = kernelLayout(object.machine);
  const references = new References(object, layout, options.lentSection);
  const bytes = new CodeBytes(object, isa);
  const functions = new Functions(object, layout.mappingSymbol);
  const alternatives = openAlternatives(references);
  const annotations = openAnnotations(references);
  const exceptions = openExceptionTable(references);
  const jumpLabels = openJumpLabels(references);
  const symbols = new SymbolReferences(object);
  // Replacement code has no symbols: its own first byte is where it can be decoded from.
  const owners = new FieldOwners(
    bytes,
    (place) => alternatives.holding(place)?.replacement?.place ?? functions.pieceAt(place),
  );
  const homeOf = (place: Place): Place => patchedInto(alternatives, place);
  const functionAt = (place: Place): Func | undefined => functions.at(homeOf(place));
  const noreturn: Noreturn = new Noreturn({
    outline: (place, func) => {
      const instruction = bytes.instructionAt(place);
      return instruction === undefined ? undefined : { instruction, exits: exits.outline(place, instruction, func) };
    },
    startingAt: (place) => functions.startingAt(place),
    functionAt,
    namesReturn: ({ start, size }) => namesReturn(references, start, size),
  });
  const exits = new Exits(
    {
      references,
      functions,
      alternatives,
      annotations,
      bugs: openBugTable(references),
      exceptions,
      jumpLabels,
      jumpTables: new JumpTables(references, owners, functionAt),
      staticCalls: new StaticCalls(references, bytes, functions, symbols),
      functionTables: new FunctionTables(references, bytes, owners, functions, symbols),
    },
    (callee) => noreturn.never(callee),
  );
  const special = new SpecialPlaces(object, { alternatives, annotations, exceptions, jumpLabels });
  const makeStep = (place: Place): Step | undefined => {
    const instruction = bytes.instructionAt(place);
    if (instruction === undefined) return undefined;
    if (instruction.flow.kind === 'next' && special.isPlain(place, instruction.length)) {
      const to = placeAt(place.section, place.offset + instruction.length);
      return { place, instruction, marker: 0, exits: [{ kind: 'flow', to }] };
    }
    return { place, instruction, marker: annotations.marker(place), exits: exits.of(place, instruction) };
  };
  const steps = new Map<number, Step | undefined>();
  const step = (place: Place): Step | undefined => {
    const key = placeKey(place);
    const known = steps.get(key);
    if (known !== undefined || steps.has(key)) return known;
    const made = makeStep(place);
    steps.set(key, made);
    return made;
  };
  return {
    hasMarkers: annotations.hasMarkers,
    functionsIn: (section) => functions.in(section),
    functionAt,
    step,
    patchedInto: homeOf,
    decoded: () => bytes.decoded,
  };
}

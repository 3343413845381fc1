/** Makes the graph of an object's code: wires the readers of this folder together. */
import type { SymbolIndex } from '../base/brand.ts';
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
import { PlaceMap } from './place-map.ts';
import { placeAt, References } from './references.ts';
import { SpecialPlaces } from './special-places.ts';
import { StaticCalls } from './static-calls.ts';
import { namesAnyOf, SymbolReferences } from './symbol-references.ts';

/** Tells of functions whether a relocation names a thunk that returns. */
function returnNaming({ object, layout }: References): (func: Func) => boolean {
  const namedThunks = (): readonly SymbolIndex[] =>
    [...layout.returnThunks].flatMap((name) => object.symbolsNamed(name)).map(({ index }) => index);
  let thunks: readonly SymbolIndex[] | undefined;
  return (func) => {
    thunks ??= namedThunks();
    return namesAnyOf(object, func, thunks);
  };
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
    namesReturn: returnNaming(references),
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
  const steps = new PlaceMap<Step | null>();
  const step = (place: Place): Step | undefined => {
    const known = steps.get(place);
    if (known !== undefined) return known ?? undefined;
    const made = makeStep(place);
    steps.add(place, made ?? null);
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

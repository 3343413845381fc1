/** Where a direct call or jump goes: by its own bytes, or by the relocation that fills them. */
import type { SectionIndex } from '../base/brand.ts';
import type { ElfSymbol } from '../elf/elf-object.ts';
import type { Instruction } from '../isa/instruction.ts';
import type { Place } from './code.ts';
import { placeAt, type References } from './references.ts';
import { STATIC_CALL_TRAMPOLINE } from './static-call-names.ts';

/** The other end of a branch. */
export type BranchTarget =
  /** `symbol`: the one that the relocation names, where it is not a section's and stands at that very place. */
  | { readonly kind: 'place'; readonly place: Place; readonly symbol?: ElfSymbol }
  | { readonly kind: 'undefined'; readonly symbol: ElfSymbol }
  /** A thunk that returns. */
  | { readonly kind: 'return' }
  /** A thunk that goes on where a register points. */
  | { readonly kind: 'register'; readonly register: string }
  /** The trampoline of a static call. */
  | { readonly kind: 'static-call'; readonly symbol: ElfSymbol }
  /** `why` is a clause. */
  | { readonly kind: 'nowhere'; readonly why: string };

/** What names alone tell, by the symbol's number; `null` where it is nothing. */
export type SpecialTargets = Map<number, BranchTarget | null>;

/** The target of a branch in that section, which its bytes alone say is `target`. `known` is kept between calls. */
export function branchTarget(
  references: References,
  known: SpecialTargets,
  section: SectionIndex,
  instruction: Instruction,
  target: number,
): BranchTarget {
  const { displacement: field, offset, length } = instruction;
  const relocation =
    field === undefined ? undefined : references.relocationIn(section, offset + field.offset, field.size);
  if (field === undefined || relocation === undefined) {
    const size = references.object.sections[section]?.size ?? 0;
    if (!(target >= 0 && target < size)) return { kind: 'nowhere', why: 'goes out of its section' };
    return { kind: 'place', place: placeAt(section, target) };
  }
  if (!references.layout.relocations.relative.has(relocation.type)) {
    return { kind: 'nowhere', why: `goes where a relocation of type ${relocation.type} says` };
  }
  const symbol = references.object.symbol(relocation.symbol);
  if (symbol.type !== 'section') {
    let special = known.get(symbol.index);
    if (special === undefined) {
      special = namedTarget(references, symbol);
      known.set(symbol.index, special);
    }
    if (special !== null) return special;
  }
  const behind = offset + length - relocation.offset;
  const referent = references.referent(relocation, behind);
  if (referent.kind === 'nowhere') return { kind: 'nowhere', why: `goes to nowhere: ${referent.why}` };
  if (referent.kind === 'undefined') return { kind: 'undefined', symbol };
  const { place } = referent;
  const home = references.object.sections[place.section];
  if (home?.executable !== true || place.offset >= home.size) {
    return { kind: 'nowhere', why: `goes to ${references.nameOf(place)}, which is no code` };
  }
  const exact = symbol.type !== 'section' && symbol.place.kind === 'defined' && symbol.place.offset === place.offset;
  return exact ? { kind: 'place', place, symbol } : { kind: 'place', place };
}

/** What a symbol's name alone tells. */
function namedTarget({ layout }: References, symbol: ElfSymbol): BranchTarget | null {
  const { name } = symbol;
  if (layout.returnThunks.has(name)) return { kind: 'return' };
  if (name.startsWith(STATIC_CALL_TRAMPOLINE)) return { kind: 'static-call', symbol };
  const register = layout.indirectThunk.exec(name)?.[1];
  return register === undefined ? null : { kind: 'register', register };
}

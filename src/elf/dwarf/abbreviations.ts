/** .debug_abbrev: the shapes of debugging information entries. */
import { AT, FORM, TAG } from './constants.ts';
import { Cursor } from './cursor.ts';
import { BrokenDwarf, type DebugSection } from './debug-section.ts';

/** One attribute of a shape. */
export interface AttributeShape {
  readonly name: number;
  readonly form: number;
  /** The value itself, for DW_FORM_implicit_const. */
  readonly implicit: number;
  /** Whether kentry asks for it on entries of this tag. */
  readonly wanted: boolean;
}

/** One shape. Attributes that take no byte and are not wanted are left out, so that work is bounded by bytes. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeShape[];
}

/** By code. */
export type Abbreviations = ReadonlyMap<number, Abbreviation>;

const UNIT_ATTRIBUTES: ReadonlySet<number> = new Set([
  AT.name,
  AT.stmtList,
  AT.lowPc,
  AT.highPc,
  AT.compDir,
  AT.ranges,
  AT.strOffsetsBase,
  AT.addrBase,
  AT.rnglistsBase,
]);

const ONLY_SIBLING: ReadonlySet<number> = new Set([AT.sibling]);

/** What is asked of each kind of entry. */
const WANTED: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [TAG.compileUnit, UNIT_ATTRIBUTES],
  [TAG.partialUnit, UNIT_ATTRIBUTES],
  [TAG.skeletonUnit, UNIT_ATTRIBUTES],
  [
    TAG.subprogram,
    new Set<number>([
      AT.sibling,
      AT.name,
      AT.lowPc,
      AT.highPc,
      AT.ranges,
      AT.inline,
      AT.abstractOrigin,
      AT.specification,
      AT.declFile,
      AT.external,
    ]),
  ],
  [TAG.structureType, new Set<number>([AT.sibling, AT.name])],
  [TAG.member, new Set<number>([AT.name, AT.type, AT.dataMemberLocation])],
  [
    TAG.inlinedSubroutine,
    new Set<number>([AT.sibling, AT.lowPc, AT.highPc, AT.ranges, AT.abstractOrigin, AT.callFile, AT.callLine]),
  ],
]);

/** Reads the table at an offset of .debug_abbrev. */
export function readAbbreviations(section: DebugSection, offset: number): Abbreviations {
  const cursor = new Cursor(section, offset, section.size, 4096);
  const table = new Map<number, Abbreviation>();
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const wantedHere = WANTED.get(tag) ?? ONLY_SIBLING;
    const seen = new Set<number>();
    const attributes: AttributeShape[] = [];
    for (;;) {
      const name = cursor.uleb();
      const form = cursor.uleb();
      const implicit = form === FORM.implicitConst ? cursor.sleb() : 0;
      if (name === 0 && form === 0) break;
      const wanted = wantedHere.has(name) && !seen.has(name);
      if (wanted) seen.add(name);
      const takesBytes = form !== FORM.implicitConst && form !== FORM.flagPresent;
      if (takesBytes || wanted) attributes.push({ name, form, implicit, wanted });
    }
    if (table.has(code)) throw new BrokenDwarf(`.debug_abbrev has the code ${code} twice`);
    table.set(code, { tag, hasChildren, attributes });
  }
  return table;
}

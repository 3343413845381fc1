/** The functions of one unit and what was inlined into them. */
import type { SectionIndex } from '../../base/brand.ts';
import { AT, TAG } from './constants.ts';
import { RangeIndex } from './range-index.ts';
import { type Extent, extentOf, type Range, rangesOf } from './ranges.ts';
import type { Unit } from './unit.ts';
import { ifSound } from './unit-index.ts';

/** A function as compiled, or one that was inlined. */
export interface Scope {
  /** Its entry, in .debug_info. */
  readonly entry: number;
  /** What it stands in; `undefined` for a function that was not inlined. */
  readonly outer: Scope | undefined;
  /** The entry that has the name, if it is another one. */
  readonly origin: number | undefined;
  /** Where it was inlined: index of the file, and the line. */
  readonly callFile: number | undefined;
  readonly callLine: number | undefined;
}

/** A scope with its code; lists of ranges are read when a place in the function is asked for. */
interface Node {
  readonly scope: Scope;
  readonly depth: number;
  readonly extent: Extent;
  ranges: readonly Range[] | undefined;
}

/** A function that was not inlined, and behind it all that was inlined into it. */
type Body = Node[];

/** Tags whose children may be functions, or code. All other entries are jumped over where they say how far. */
const HOLDERS: ReadonlySet<number> = new Set([
  TAG.compileUnit,
  TAG.partialUnit,
  TAG.namespace,
  TAG.module,
  TAG.subprogram,
  TAG.inlinedSubroutine,
  TAG.lexicalBlock,
]);

/** Every function of a unit. Made by one pass over its entries. */
export class Scopes {
  readonly #unit: Unit;
  readonly #bodies = new RangeIndex<Body>();

  constructor(unit: Unit) {
    this.#unit = unit;
    // What was read before something is broken is as good as without it.
    ifSound(() => this.#read());
  }

  /** The innermost scope at a place. */
  at(section: SectionIndex, offset: number): Scope | undefined {
    let innermost: Node | undefined;
    for (const node of this.#bodies.at(section, offset) ?? []) {
      node.ranges ??= ifSound(() => rangesOf(this.#unit, node.extent)) ?? [];
      this.#unit.sections.look(1 + node.ranges.length);
      const deeper = innermost === undefined || node.depth > innermost.depth;
      if (deeper && holds(node.ranges, section, offset)) innermost = node;
    }
    return innermost?.scope;
  }

  #read(): void {
    const unit = this.#unit;
    const cursor = unit.cursorAt(unit.header.entries);
    /** What the entries being open are in; the innermost comes last. */
    const open: (Node | undefined)[] = [];
    let body: Body | undefined;
    while (cursor.at < unit.header.end) {
      const entry = cursor.at;
      const shape = unit.shapeAt(cursor);
      if (shape === undefined) {
        open.pop();
        if (open.length === 0) return;
        continue;
      }
      const values = unit.valuesOf(cursor, shape);
      const around = open[open.length - 1];
      let node = around;
      let skip = !HOLDERS.has(shape.tag);
      if (shape.tag === TAG.subprogram || shape.tag === TAG.inlinedSubroutine) {
        const extent = ifSound(() => extentOf(unit, values));
        if (extent === undefined) {
          // A declaration, or the function that inlined ones are copies of: it has no code.
          skip = shape.tag === TAG.subprogram;
        } else {
          const inlined = shape.tag === TAG.inlinedSubroutine;
          const scope: Scope = {
            entry,
            outer: inlined ? around?.scope : undefined,
            origin: unit.reference(values, AT.abstractOrigin) ?? unit.reference(values, AT.specification),
            callFile: unit.constant(values, AT.callFile),
            callLine: unit.constant(values, AT.callLine),
          };
          node = { scope, depth: inlined ? (around?.depth ?? 0) + 1 : 0, extent, ranges: undefined };
          if (!inlined) {
            body = [];
            node.ranges = ifSound(() => rangesOf(unit, extent)) ?? [];
            for (const range of node.ranges) this.#bodies.add(range, body);
          }
          body?.push(node);
        }
      }
      if (!shape.hasChildren) {
        if (open.length === 0) return;
        continue;
      }
      const sibling = skip ? unit.reference(values, AT.sibling) : undefined;
      if (sibling !== undefined && sibling > cursor.at && sibling <= unit.header.end) cursor.seek(sibling);
      else open.push(node);
    }
  }
}

const holds = (ranges: readonly Range[], section: SectionIndex, offset: number): boolean =>
  ranges.some((range) => range.section === section && range.low <= offset && offset < range.high);

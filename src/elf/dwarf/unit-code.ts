/** What one unit says of its code: lines, inline chains, and which functions are declared inline. */
import type { SectionIndex } from '../../base/brand.ts';
import type { ElfInlinedCall, ElfSourceLine } from '../source-lines.ts';
import { AT, DECLARED_INLINE } from './constants.ts';
import { LineRows } from './line-program.ts';
import { type LineHeader, lineHeaderOf } from './line-table.ts';
import { type Scope, Scopes } from './scopes.ts';
import type { Unit } from './unit.ts';
import { ifSound } from './unit-index.ts';
import type { Units } from './units.ts';

/** Longer chains are not from a compiler: the kernel's are shorter than thirty. */
const LONGEST_CHAIN = 256;

/** A function's entry refers to another that has its name, which may do the same once or twice. */
const MOST_REFERENCES = 8;

/** What the entries of one function say. */
interface FunctionFacts {
  readonly name: string | undefined;
  /** Declared `inline`, or defined in a header for that file alone. */
  readonly inline: boolean;
}

/** What one entry says, and where to read on. */
interface EntryFacts {
  readonly name: string | undefined;
  readonly inline: number | undefined;
  readonly external: boolean;
  readonly file: string | undefined;
  readonly next: number | undefined;
}

/** One unit; its parts are read when they are asked for, and then kept. */
export class UnitCode {
  readonly #unit: Unit;
  readonly #units: Units;
  readonly #functions = new Map<number, FunctionFacts>();
  readonly #fileNames = new Map<number, string | undefined>();
  #program: { readonly header: LineHeader; readonly rows: LineRows } | undefined;
  #header: { readonly value: LineHeader | undefined } | undefined;
  #scopes: Scopes | undefined;

  constructor(unit: Unit, units: Units) {
    this.#unit = unit;
    this.#units = units;
  }

  lineOf(section: SectionIndex, offset: number): ElfSourceLine | undefined {
    const row = this.#rows()?.at(section, offset);
    const file = row && this.#fileName(row.file);
    if (row === undefined || file === undefined || !isLine(row.line)) return undefined;
    const inlined = ifSound(() => this.#chain(this.#scopeAt(section, offset))) ?? [];
    return { file, line: row.line, ...(inlined.length > 0 && { inlined }) };
  }

  isInline(section: SectionIndex, offset: number): boolean {
    let scope = this.#scopeAt(section, offset);
    while (scope?.outer !== undefined) scope = scope.outer;
    return scope !== undefined && this.#functionAt(scope.entry).inline;
  }

  /** Reads one entry of a function. */
  entryFacts(entry: number): EntryFacts {
    const unit = this.#unit;
    const cursor = unit.cursorAt(entry, 256);
    const shape = unit.shapeAt(cursor);
    const values = shape === undefined ? new Map() : unit.valuesOf(cursor, shape);
    const file = unit.constant(values, AT.declFile);
    return {
      name: unit.text(values, AT.name),
      inline: unit.constant(values, AT.inline),
      external: unit.constant(values, AT.external) !== undefined,
      file: file === undefined ? undefined : this.#fileName(file),
      next: unit.reference(values, AT.abstractOrigin) ?? unit.reference(values, AT.specification),
    };
  }

  /** From the innermost scope outwards. It ends early where the compiler does not say where a function was inlined. */
  #chain(innermost: Scope | undefined): readonly ElfInlinedCall[] {
    const chain: ElfInlinedCall[] = [];
    for (let scope = innermost; scope?.outer !== undefined && chain.length < LONGEST_CHAIN; scope = scope.outer) {
      const { callFile, callLine, origin } = scope;
      const file = callFile === undefined ? undefined : this.#fileName(callFile);
      const name = origin === undefined ? undefined : this.#functionAt(origin).name;
      if (file === undefined || name === undefined || callLine === undefined || !isLine(callLine)) break;
      chain.push({ function: name, file, line: callLine });
    }
    return chain;
  }

  #scopeAt(section: SectionIndex, offset: number): Scope | undefined {
    this.#scopes ??= new Scopes(this.#unit);
    return this.#scopes.at(section, offset);
  }

  #functionAt(entry: number): FunctionFacts {
    const known = this.#functions.get(entry);
    if (known !== undefined) return known;
    let name: string | undefined;
    let inline = false;
    let next: number | undefined = entry;
    for (let left = MOST_REFERENCES; next !== undefined && left > 0; left -= 1) {
      const { header } = this.#unit;
      const here: UnitCode | undefined = next >= header.entries && next < header.end ? this : this.#units.holding(next);
      const facts: EntryFacts | undefined = here?.entryFacts(next);
      name ??= facts?.name;
      const inHeader = facts?.external === false && facts.file?.endsWith('.h') === true;
      if (inHeader || DECLARED_INLINE.has(facts?.inline ?? 0)) inline = true;
      next = facts?.next;
    }
    const found = { name, inline };
    this.#functions.set(entry, found);
    return found;
  }

  #fileName(file: number): string | undefined {
    if (this.#fileNames.has(file)) return this.#fileNames.get(file);
    const header = this.#lineHeader();
    const name = header === undefined ? undefined : this.#units.fileName(this.#unit, header, file);
    this.#fileNames.set(file, name);
    return name;
  }

  #lineHeader(): LineHeader | undefined {
    // The rows may name more files than the header does, so that theirs is the better one.
    if (this.#program !== undefined) return this.#program.header;
    this.#header ??= { value: ifSound(() => lineHeaderOf(this.#unit)?.header) };
    return this.#header.value;
  }

  #rows(): LineRows | undefined {
    if (this.#program === undefined) {
      const program = lineHeaderOf(this.#unit);
      if (program === undefined) return undefined;
      const { header, cursor } = program;
      this.#program = { header, rows: new LineRows(cursor, header) };
    }
    return this.#program.rows;
  }
}

const isLine = (line: number): boolean => Number.isSafeInteger(line) && line > 0;

/** The units of one object, each read once while it is in use. */
import type { SectionIndex } from '../../base/brand.ts';
import { AT } from './constants.ts';
import type { DebugSections } from './debug-section.ts';
import { joinPaths, shownPath, sourceRoot } from './file-names.ts';
import { type LineHeader, lineHeaderOf, tableText } from './line-table.ts';
import { readUnitHeader, Unit } from './unit.ts';
import { UnitCode } from './unit-code.ts';
import { ifSound, UnitIndex } from './unit-index.ts';

/** Units that are kept. Only where findings are everywhere, some are read again. */
const KEPT = 64;

/** Units whose directories tell the root of the source. */
const ASKED_FOR_ROOT = 16;

/** Finds units and names files. */
export class Units {
  readonly #sections: DebugSections;
  readonly #index: UnitIndex;
  /** By their offsets in .debug_info; the one not asked for longest comes first. `undefined` is a broken one. */
  readonly #kept = new Map<number, UnitCode | undefined>();
  #root: { readonly path: string | undefined } | undefined;

  constructor(sections: DebugSections) {
    this.#sections = sections;
    this.#index = new UnitIndex(sections);
  }

  /** The unit that covers a place. */
  covering(section: SectionIndex, offset: number): UnitCode | undefined {
    const start = this.#index.covering(section, offset);
    return start === undefined ? undefined : this.#at(start);
  }

  /** The unit whose entries hold an offset of .debug_info. */
  holding(entry: number): UnitCode | undefined {
    const header = this.#index.holding(entry);
    return header === undefined ? undefined : this.#at(header.unitStart);
  }

  /** The name to show for a file of a unit's line program. */
  fileName(unit: Unit, header: LineHeader, file: number): string | undefined {
    const entry = header.files[file];
    const name = entry && tableText(this.#sections, entry.name);
    if (entry === undefined || name === undefined || name === '') return undefined;
    const compilation = unit.text(unit.values, AT.compDir);
    const directory = tableText(this.#sections, header.directories[entry.directory]);
    const folder = directory === undefined ? compilation : joinPaths(compilation, directory);
    return shownPath(joinPaths(folder, name), compilation, () => this.#sourceRoot());
  }

  #at(start: number): UnitCode | undefined {
    const known = this.#kept.get(start);
    const found = this.#kept.has(start)
      ? known
      : ifSound(() => new UnitCode(new Unit(this.#sections, readUnitHeader(this.#sections, start)), this));
    this.#kept.delete(start);
    this.#kept.set(start, found);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return found;
  }

  #sourceRoot(): string | undefined {
    this.#root ??= { path: this.#findRoot() };
    return this.#root.path;
  }

  #findRoot(): string | undefined {
    const directories: string[] = [];
    let compiled: string | undefined;
    for (const unitHeader of this.#index.first(ASKED_FOR_ROOT)) {
      ifSound(() => {
        const unit = new Unit(this.#sections, unitHeader);
        const compilation = unit.text(unit.values, AT.compDir);
        const header = lineHeaderOf(unit)?.header;
        compiled ??= compilation;
        for (const value of header?.directories ?? []) {
          const directory = tableText(this.#sections, value);
          if (directory !== undefined) directories.push(joinPaths(compilation, directory));
        }
      });
    }
    return sourceRoot(directories, compiled);
  }
}

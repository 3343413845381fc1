/**
 * Static calls: a call of a trampoline that jumps where its key says, until the site itself is patched
 * (include/linux/static_call.h, arch/x86/kernel/static_call.c). The targets are those that this object is seen to install:
 * the trampoline's own, the key's first, and what is given to static_call_update(), there or by the callers of a function
 * that passes on its own argument, as paravirt_set_sched_clock() does (arch/x86/kernel/paravirt.c).
 */
import { type SectionIndex, sectionOffset } from '../base/brand.ts';
import type { ElfSymbol, Relocation } from '../elf/elf-object.ts';
import type { BranchTarget } from './branch-target.ts';
import { branchTarget } from './branch-target.ts';
import type { Callee, Place } from './code.ts';
import type { CodeBytes } from './code-bytes.ts';
import type { Functions } from './functions.ts';
import type { References } from './references.ts';
import { EXPORT_PREFIXES, STATIC_CALL_KEY, STATIC_CALL_TRAMPOLINE, STATIC_CALL_UPDATES } from './static-call-names.ts';
import type { SymbolReferences } from './symbol-references.ts';
import { TargetSet } from './target-set.ts';

/** How far before a call of static_call_update() its arguments are looked for, in bytes of code. */
const ARGUMENTS = 256;

/** Bytes of a move of a constant to a register, before the constant. */
const OPCODE = 3;

/** Static calls of tracepoints, which whoever attaches a probe updates through a pointer (kernel/tracepoint.c, tracepoint_update_call()). */
const TRACEPOINT = 'tp_func_';

type StaticCallee = Extract<Callee, { kind: 'static-call' }>;

/** What is installed. */
interface Installed {
  readonly targets: readonly Callee[];
  readonly complete: boolean;
}

/** The static calls of one object. */
export class StaticCalls {
  readonly #references: References;
  readonly #bytes: CodeBytes;
  readonly #functions: Functions;
  readonly #symbols: SymbolReferences;
  readonly #callees = new Map<string, StaticCallee>();

  constructor(references: References, bytes: CodeBytes, functions: Functions, symbols: SymbolReferences) {
    this.#references = references;
    this.#bytes = bytes;
    this.#functions = functions;
    this.#symbols = symbols;
  }

  /** Whom a call of that trampoline reaches. Its targets are sought when they are first asked for. */
  callee(trampoline: ElfSymbol): Callee {
    const key = trampoline.name.slice(STATIC_CALL_TRAMPOLINE.length);
    const known = this.#callees.get(key);
    if (known !== undefined) return known;
    let installed: Installed | undefined;
    const seek = (): Installed => {
      installed ??= this.#installed(trampoline, key);
      return installed;
    };
    const callee: StaticCallee = {
      kind: 'static-call',
      key,
      get targets() {
        return seek().targets;
      },
      get complete() {
        return seek().complete;
      },
    };
    this.#callees.set(key, callee);
    return callee;
  }

  #installed(trampoline: ElfSymbol, key: string): Installed {
    const targets = new TargetSet();
    this.#addTrampoline(trampoline, targets);
    const { object } = this.#references;
    const found = object.symbolsNamed(STATIC_CALL_KEY + key).find(({ place }) => place.kind === 'defined');
    if (found === undefined || found.place.kind !== 'defined') return { targets: targets.all, complete: false };
    const { section, offset } = found.place;
    const first = this.#references.pointerAt(section, offset);
    if (first?.kind === 'undefined') targets.add(this.#references.undefinedCallee(first.symbol.name));
    else if (first?.kind === 'place') this.#addFunction(first.place, targets);
    const elsewhere =
      key.startsWith(TRACEPOINT) ||
      EXPORT_PREFIXES.some((prefix) => object.symbolsNamed(prefix + found.name).length > 0);
    const understood = this.#addUpdates(found, targets);
    return { targets: targets.all, complete: understood && !elsewhere };
  }

  /** DEFINE_STATIC_CALL() makes the trampoline a jump to the first function. */
  #addTrampoline({ place }: ElfSymbol, targets: TargetSet): void {
    if (place.kind !== 'defined') return;
    const instruction = this.#bytes.instructionAt(place);
    if (instruction?.flow.kind !== 'jump') return;
    const to: BranchTarget = branchTarget(
      this.#references,
      new Map(),
      place.section,
      instruction,
      instruction.flow.target,
    );
    if (to.kind === 'undefined') targets.add(this.#references.undefinedCallee(to.symbol.name));
    if (to.kind === 'place') this.#addFunction(to.place, targets);
  }

  #addFunction(place: Place, targets: TargetSet): boolean {
    const symbol = this.#functions.startingAt(place)?.symbol;
    if (symbol !== undefined) targets.add({ kind: 'function', symbol, place });
    return symbol !== undefined;
  }

  /** What static_call_update() is given. False where the key's address goes somewhere that is not understood. */
  #addUpdates(key: ElfSymbol, targets: TargetSet): boolean {
    const found = this.#symbols.fromCode(key);
    if (found === undefined) return false;
    let understood = true;
    for (const { section, relocation } of found) {
      const update = this.#updateBehind(section, relocation.offset);
      if (update === undefined) {
        // Without its address taken it is a look at what the key holds.
        if (this.#references.layout.relocations.absolute.has(relocation.type)) understood = false;
      } else if (!this.#addArguments(section, update, targets)) {
        if (!this.#addFromCallers(section, update, targets)) understood = false;
      }
    }
    return understood;
  }

  /** The update is given what its function was given: what each caller of that function takes the address of. */
  #addFromCallers(section: SectionIndex, update: number, targets: TargetSet): boolean {
    const passesOn = this.#functions.at({ section, offset: sectionOffset(update) })?.symbol;
    // Calls of a local function need no relocation, so that not all are seen.
    const callers = passesOn?.binding === 'local' || passesOn === undefined ? [] : this.#symbols.fromCode(passesOn);
    if (callers === undefined || callers.length === 0) return false;
    const understood = callers.map(
      ({ section: from, relocation }) =>
        this.#isCall(from, relocation) && this.#addArguments(from, relocation.offset, targets),
    );
    return understood.every(Boolean);
  }

  /** The next call behind an offset, if it is one of static_call_update(): the offset of its field. */
  #updateBehind(section: SectionIndex, offset: number): number | undefined {
    const { object } = this.#references;
    for (const relocation of object.relocations(section).between(offset + 1, offset + ARGUMENTS)) {
      if (STATIC_CALL_UPDATES.has(object.symbol(relocation.symbol).name)) return relocation.offset;
      if (this.#isCall(section, relocation)) return undefined;
    }
    return undefined;
  }

  /** The functions whose addresses are taken between the call before and the update: one of them is its argument. */
  #addArguments(section: SectionIndex, update: number, targets: TargetSet): boolean {
    const { object } = this.#references;
    const start = this.#functions.at({ section, offset: sectionOffset(update) })?.start;
    const first = start?.section === section && start.offset <= update ? start.offset : 0;
    const before = object.relocations(section).between(Math.max(first, update - ARGUMENTS), update);
    let found = false;
    /** Where each register was written last, by the bytes before the constant, which name it. */
    const written = new Map<string, number>();
    for (let i = before.length - 1; i >= 0; i -= 1) {
      const relocation = before[i];
      if (relocation === undefined || this.#isCall(section, relocation)) break;
      if (object.symbol(relocation.symbol).name.startsWith(STATIC_CALL_TRAMPOLINE)) continue;
      const field = relocation.offset;
      const opcode = object.contents(section, Math.max(0, field - OPCODE), Math.min(field, OPCODE)).join();
      const later = written.get(opcode);
      if (later !== undefined && this.#runsOn(section, field - OPCODE, later - OPCODE)) continue;
      written.set(opcode, field);
      if (this.#addAddress(relocation, targets)) found = true;
    }
    return found;
  }

  /** Whether control that is at `from` goes on to `to`, past no jump that always leaves: two ways may meet behind one. */
  #runsOn(section: SectionIndex, from: number, to: number): boolean {
    let at = from;
    while (at < to) {
      const instruction = this.#bytes.instructionAt({ section, offset: sectionOffset(at) });
      if (instruction === undefined || instruction.flow.kind === 'jump' || instruction.flow.kind === 'return')
        return false;
      at += instruction.length;
    }
    return at === to;
  }

  /** Adds the function whose address a relocation puts in an instruction. One relative to the instruction may as well be a load. */
  #addAddress(relocation: Relocation, targets: TargetSet): boolean {
    if (!this.#references.layout.relocations.absolute.has(relocation.type)) return false;
    const referent = this.#references.referent(relocation, 0);
    if (referent.kind === 'place') return this.#addFunction(referent.place, targets);
    if (referent.kind === 'nowhere') return false;
    targets.add(this.#references.undefinedCallee(referent.symbol.name));
    return true;
  }

  /** Whether a relocation fills a call or a jump. */
  #isCall(section: SectionIndex, { offset, type }: Relocation): boolean {
    return this.#references.layout.relocations.relative.has(type) && this.#bytes.isBranchField(section, offset);
  }
}

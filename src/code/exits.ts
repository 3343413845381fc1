/** The ways out of one instruction: what its bytes say, and what the kernel makes of the place where it stands. */
import { unreachable } from '../base/invariant.ts';
import type { Instruction } from '../isa/instruction.ts';
import { type Alternative, type Alternatives, patchedInto } from './alternatives.ts';
import type { Annotations } from './annotations.ts';
import { type BranchTarget, branchTarget, type SpecialTargets } from './branch-target.ts';
import type { BugTable } from './bug-table.ts';
import type { Assumption, Callee, Exit, Func, Place } from './code.ts';
import type { ExceptionTable } from './exception-table.ts';
import type { FunctionTables } from './function-tables.ts';
import type { Functions } from './functions.ts';
import type { JumpLabels } from './jump-labels.ts';
import type { JumpTables } from './jump-tables.ts';
import { placeAt, placeKey, type References } from './references.ts';
import type { StaticCalls } from './static-calls.ts';

/** Why a path ends at iret, sysret and their like. */
export const LEAVES = 'leaves for another context';

/** What the ways out are found with. */
export interface ExitSources {
  readonly references: References;
  readonly functions: Functions;
  readonly alternatives: Alternatives;
  readonly annotations: Annotations;
  readonly bugs: BugTable;
  readonly exceptions: ExceptionTable;
  readonly jumpLabels: JumpLabels;
  readonly jumpTables: JumpTables;
  readonly staticCalls: StaticCalls;
  readonly functionTables: FunctionTables;
}

/** An instruction where it stands. */
interface Site {
  readonly place: Place;
  readonly instruction: Instruction;
  /** Whose replacement it is part of. */
  readonly patch: Alternative | undefined;
  /** The function that is only outlined: its calls are taken for instructions that go on. */
  readonly outlined?: Func;
}

/** Finds ways out. `neverReturns` tells of callees. */
export class Exits {
  readonly #sources: ExitSources;
  readonly #neverReturns: (callee: Callee) => boolean;
  readonly #named: SpecialTargets = new Map();

  constructor(sources: ExitSources, neverReturns: (callee: Callee) => boolean) {
    this.#sources = sources;
    this.#neverReturns = neverReturns;
  }

  /** All ways out of the instruction at a place. */
  of(place: Place, instruction: Instruction): readonly Exit[] {
    return this.#exits(place, instruction);
  }

  /** The same for an instruction of `func`, with calls taken for instructions that go on: no callees are looked into. */
  outline(place: Place, instruction: Instruction, func: Func): readonly Exit[] {
    return this.#exits(place, instruction, func);
  }

  #exits(place: Place, instruction: Instruction, outlined?: Func): readonly Exit[] {
    const { alternatives, exceptions } = this.#sources;
    const site: Site = {
      place,
      instruction,
      patch: alternatives.holding(place),
      ...(outlined !== undefined && { outlined }),
    };
    let exits = this.#staticBranch(site) ?? this.#plain(site);
    const patches = alternatives.at(place);
    if (patches.length > 0) exits = this.#withPatches(site, exits, patches);
    const fixups = exceptions.at(place);
    if (fixups.length === 0) return exits;
    return [...exits, ...fixups.map((to): Exit => ({ kind: 'flow', to, assumes: { kind: 'exception' } }))];
  }

  #staticBranch(site: Site): readonly Exit[] | undefined {
    const { kind } = site.instruction.flow;
    if (kind !== 'next' && kind !== 'jump') return undefined;
    const branch = this.#sources.jumpLabels.at(site.place);
    if (branch === undefined) return undefined;
    const { target, key, jumpsIfEnabled } = branch;
    const assume = (enabled: boolean): Assumption => ({ kind: 'static-key', key, enabled });
    return [{ kind: 'flow', to: target, assumes: assume(jumpsIfEnabled) }, this.#behind(site, assume(!jumpsIfEnabled))];
  }

  /** The original begins here: each replacement is one more way, and what the bytes say assumes that none is in place. */
  #withPatches(site: Site, exits: readonly Exit[], patches: readonly Alternative[]): readonly Exit[] {
    const isCall = site.instruction.flow.kind === 'indirect-call';
    // A direct call of what the table's slot holds: the same call, patched.
    const { absentFeatures, commonFeatures, apartFeatures } = this.#sources.references.layout;
    const isNever = (patch: Alternative): boolean => !patch.inverted && absentFeatures.has(patch.feature);
    const isEverywhere = ({ feature, inverted }: Alternative): boolean =>
      inverted ? absentFeatures.has(feature) : commonFeatures.has(feature);
    const others = patches.filter((patch) => !(patch.directCall && isCall) && !isNever(patch));
    const last = others.at(-1);
    if (last === undefined) return exits;
    const ways = others.map(({ site: { section }, siteEnd, feature, inverted, replacement }): Exit => {
      const to = replacement?.place ?? placeAt(section, siteEnd);
      const aside = !inverted && apartFeatures.has(feature);
      return { kind: 'flow', to, assumes: { kind: 'alternative', feature, replaced: true, ...(aside && { aside }) } };
    });
    const kept: Assumption = {
      ...{ kind: 'alternative', feature: last.feature, replaced: false },
      ...(others.some(isEverywhere) && { aside: true }),
    };
    return [...ways, ...exits.map((exit) => assuming(exit, kept))];
  }

  #plain(site: Site): readonly Exit[] {
    const { place, instruction } = site;
    const { flow } = instruction;
    switch (flow.kind) {
      case 'next':
        return [this.#behind(site)];
      case 'jump':
        return [this.#jump(site, this.#target(site, flow.target))];
      case 'conditional-jump': {
        const assume = (taken: boolean): Assumption => ({ kind: 'branch', condition: flow.condition, taken });
        return [this.#jump(site, this.#target(site, flow.target), assume(true)), this.#behind(site, assume(false))];
      }
      case 'call':
        if (site.outlined !== undefined) return [this.#behind(site)];
        return this.#call(site, this.#target(site, flow.target));
      case 'indirect-call':
        if (site.outlined !== undefined) return [this.#behind(site)];
        return this.#callOf(site, this.#indirect(site, flow.register));
      case 'indirect-jump': {
        const targets = this.#sources.jumpTables.targets(place, instruction);
        if (targets.length === 0) return [{ kind: 'tail-call', callee: this.#indirect(site, flow.register) }];
        return targets.map((to, index): Exit => ({ kind: 'flow', to, assumes: { kind: 'jump-table', index } }));
      }
      case 'return':
        return [{ kind: 'return' }];
      case 'leave':
        return [this.#leave(site)];
      case 'trap':
        return [this.#trap(site)];
      case 'breakpoint':
        return [{ kind: 'end', why: 'a breakpoint, which stands where control never comes' }];
      default:
        return unreachable(flow);
    }
  }

  /** On to the place behind the instruction; from the end of replacement code to the end of the original. */
  #behind(site: Site, assumes?: Assumption): Exit {
    const { place, instruction, patch } = site;
    const end = place.offset + instruction.length;
    if (this.#sources.annotations.neverBehind(place.section, end)) {
      return { kind: 'end', why: 'the build says that control never comes behind this' };
    }
    const replacementEnd = patch?.replacement === undefined ? -1 : replacementEndOf(patch);
    let to = placeAt(place.section, end);
    if (patch !== undefined && end >= replacementEnd) {
      if (end > replacementEnd) return { kind: 'lost', why: 'is cut off by the end of its replacement code' };
      to = placeAt(patch.site.section, patch.siteEnd);
    }
    const size = this.#sources.references.object.sections[to.section]?.size ?? 0;
    if (to.offset >= size) return { kind: 'lost', why: 'goes on behind the end of the section' };
    return { kind: 'flow', to, ...(assumes !== undefined && { assumes }) };
  }

  /** Where a branch goes; one to the end of its own replacement code goes behind the original. */
  #target({ place, instruction, patch }: Site, target: number): BranchTarget {
    const found = branchTarget(this.#sources.references, this.#named, place.section, instruction, target);
    if (found.kind !== 'place' || patch === undefined) return found;
    const atEnd = found.place.section === place.section && found.place.offset === replacementEndOf(patch);
    return atEnd ? { kind: 'place', place: placeAt(patch.site.section, patch.siteEnd) } : found;
  }

  #functionOf(site: Site): Func | undefined {
    return site.outlined ?? this.#functionAt(site.place);
  }

  #functionAt(place: Place): Func | undefined {
    return this.#sources.functions.at(patchedInto(this.#sources.alternatives, place));
  }

  #jump(site: Site, target: BranchTarget, assumes?: Assumption): Exit {
    const assumed = assumes !== undefined && { assumes };
    switch (target.kind) {
      case 'return':
        return { kind: 'return', ...assumed };
      case 'nowhere':
        return { kind: 'lost', why: target.why };
      case 'place': {
        const callee = this.#startElsewhere(site, target);
        if (callee !== undefined) return { kind: 'tail-call', callee, ...assumed };
        return { kind: 'flow', to: target.place, ...assumed };
      }
      default:
        return { kind: 'tail-call', callee: this.#special(target), ...assumed };
    }
  }

  /** The function that starts at the target of a jump, if the jump is not within it: then it is a tail call. Assembly code is jumped to. */
  #startElsewhere(site: Site, { place, symbol }: Extract<BranchTarget, { kind: 'place' }>): Callee | undefined {
    const here = this.#functionOf(site);
    if (here !== undefined && here.start.section === place.section) {
      // Most jumps stay in their function: no other need be looked for.
      const way = place.offset - here.start.offset;
      if (way === 0 || (way > 0 && way < here.size && here.typed && symbol === undefined)) return undefined;
    }
    const there = this.#sources.functions.startingAt(place);
    if (there === undefined || !there.typed) return undefined;
    if (here !== undefined && placeKey(here.start) === placeKey(there.start)) return undefined;
    return { kind: 'function', symbol: symbol?.type === 'func' ? symbol : there.symbol, place };
  }

  #special(target: Exclude<BranchTarget, { kind: 'place' | 'return' | 'nowhere' }>): Callee {
    switch (target.kind) {
      case 'undefined':
        return this.#sources.references.undefinedCallee(target.symbol.name);
      case 'register':
        return throughRegister(target.register);
      case 'static-call':
        return this.#sources.staticCalls.callee(target.symbol);
      default:
        return unreachable(target);
    }
  }

  #indirect({ place, instruction }: Site, register: string | undefined): Callee {
    return register === undefined
      ? this.#sources.functionTables.callee(place.section, instruction)
      : throughRegister(register);
  }

  #call(site: Site, target: BranchTarget): readonly Exit[] {
    if (target.kind === 'nowhere') return [{ kind: 'lost', why: target.why }];
    // A call of the thunk that returns comes back at once.
    if (target.kind === 'return') return [this.#behind(site)];
    if (target.kind !== 'place') return this.#callOf(site, this.#special(target));
    const { place, symbol } = target;
    const there = this.#sources.functions.startingAt(place);
    const isLocal = this.#sources.annotations.isIntraFunctionCall(site.place);
    if (there !== undefined && !isLocal) {
      return this.#callOf(site, { kind: 'function', symbol: symbol ?? there.symbol, place });
    }
    const here = this.#functionAt(site.place);
    const inside = this.#functionAt(place);
    if (here !== undefined && inside !== undefined && placeKey(here.start) === placeKey(inside.start)) {
      const exit = this.#behind(site);
      const callee: Callee = { kind: 'function', symbol: here.symbol, place };
      return [{ kind: 'call', callee, local: true, ...(exit.kind === 'flow' && { to: exit.to }) }];
    }
    const named = symbol ?? inside?.symbol;
    if (named !== undefined) return this.#callOf(site, { kind: 'function', symbol: named, place });
    return this.#callOf(site, {
      kind: 'indirect',
      why: `it is ${this.#sources.references.nameOf(place)}, where no function is`,
    });
  }

  #callOf(site: Site, callee: Callee): readonly Exit[] {
    if (this.#neverReturns(callee)) return [{ kind: 'call', callee }];
    const behind = this.#behind(site);
    if (behind.kind !== 'flow') return [{ kind: 'call', callee }, behind];
    return [{ kind: 'call', callee, to: behind.to }];
  }

  /** In C code a return from an exception goes to the next instruction: sync_core() (arch/x86/include/asm/sync_core.h). */
  #leave(site: Site): Exit {
    const func = this.#functionOf(site);
    const next = this.#behind(site);
    if (func?.typed === true && next.kind === 'flow') {
      const then = this.#functionAt(next.to);
      if (then !== undefined && placeKey(then.start) === placeKey(func.start)) return next;
    }
    return { kind: 'end', why: LEAVES };
  }

  #trap(site: Site): Exit {
    const { annotations, bugs } = this.#sources;
    const comesBack = annotations.comesBack(site.place, site.place.offset + site.instruction.length);
    return (comesBack ?? bugs.isWarning(site.place)) ? this.#behind(site) : { kind: 'end', why: 'a trap: BUG()' };
  }
}

const throughRegister = (register: string): Callee => ({
  kind: 'indirect',
  why: `it is in register ${register}`,
  register,
});

const replacementEndOf = ({ replacement }: Alternative): number =>
  replacement === undefined ? -1 : replacement.place.offset + replacement.length;

/** The same way out, assuming that too; what it assumes already says more. */
function assuming(exit: Exit, assumes: Assumption): Exit {
  if (exit.kind === 'end' || exit.kind === 'lost' || exit.assumes !== undefined) return exit;
  return { ...exit, assumes };
}

/** Whose code a walk looks into, what stands for an event, and what is a closed box. */
import type { Callee, Func, Place } from '../code/code.ts';
import type { EventName } from '../contract/alphabet.ts';
import type { SectionRoles } from '../noinstr/sections.ts';
import { EXIT_LOOPS, KNOWN_IN_EXIT_LOOP } from './exit-loop.ts';
import { HandlerBodies } from './handler-body.ts';
import { BOXES, baseName, isTracepoint, KNOWN_CALLS, type KnownCall } from './known-calls.ts';
import type { Insn, Program } from './program.ts';
import { isXenPvOperation } from './xen-pv.ts';

/** What a call comes to. */
export type Meaning =
  | { readonly kind: 'known'; readonly name: string; readonly call: KnownCall }
  | {
      readonly kind: 'enter';
      readonly name: string;
      readonly entry: Insn;
      readonly func: Func | undefined;
      readonly noinstr: boolean;
      readonly local?: boolean;
    }
  /** Code that is not looked into. `noinstr`: it may be called anywhere. */
  | { readonly kind: 'box'; readonly name: string; readonly event: EventName; readonly noinstr: boolean }
  /** A call through the register of that name: the walk's value decides. */
  | { readonly kind: 'register'; readonly register: string }
  | { readonly kind: 'lost'; readonly why: string };

const isXenPv = (callee: Callee): boolean => callee.kind === 'function' && isXenPvOperation(callee.symbol.name);

/** Decides what calls mean in one object. */
export class Territory {
  readonly #program: Program;
  /** Instrumentable functions that are looked into all the same, by base name. */
  readonly #alsoEnter: ReadonlySet<string>;
  readonly #sections: SectionRoles;
  /** Answers are kept: walks ask again and again. */
  readonly #byCallee = new Map<Callee, Map<Func | undefined, readonly Meaning[]>>();
  readonly #bodies: HandlerBodies;

  constructor(program: Program, sections: SectionRoles, alsoEnter: ReadonlySet<string> = new Set()) {
    this.#program = program;
    this.#sections = sections;
    this.#alsoEnter = alsoEnter;
    this.#bodies = new HandlerBodies(program);
  }

  /** Whether the section's code is noinstr. */
  isNoinstr(section: number): boolean {
    return this.#sections.roleOf(section) === 'walked';
  }

  /** What a call of this callee from that function can come to: several where a static call has several targets. */
  meanings(callee: Callee, from: Func | undefined): readonly Meaning[] {
    let byCaller = this.#byCallee.get(callee);
    if (byCaller === undefined) {
      byCaller = new Map();
      this.#byCallee.set(callee, byCaller);
    }
    let meanings = byCaller.get(from);
    if (meanings === undefined) {
      meanings = this.#from(callee, from);
      byCaller.set(from, meanings);
    }
    return meanings;
  }

  #from(callee: Callee, from: Func | undefined): readonly Meaning[] {
    if (callee.kind !== 'function' || from === undefined) return this.#decide(callee);
    const known = EXIT_LOOPS.has(baseName(from.name)) && KNOWN_IN_EXIT_LOOP.get(baseName(callee.symbol.name));
    if (known) return [{ kind: 'known', name: callee.symbol.name, call: known }];
    const isBody = this.#bodies.isBody(this.#program.code.functionAt(callee.place), from);
    const body = isBody ? this.body(callee) : undefined;
    return body === undefined ? this.#decide(callee) : [body];
  }

  /** What a call by a handler comes to, where it is to be looked into though others' calls of it are not. */
  body(callee: Callee): Meaning | undefined {
    if (callee.kind !== 'function' || KNOWN_CALLS.has(baseName(callee.symbol.name))) return undefined;
    const func = this.#program.code.functionAt(callee.place);
    if (func === undefined || func.start.offset !== callee.place.offset || BOXES.has(baseName(func.name)))
      return undefined;
    if (this.#sections.roleOf(func.start.section) !== undefined || !this.#bodies.acts(func)) return undefined;
    const entry = this.#program.at(callee.place);
    return entry === undefined ? undefined : { kind: 'enter', name: func.name, entry, func, noinstr: false };
  }

  /** The same for a function whose address was found in a register. */
  meaningOf(func: Func): Meaning {
    return this.#named(func.name, func, func.start);
  }

  #decide(callee: Callee): readonly Meaning[] {
    switch (callee.kind) {
      case 'function': {
        const func = this.#program.code.functionAt(callee.place);
        return [
          this.#named(func?.start.offset === callee.place.offset ? func.name : callee.symbol.name, func, callee.place),
        ];
      }
      case 'undefined':
        return [this.#unknown(callee.name)];
      case 'static-call': {
        const known = KNOWN_CALLS.get(callee.key);
        if (known !== undefined) return [{ kind: 'known', name: callee.key, call: known }];
        if (callee.key.startsWith('tp_func_'))
          return [{ kind: 'box', name: callee.key, event: BOXES.get(callee.key) ?? 'call.transition', noinstr: false }];
        const inside = callee.targets.flatMap((t) => this.#decide(t));
        if (inside.some((m) => m.kind === 'enter' || m.kind === 'known')) return inside;
        return inside.length > 0 && inside.every((m) => m.kind === 'box' && m.noinstr)
          ? inside.slice(0, 1)
          : [{ kind: 'box', name: callee.key, event: 'call.indirect', noinstr: callee.targets.length === 0 }];
      }
      case 'table-slot': {
        const inside = callee.targets.filter((t) => !isXenPv(t)).flatMap((t) => this.#decide(t));
        return inside.length > 0
          ? inside
          : [{ kind: 'box', name: callee.table, event: 'call.indirect', noinstr: true }];
      }
      default:
        return [{ kind: 'register', register: callee.register ?? '' }];
    }
  }

  #named(name: string, func: Func | undefined, place: Place): Meaning {
    const base = baseName(name);
    const known = KNOWN_CALLS.get(base) ?? this.#knownAlias(func);
    if (known !== undefined && !this.#alsoEnter.has(base)) return { kind: 'known', name, call: known };
    const thunk = /^__x86_indirect_(?:thunk|jump_thunk|call_thunk)_(\w+)$/.exec(base);
    if (thunk !== null) return { kind: 'register', register: thunk[1] ?? '' };
    // A call into the middle of a function is its own: a push of the place behind it (x86's return stack buffer filling).
    if (func !== undefined && func.start.offset !== place.offset) return this.#local(name, func, place);
    // Thunks are safe anywhere, and their insides are no code to follow.
    if (this.#sections.roleOf(place.section) === 'callee')
      return { kind: 'box', name, event: 'call.plain', noinstr: true };
    const noinstr = this.isNoinstr(place.section);
    if (noinstr || this.#alsoEnter.has(base)) {
      const entry = this.#program.at(place);
      if (entry !== undefined) return { kind: 'enter', name, entry, func, noinstr };
      return { kind: 'lost', why: `no instruction at the start of ${name}` };
    }
    return this.#unknown(name);
  }

  #local(name: string, func: Func, place: Place): Meaning {
    const entry = this.#program.at(place);
    if (entry === undefined) return { kind: 'lost', why: `no instruction at a local call in ${name}` };
    return { kind: 'enter', name, entry, func, noinstr: this.isNoinstr(func.start.section), local: true };
  }

  #knownAlias(func: Func | undefined): KnownCall | undefined {
    for (const alias of func?.aliases ?? []) {
      const known = KNOWN_CALLS.get(baseName(alias));
      if (known !== undefined) return known;
    }
    return undefined;
  }

  #unknown(name: string): Meaning {
    const base = baseName(name);
    const event = BOXES.get(base) ?? (isTracepoint(base) ? 'call.transition' : 'call.plain');
    return { kind: 'box', name, event, noinstr: false };
  }
}

/**
 * The noinstr rules on an object: NOINSTR-CALL, NOINSTR-INDIRECT and NOINSTR-WINDOW on every path of every function.
 *
 * Like objtool's check (tools/objtool/check.c, validate_branch()) it judges a function by itself: each starts with
 * no window open and must leave with none. Unlike it, the number of open windows is part of the state, a violation
 * ends nothing, and code is looked at by its section, whatever the type of its symbol.
 */
import type { Code, Exit, Func, Place } from '../code/code.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import { CalleeJudge, type Verdict } from './callee.ts';
import { type EntryChains, entryChains } from './entry-chain.ts';
import { fixFor } from './fix.ts';
import { type KernelVersion, kernelVersion } from './kernel-version.ts';
import { pathTo } from './path.ts';
import { type Listener, placeKey, type State, search, type Visited, type Watch } from './search.ts';
import { type SectionRoles, sectionRoles } from './sections.ts';
import type { NoinstrRule, Target, Unseen, Violation, Wrong } from './violation.ts';

/** What is to be checked, and who watches. */
export interface NoinstrOptions {
  /** Only functions for which this holds are walked as starts; absent: all. */
  readonly only?: (func: Func) => boolean;
  readonly watch?: Watch;
  /** Whether the function at a place is declared inline; asked for what violations call. */
  readonly isInline?: (place: Place) => boolean;
}

/** What came of it. */
export interface NoinstrResult {
  /** By section and offset. */
  readonly violations: readonly Violation[];
  readonly unseen: readonly Unseen[];
  /** The functions that were walked. */
  readonly functions: readonly Func[];
  /** Those that could not be judged because the file has no window markers; walked were only the others. */
  readonly unjudged: readonly Func[];
  /** How many of the functions hardware enters: those of .entry.text. */
  readonly entryPoints: number;
  /** Instructions that were reached. */
  readonly instructions: number;
  /** From the object; absent where it does not tell, and the newest was taken. */
  readonly version?: KernelVersion;
  /** False where the watch ended the search; then there may be more. */
  readonly finished: boolean;
}

/** Before its path and its fix are known. */
interface Raw {
  readonly rule: NoinstrRule;
  readonly state: State;
  readonly wrong: Wrong;
}

/** Hears the search and keeps what is wrong. */
class Judgement implements Listener {
  readonly raw: Raw[] = [];
  readonly #leftOpen = new Map<
    number,
    { state: State; opener: Place; by: 'return' | 'tail-call'; places: Map<number, Place> }
  >();
  readonly #loops = new Map<number, { state: State; opener: Place }>();
  readonly #unseen = new Map<string, Unseen>();
  readonly #code: Code;
  readonly #object: ElfObject;
  readonly #roles: SectionRoles;
  readonly #callees: CalleeJudge;
  /** Keys of the places where an STT_FUNC starts. */
  readonly #starts: ReadonlySet<number>;

  constructor(code: Code, object: ElfObject, roles: SectionRoles, roots: readonly Func[]) {
    this.#code = code;
    this.#object = object;
    this.#roles = roles;
    this.#callees = new CalleeJudge(object, roles);
    this.#starts = new Set(roots.filter(({ typed }) => typed).map(({ start }) => placeKey(start)));
  }

  get unseenPlaces(): readonly Unseen[] {
    return [...this.#unseen.values()];
  }

  exit(state: State, exit: Exit, windows: number, opener: Visited | undefined): void {
    const { place } = state.at.step;
    switch (exit.kind) {
      case 'call':
        if (windows === 0 && exit.local !== true) this.#judge(state, this.#callees.judge(exit.callee), false);
        return;
      case 'tail-call':
        if (opener !== undefined) this.#leaveOpen(state, opener, 'tail-call');
        else this.#judge(state, this.#callees.judge(exit.callee), true);
        return;
      case 'return':
        if (opener !== undefined) this.#leaveOpen(state, opener, 'return');
        return;
      case 'lost':
        this.unseen(place, exit.why);
        return;
      default:
        // BUG() opens a window for good and ends, by design: see the exceptions of NOINSTR-WINDOW.
        return;
    }
  }

  closedUnopened(state: State): void {
    this.raw.push({ rule: 'NOINSTR-WINDOW', state, wrong: { kind: 'closed-unopened' } });
  }

  openedInLoop(state: State, opener: Visited): void {
    const key = placeKey(opener.step.place);
    if (!this.#loops.has(key)) this.#loops.set(key, { state, opener: opener.step.place });
  }

  follows(state: State, to: Place, windows: number): boolean {
    const { place, instruction } = state.at.step;
    const behind = to.section === place.section && to.offset === place.offset + instruction.length;
    const falls = behind && instruction.flow.kind !== 'jump';
    if (falls && this.#starts.has(placeKey(to)) && this.#code.functionAt(place)?.typed === true) {
      this.unseen(place, `runs on into ${this.#nameOf(to)}(): a call before that may never return`);
      return false;
    }
    if (windows > 0 || this.#isNoinstr(to)) return true;
    const section = this.#object.sections[to.section]?.name;
    const target: Target = { name: this.#nameOf(to), place: to, ...(section && { section }) };
    this.raw.push({ rule: 'NOINSTR-CALL', state, wrong: { kind: 'leaves', target, falls } });
    return false;
  }

  unseen(place: Place, why: string): void {
    const key = `${placeKey(place)} ${why}`;
    if (!this.#unseen.has(key)) this.#unseen.set(key, { place, why });
  }

  /** Adds what could only be told when every path was seen: windows, once for each place that opens one. */
  finish(): void {
    /** By the place that is left: what was opened elsewhere and is left there too is one finding with it. */
    const told = new Map<number, Place[]>();
    for (const { state, opener, by, places } of this.#leftOpen.values()) {
      const here = placeKey(state.at.step.place);
      const known = told.get(here);
      if (known !== undefined) {
        known.push(opener);
        continue;
      }
      const others = [...places.values()].slice(1);
      told.set(here, others);
      this.raw.push({ rule: 'NOINSTR-WINDOW', state, wrong: { kind: 'left-open', opener, by, others } });
    }
    for (const [key, { state, opener }] of this.#loops) {
      if (this.#leftOpen.has(key)) continue;
      this.raw.push({ rule: 'NOINSTR-WINDOW', state, wrong: { kind: 'opened-in-loop', opener } });
    }
  }

  #leaveOpen(state: State, opener: Visited, by: 'return' | 'tail-call'): void {
    const key = placeKey(opener.step.place);
    const here = placeKey(state.at.step.place);
    const known = this.#leftOpen.get(key);
    if (known !== undefined) known.places.set(here, state.at.step.place);
    else
      this.#leftOpen.set(key, { state, opener: opener.step.place, by, places: new Map([[here, state.at.step.place]]) });
  }

  #judge(state: State, verdict: Verdict, tail: boolean): void {
    switch (verdict.kind) {
      case 'instrumentable':
        this.raw.push({ rule: 'NOINSTR-CALL', state, wrong: { kind: 'call', target: verdict.target, tail } });
        return;
      case 'through-table':
        this.raw.push({ rule: 'NOINSTR-INDIRECT', state, wrong: { ...verdict, tail } });
        return;
      case 'indirect':
        this.raw.push({ rule: 'NOINSTR-INDIRECT', state, wrong: { ...verdict, tail } });
        return;
      case 'unknown':
        this.unseen(state.at.step.place, verdict.why);
        return;
      default:
        return;
    }
  }

  #isNoinstr(place: Place): boolean {
    if (this.#roles.roleOf(place.section) !== undefined) return true;
    const home = this.#code.patchedInto(place);
    return home.section !== place.section && this.#roles.roleOf(home.section) !== undefined;
  }

  #nameOf(place: Place): string {
    return this.#code.functionAt(place)?.name ?? this.#object.sections[place.section]?.name ?? '';
  }
}

/** Judges all noinstr code of an object. Throws `BadInput` where the object turns out to be broken. */
export function checkNoinstr(code: Code, object: ElfObject, options: NoinstrOptions = {}): NoinstrResult {
  const version = kernelVersion(object);
  const roles = sectionRoles(object, version);
  const all = roles.walked.flatMap(({ index }) => code.functionsIn(index));
  const wanted = options.only === undefined ? all : all.filter(options.only);
  // Without markers nothing is known of windows. Assembly code never opens one, so it can be judged all the same.
  const roots = code.hasMarkers ? wanted : wanted.filter(({ typed }) => !typed);
  const judgement = new Judgement(code, object, roles, all);
  const { visited, finished } = search(code, roots, judgement, options.watch);
  judgement.finish();

  const isEntry = ({ start }: Func): boolean => object.sections[start.section]?.name === '.entry.text';
  let chains: EntryChains | undefined;
  const violations = judgement.raw.map(({ rule, state, wrong }): Violation => {
    chains ??= entryChains(visited, roots.filter(isEntry), code.functionAt);
    const path = pathTo(state, chains, code.functionAt);
    const fix = fixFor(wrong, path, { code, object, isInline: options.isInline });
    return { rule, place: state.at.step.place, wrong, path, ...(fix !== undefined && { fix }) };
  });
  return {
    violations: violations.sort((a, b) => placeKey(a.place) - placeKey(b.place)),
    unseen: judgement.unseenPlaces,
    functions: roots,
    unjudged: code.hasMarkers ? [] : wanted.filter(({ typed }) => typed),
    entryPoints: roots.filter(isEntry).length,
    instructions: visited.size,
    ...(version !== undefined && { version }),
    finished,
  };
}

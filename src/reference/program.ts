/**
 * The language of the reference. A function of the kernel is data: a list of steps that reads like the C it follows, so that
 * one text is run, explored, mutated, printed, exported, and edited on the page. It is plain JSON.
 */
import type { EventName } from '../contract/alphabet.ts';
import type { Feature } from '../contract/configuration.ts';
import type { Expression } from '../contract/expression.ts';
import type { Source } from '../contract/source.ts';

/** Something that is true or false where it is asked. */
export type Test =
  /** A statement about the contract's state, and how C says it: `user_mode(regs)`. */
  | { readonly op: 'state'; readonly c: string; readonly holds: Expression }
  /** A local variable or a parameter of the function. */
  | { readonly op: 'local'; readonly name: string }
  /** The kernel's configuration or version has that feature: decided when the program is compiled. */
  | { readonly op: 'has'; readonly feature: Feature; readonly c?: string }
  | { readonly op: 'constant'; readonly value: boolean; readonly c?: string }
  | { readonly op: 'not'; readonly of: Test }
  | { readonly op: 'all'; readonly of: readonly Test[] }
  | { readonly op: 'any'; readonly of: readonly Test[] };

/** One thing that the environment may answer or do at a `choose`. */
export interface Option {
  /** What it is, as a clause: `a signal waits`. */
  readonly says: string;
  /** What happens with it, all at once. */
  readonly events: readonly EventName[];
  /** The value that the local variable of the step takes. */
  readonly value?: boolean;
}

/** One step of a function. */
export type Step =
  /** An event of the contract's alphabet. An event that does not exist in a configuration is skipped there. */
  | { readonly op: 'event'; readonly event: EventName; readonly c?: string }
  /** A call; `into` is the local variable that takes what it returns. An argument is a constant, a local or a parameter. */
  | {
      readonly op: 'call';
      readonly callee: string;
      readonly given?: Readonly<Record<string, Test>>;
      readonly into?: string;
      readonly c?: string;
    }
  /** `local = test`. */
  | { readonly op: 'set'; readonly local: string; readonly to: Test }
  | { readonly op: 'if'; readonly test: Test; readonly then: readonly Step[]; readonly else?: readonly Step[] }
  /** `while (test) { ... }` */
  | { readonly op: 'while'; readonly test: Test; readonly body: readonly Step[] }
  /** `do { ... } while (test)` */
  | { readonly op: 'repeat'; readonly body: readonly Step[]; readonly test: Test }
  /** The environment decides: each option is explored. `into` is the local variable that takes its value. */
  | {
      readonly op: 'choose';
      readonly says: string;
      readonly options: readonly Option[];
      readonly into?: string;
      readonly c?: string;
    }
  /** Software calls the entry of a vector: the event begins a new context that runs that program, then this one goes on. */
  | { readonly op: 'raise'; readonly event: EventName; readonly program: string; readonly c?: string }
  | { readonly op: 'return'; readonly value?: Test }
  /** The machine stops here for good. */
  | { readonly op: 'panic'; readonly c: string };

/**
 * What a function is to instrumentation: `noinstr`; `instrumentable`: all others that are compiled on their own;
 * `inline`: a macro or `__always_inline`, which is what its caller is.
 */
export type ProgramClass = 'noinstr' | 'instrumentable' | 'inline';

/** One function of the kernel, of the document, or of an architecture. */
export interface Program {
  /** The kernel's own name. */
  readonly name: string;
  readonly class: ProgramClass;
  readonly source: readonly Source[];
  /** What one should know of it, as a sentence without its full stop. */
  readonly says?: string;
  readonly params?: readonly string[];
  readonly steps: readonly Step[];
}

/** Programs by their names; a call that the library does not know is a mistake. */
export type Library = ReadonlyMap<string, Program>;

type More = Partial<Pick<Program, 'says' | 'params'>>;
type Sources = Source | readonly Source[];

const define =
  (kind: ProgramClass) =>
  (name: string, source: Sources, steps: readonly (Step | readonly Step[])[], more: More = {}): Program => ({
    name,
    class: kind,
    source: 'file' in source ? [source] : source,
    ...more,
    steps: steps.flat(),
  });

export const noinstr = define('noinstr');
export const instrumentable = define('instrumentable');
export const inline = define('inline');

/** An event as a step; `c` is how C says it where the event's own kernel function does not. */
export const event = (name: EventName, c?: string): Step =>
  c === undefined ? { op: 'event', event: name } : { op: 'event', event: name, c };

/** How a call differs from the plain one. */
interface CallOptions {
  readonly given?: Readonly<Record<string, Test>>;
  readonly into?: string;
  readonly c?: string;
}

/** A call of a program. */
export const call = (callee: Program | string, options: CallOptions = {}): Step => ({
  op: 'call',
  callee: typeof callee === 'string' ? callee : callee.name,
  ...options,
});

export const save = (local: string, to: Test): Step => ({ op: 'set', local, to });
export const when = (test: Test, steps: readonly (Step | readonly Step[])[]): Step => {
  const then = steps.flat();
  return { op: 'if', test, then };
};
export const either = (
  test: Test,
  steps: readonly (Step | readonly Step[])[],
  otherwise: readonly (Step | readonly Step[])[],
): Step => {
  const then = steps.flat();
  return { op: 'if', test, then, else: otherwise.flat() };
};
export const loopWhile = (test: Test, body: readonly (Step | readonly Step[])[]): Step => ({
  op: 'while',
  test,
  body: body.flat(),
});
export const repeat = (body: readonly (Step | readonly Step[])[], test: Test): Step => ({
  op: 'repeat',
  body: body.flat(),
  test,
});
export const option = (says: string, events: readonly EventName[] = [], value?: boolean): Option =>
  value === undefined ? { says, events } : { says, events, value };
export const choose = (says: string, options: readonly Option[], into?: string): Step =>
  into === undefined ? { op: 'choose', says, options } : { op: 'choose', says, options, into };
export const raise = (name: EventName, program: Program | string, c?: string): Step => ({
  op: 'raise',
  event: name,
  program: typeof program === 'string' ? program : program.name,
  ...(c !== undefined && { c }),
});
export const give = (value?: Test): Step => (value === undefined ? { op: 'return' } : { op: 'return', value });
export const panic = (c: string): Step => ({ op: 'panic', c });

/** `instrumentation_begin()` and `instrumentation_end()` around steps. They are steps of their own: a mutant moves one alone. */
export const instrumented = (...steps: readonly (Step | readonly Step[])[]): readonly Step[] => [
  begin,
  ...steps.flat(),
  end,
];
export const begin: Step = { op: 'event', event: 'window.begin' };
export const end: Step = { op: 'event', event: 'window.end' };

export const asks = (c: string, holds: Expression): Test => ({ op: 'state', c, holds });
export const local = (name: string): Test => ({ op: 'local', name });
export const has = (feature: Feature, c?: string): Test =>
  c === undefined ? { op: 'has', feature } : { op: 'has', feature, c };
export const not = (of: Test): Test => ({ op: 'not', of });
export const both = (...of: readonly Test[]): Test => ({ op: 'all', of });
export const oneOf = (...of: readonly Test[]): Test => ({ op: 'any', of });
export const constant = (value: boolean, c?: string): Test =>
  c === undefined ? { op: 'constant', value } : { op: 'constant', value, c };

/** A library of these programs; a name that comes twice is a mistake. */
export function libraryOf(...groups: readonly (readonly Program[])[]): Library {
  const library = new Map<string, Program>();
  for (const program of groups.flat()) {
    if (library.has(program.name)) throw new Error(`kentry is wrong here: two programs are called ${program.name}`);
    library.set(program.name, program);
  }
  return library;
}

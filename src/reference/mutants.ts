/**
 * Every small mistake that can be made in the reference, mechanically: a step left out, done twice, done before its neighbour; a
 * marker somewhere else; a function of another class; an entry or a handler of another class.
 *
 * Steps at which the environment decides (`choose`) are no code, so that nobody can get them wrong: they stay as they are. What
 * provably changes nothing (`NoChange`) is no mistake either.
 */
import { VECTORS } from '../contract/vectors.ts';
import type { Edit } from './edit.ts';
import { inlineInNoinstr } from './inline-sites.ts';
import { NoChange } from './no-change.ts';
import { listsOf, type StepPath } from './paths.ts';
import { cOfStep } from './print.ts';
import type { Library, Program, ProgramClass, Step } from './program.ts';
import { handlerPrograms, type Scenario } from './scenario.ts';

/** The kinds of mistakes. */
export const MUTANT_KINDS = ['delete', 'swap', 'duplicate', 'marker', 'class', 'entry', 'handler'] as const;
/** `entry`: the helpers of another class of entry; `handler`: the function of another class of vectors. */
export type MutantKind = (typeof MUTANT_KINDS)[number];

/** One mistake. */
export interface Mutant {
  readonly kind: MutantKind;
  /** Names it in lists: `delete irqentry_enter:2.then.0`. Its first step is the one it is about. */
  readonly id: string;
  /** Names it by its text, for the table of survivors: paths change when a program grows, and the reason does not. */
  readonly says: string;
  readonly edits: readonly Edit[];
  /** The program and the steps that must be reached for it to make a difference; without steps, the program. */
  readonly program: string;
  readonly paths: readonly StepPath[];
  /** For a wrong handler: the scenario with it. */
  readonly scenario?: Scenario;
}

/** What stands for everything else that the kernel does: it has no order that could be wrong. */
const ENVIRONMENT: ReadonlySet<string> = new Set(['kernel_thread']);

/** Every mistake in these programs, and every handler of another class in these scenarios. */
export function mutantsOf(library: Library, scenarios: readonly Scenario[]): readonly Mutant[] {
  const noChange = new NoChange(library);
  const mustBeInline = inlineInNoinstr(library, [
    ...scenarios.flatMap(handlerPrograms).map((name) => [name, 'noinstr'] as const),
    ...scenarios.flatMap(({ roots }) => roots).map(({ program = '' }) => [program, 'instrumentable'] as const),
  ]);
  const programs = [...library.values()].filter(({ name }) => !ENVIRONMENT.has(name));
  return [
    ...programs.flatMap((program) => [
      ...inSteps(program.name, program.steps, '', noChange),
      ...wrongClass(program, mustBeInline),
      ...wrongEntry(program),
    ]),
    ...scenarios.flatMap((scenario) => wrongHandler(scenario, scenarios)),
  ];
}

const isMarker = (step: Step | undefined): boolean =>
  step?.op === 'event' && (step.event === 'window.begin' || step.event === 'window.end');

const textOfSwap = (step: Step, next: Step | undefined): string =>
  `${cOfStep(step)} <> ${next === undefined ? '' : cOfStep(next)}`;

const isSame = (a: Step | undefined, b: Step | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Code behind it is never reached, so that to do it twice, or anything after it, is no mistake. */
const isLast = (step: Step): boolean => step.op === 'return' || step.op === 'panic';

function inSteps(program: string, steps: readonly Step[], prefix: string, noChange: NoChange): readonly Mutant[] {
  return steps.flatMap((step, index) => {
    const path = `${prefix}${index}`;
    const inside = listsOf(step).flatMap(({ name, steps: list }) =>
      inSteps(program, list, `${path}.${name}.`, noChange),
    );
    if (step.op === 'choose') return inside;
    const one = (kind: 'delete' | 'duplicate' | 'swap', ...paths: readonly StepPath[]): Mutant => ({
      kind,
      id: `${kind} ${program}:${path}`,
      says: `${kind} ${program}: ${paths.length < 2 ? cOfStep(step) : textOfSwap(step, steps[index + 1])}`,
      edits: [{ op: kind, program, path }],
      program,
      paths,
    });
    const found: Mutant[] = [];
    const silent = noChange.silent(step);
    if (!silent) found.push(one('delete', path));
    if (!isLast(step) && !silent) found.push(one('duplicate', path));
    const next = steps[index + 1];
    if (next !== undefined && next.op !== 'choose' && !isSame(step, next) && !(silent && noChange.silent(next))) {
      found.push(one('swap', path, `${prefix}${index + 1}`));
    }
    if (isMarker(step)) found.push(...elsewhere(program, path, index, steps));
    return [...found, ...inside];
  });
}

/** A marker at every other place of its list; its neighbours' places are swaps. */
function elsewhere(program: string, path: StepPath, index: number, steps: readonly Step[]): readonly Mutant[] {
  const name = (step: Step | undefined): string => (step === undefined ? '' : cOfStep(step));
  return steps
    .map((_, to) => to - index)
    .filter((by) => Math.abs(by) > 1)
    .map((by) => ({
      kind: 'marker' as const,
      id: `move by ${by} ${program}:${path}`,
      says: `move ${program}: ${name(steps[index])} to ${name(steps[index + by])}`,
      edits: [{ op: 'move' as const, program, path, by }],
      program,
      paths: [path],
    }));
}

const OTHER_CLASS: Readonly<Record<ProgramClass, ProgramClass>> = {
  noinstr: 'instrumentable',
  instrumentable: 'noinstr',
  // `__always_inline` forgotten: the compiler makes it a function of its own, outside of .noinstr.text.
  inline: 'instrumentable',
};

function wrongClass({ name, class: is }: Program, mustBeInline: ReadonlySet<string>): readonly Mutant[] {
  if (is === 'inline' && !mustBeInline.has(name)) return [];
  const to = OTHER_CLASS[is];
  const id = `${to} ${name}`;
  return [{ kind: 'class', id, says: id, edits: [{ op: 'class', program: name, to }], program: name, paths: [] }];
}

/** The helpers of each class of entry: what is called at the beginning, at the end, and what the end is given. */
const ENTRIES = [
  { enter: 'irqentry_enter', exit: 'irqentry_exit', gives: 'exit_rcu' },
  { enter: 'irqentry_nmi_enter', exit: 'irqentry_nmi_exit', gives: 'lockdep' },
  { enter: 'irqentry_enter_from_user_mode', exit: 'irqentry_exit_to_user_mode', gives: undefined },
] as const;
type Entry = (typeof ENTRIES)[number];

/** The function with the helpers of every other class. */
function wrongEntry(program: Program): readonly Mutant[] {
  const calls = callsIn(program.steps, '');
  return ENTRIES.flatMap((from) => {
    const uses = calls.filter(({ callee }) => callee === from.enter || callee === from.exit);
    if (!uses.some(({ callee }) => callee === from.enter) || !uses.some(({ callee }) => callee === from.exit))
      return [];
    return ENTRIES.filter((to) => to !== from).map(
      (to): Mutant => ({
        kind: 'entry',
        id: `${to.enter} for ${from.enter} in ${program.name}`,
        says: `${to.enter} for ${from.enter} in ${program.name}`,
        edits: uses.map(({ path, step }) => ({
          op: 'replace',
          program: program.name,
          path,
          step: otherCall(step, from, to),
        })),
        program: program.name,
        paths: uses.map(({ path }) => path),
      }),
    );
  });
}

type Call = Step & { readonly op: 'call' };

function callsIn(
  steps: readonly Step[],
  prefix: string,
): readonly { readonly callee: string; readonly path: StepPath; readonly step: Call }[] {
  return steps.flatMap((step, index) => {
    const path = `${prefix}${index}`;
    const own = step.op === 'call' ? [{ callee: step.callee, path, step }] : [];
    return [...own, ...listsOf(step).flatMap((list) => callsIn(list.steps, `${path}.${list.name}.`))];
  });
}

function otherCall({ callee, given = {}, into }: Call, from: Entry, to: Entry): Step {
  const kept = { op: 'call' as const, ...(into !== undefined && { into }) };
  if (callee === from.enter) return { ...kept, callee: to.enter };
  // Where the entry gave nothing that could be handed on, the exit gets what is false in C: a forgotten 0.
  const state = Object.values(given)[0] ?? { op: 'constant' as const, value: false };
  return { op: 'call', callee: to.exit, ...(to.gives !== undefined && { given: { [to.gives]: state } }) };
}

/** Every handler of the scenario replaced by one function of each class that is not its own. */
function wrongHandler(scenario: Scenario, scenarios: readonly Scenario[]): readonly Mutant[] {
  const classes = classesOf(scenarios);
  const names = new Set([...classes.values()].flatMap((own) => [...own]));
  const hasUser = scenario.roots.some(({ program }) => program === undefined);
  return scenario.handlers.flatMap((handler, index) =>
    (['fromUser', 'fromKernel'] as const).flatMap((origin) => {
      const is = handler[origin];
      const wanted = VECTORS.find(({ kind }) => kind === handler.kind)?.[origin];
      if (is === undefined || wanted === undefined || (origin === 'fromUser' && !hasUser)) return [];
      const right = `${origin} ${wanted}`;
      const others = [...names].flatMap((name) => {
        const found = [...classes].find(([, own]) => own.has(name) && !own.has(right));
        return found === undefined ? [] : [found[0]];
      });
      return [...new Set(others)].map(
        (program): Mutant => ({
          kind: 'handler',
          id: `${program} for ${is} (${handler.kind}, ${origin === 'fromUser' ? 'user' : 'kernel'}) in ${scenario.name}`,
          says: `${program} for ${is} (${handler.kind}, ${origin === 'fromUser' ? 'user' : 'kernel'})`,
          edits: [],
          program: is,
          paths: [],
          scenario: { ...scenario, handlers: scenario.handlers.with(index, { ...handler, [origin]: program }) },
        }),
      );
    }),
  );
}

/** For each handler of any scenario the classes of entry that it is right for. */
function classesOf(scenarios: readonly Scenario[]): ReadonlyMap<string, ReadonlySet<string>> {
  const classes = new Map<string, Set<string>>();
  for (const { handlers } of scenarios) {
    for (const handler of handlers) {
      for (const origin of ['fromUser', 'fromKernel'] as const) {
        const program = handler[origin];
        const own = VECTORS.find(({ kind }) => kind === handler.kind)?.[origin];
        if (program === undefined || own === undefined) continue;
        const known = classes.get(program) ?? new Set();
        classes.set(program, known.add(`${origin} ${own}`));
      }
    }
  }
  return classes;
}

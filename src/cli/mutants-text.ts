/** `kentry explore --mutants`: which mistakes the rules catch, as a table, as a list, and as data. */

import { editLibrary } from '../reference/edit.ts';
import { MUTANT_KINDS } from '../reference/mutants.ts';
import type { MutantResult } from '../reference/mutation.ts';
import type { Library } from '../reference/program.ts';
import { RUN_BY_NOBODY } from '../reference/scenarios.ts';
import { reasonFor } from '../reference/survivors.ts';
import { tellSteps } from '../reference/tell-step.ts';
import { counted, labelled } from '../report/columns.ts';
import type { Paint } from '../report/paint.ts';

/** Numbers of a campaign. */
export interface MutantScore {
  /** Mutants that are programs, whose step is executed, and that do something that the reference does not do. */
  readonly all: number;
  readonly caught: number;
  readonly explained: number;
  readonly unexplained: number;
  /** Mutants that were not tested, since no scenario executes their step. */
  readonly unreached: number;
}

const isA =
  <O extends MutantResult['outcome']>(outcome: O) =>
  (result: MutantResult): result is MutantResult & { readonly outcome: O } =>
    result.outcome === outcome;

/** Counts. */
export function scoreOf(results: readonly MutantResult[]): MutantScore {
  const survivors = results.filter(isA('survived'));
  const explained = survivors.filter(({ mutant }) => reasonFor(mutant.says) !== undefined).length;
  const caught = results.filter(isA('caught')).length;
  const unreached = results.filter(isA('unreached')).length;
  return { all: caught + survivors.length, caught, explained, unexplained: survivors.length - explained, unreached };
}

/** The whole of it for people. */
export function mutantsText(results: readonly MutantResult[], paint: Paint, width: number): string {
  const { all, caught, explained, unexplained } = scoreOf(results);
  const share = all === 0 ? 100 : (100 * caught) / all;
  const lines = [
    ...survivorLines(results, paint, width),
    ...table(results).map((row, index) => (index === 0 ? paint.label(row) : row)),
    '',
    `${paint.message(`${caught} caught / ${all} mutants / ${explained} of ${all - caught} survivors explained`)} (${share.toFixed(1)} % caught)`,
  ];
  if (unexplained > 0) lines.push(paint.bad(`${counted(unexplained, 'survivor')} that nobody has explained`));
  lines.push(...unreachedLines(results, paint, width));
  return lines.map((line) => `${line}\n`).join('');
}

/** Survivors by the reason why they are harmless; those without one last. */
function survivorLines(results: readonly MutantResult[], paint: Paint, width: number): readonly string[] {
  const byReason = new Map<string, string[]>();
  const open: string[] = [];
  for (const { mutant } of results.filter(isA('survived'))) {
    const why = reasonFor(mutant.says);
    if (why === undefined) open.push(`${mutant.says}  [${mutant.id}]`);
    else byReason.set(why, [...(byReason.get(why) ?? []), mutant.says]);
  }
  return [
    ...[...byReason].flatMap(([why, mutants]) => [
      ...labelled(paint.good('harmless: '), 2, why, width - 8),
      ...mutants.flatMap((says) => labelled('  ', 6, says, width)),
    ]),
    ...(open.length === 0 ? [] : [paint.bad('no rule minds, and nobody has said why not:')]),
    ...open.flatMap((says) => labelled('  ', 6, says, width)),
    ...(byReason.size + open.length === 0 ? [] : ['']),
  ];
}

/** What was not tested, by program, with the reason where no scenario runs it at all. */
function unreachedLines(results: readonly MutantResult[], paint: Paint, width: number): readonly string[] {
  const byProgram = new Map<string, number>();
  for (const { mutant } of results.filter(isA('unreached'))) {
    byProgram.set(mutant.program, (byProgram.get(mutant.program) ?? 0) + 1);
  }
  if (byProgram.size === 0) return [];
  const all = [...byProgram.values()].reduce((sum, count) => sum + count, 0);
  return [
    paint.unsure(`${counted(all, 'mutant')} not tested: no scenario executes the step`),
    ...[...byProgram].flatMap(([program, count]) => {
      const why = RUN_BY_NOBODY.get(program) ?? 'reached in no scenario that was asked for';
      return labelled(`  ${program}: ${count} `, 4, why, width - program.length);
    }),
  ];
}

function table(results: readonly MutantResult[]): readonly string[] {
  const outcomes = ['caught', 'survived', 'same', 'refused', 'unreached'] as const;
  const row = (name: string, cells: readonly (string | number)[]): string =>
    `${name.padEnd(10)}${cells.map((cell) => String(cell).padStart(11)).join('')}`;
  const counts = (of: readonly MutantResult[]) => outcomes.map((outcome) => of.filter(isA(outcome)).length);
  return [
    row('mistake', ['caught', 'survived', 'no change', 'no program', 'unreached']),
    ...MUTANT_KINDS.map((kind) => row(kind, counts(results.filter(({ mutant }) => mutant.kind === kind)))),
    row('all', counts(results)),
  ];
}

/** kentry.mutants/1: every mutant with what became of it, and its shortest counterexample. */
export const mutantsDocument = (results: readonly MutantResult[], library: Library, version: string) => ({
  schema: 'kentry.mutants/1' as const,
  version,
  ...scoreOf(results),
  mutants: results.map((result) => {
    const { id, kind, says, edits } = result.mutant;
    const common = { id, kind, says, edits, outcome: result.outcome };
    if (result.outcome === 'refused') return { ...common, why: result.why };
    if (result.outcome === 'survived') return { ...common, why: reasonFor(says) };
    if (result.outcome === 'unreached' || result.outcome === 'same') return common;
    const { scenario, configuration, deepest, counterexamples } = result.report;
    const [shortest] = counterexamples;
    if (result.lost !== undefined)
      return { ...common, scenario, configuration, depth: deepest, neverReached: result.lost };
    return {
      ...common,
      scenario,
      configuration,
      depth: deepest,
      broken: shortest?.broken,
      steps: shortest === undefined ? [] : tellSteps(shortest.trace, editLibrary(library, edits)),
    };
  }),
});

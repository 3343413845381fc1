/**
 * Our search against Spin's, on the exported model: the same number of states without partial-order reduction, and both find a
 * bug that is put in. Needs spin and gcc.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { configurationNamed } from '../../src/contract/configuration.ts';
import { editLibrary } from '../../src/reference/edit.ts';
import { Exploration } from '../../src/reference/exploration.ts';
import { PROGRAMS } from '../../src/reference/library.ts';
import { stepsOf } from '../../src/reference/paths.ts';
import type { Library } from '../../src/reference/program.ts';
import { promelaOf } from '../../src/reference/promela.ts';
import type { ScenarioOptions } from '../../src/reference/scenario-model.ts';
import { scenarioNamed } from '../../src/reference/scenarios.ts';

const missing = ['spin', 'gcc'].find((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (missing !== undefined)
  process.stderr.write(`\nskipped: the comparison with Spin, since ${missing} is not installed\n`);

/** gcc takes most of the time of a test. */
const TIMEOUT = 900_000;

function optionsOf(name: string, kernel: string, deepest: number, library: Library = PROGRAMS): ScenarioOptions {
  const scenario = scenarioNamed(name);
  const configuration = configurationNamed(kernel);
  if (scenario === undefined || configuration === undefined) throw new Error(`no ${name} in ${kernel}`);
  return { scenario, configuration, deepest, library };
}

function ours(options: ScenarioOptions) {
  const exploration = new Exploration(options);
  exploration.advance(Number.POSITIVE_INFINITY);
  return exploration.report();
}

describe.skipIf(missing !== undefined)('Spin', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'kentry-spin-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  const run = (program: string, ...args: readonly string[]): string => {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      cwd: scratch,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error ?? `${stdout}\n${stderr}`}`);
    return stdout;
  };

  /** What pan says. Optimised no more than needed: gcc takes longer than the search. */
  const spin = (options: ScenarioOptions): { readonly states: number; readonly errors: number } => {
    writeFileSync(join(scratch, 'model.pml'), promelaOf(options));
    run('spin', '-a', 'model.pml');
    run('gcc', '-O1', '-w', '-DSAFETY', '-DNOREDUCE', '-DVECTORSZ=4096', '-o', 'pan', 'pan.c');
    const said = run(join(scratch, 'pan'), '-m2000000', '-w22');
    const number = (pattern: RegExp) => Number(pattern.exec(said)?.[1] ?? Number.NaN);
    expect(said).not.toContain('max search depth too small');
    return { states: number(/(\d+) states, stored/), errors: number(/errors: (\d+)/) };
  };

  test.each([
    ['document', 'full-debug', 1],
    ['page-fault', 'full-debug', 2],
    ['double-fault', 'production', 2],
    ['idle', 'v6.1', 1],
    ['kvm-svm', 'nohz-full-off', 1],
    ['interrupt', 'production', 1],
    ['nmi-like', 'server', 1],
    ['page-fault', 'production', 2],
  ])(
    '%s in %s, %d deep: as many states',
    (name, kernel, deepest) => {
      const options = optionsOf(name, kernel, deepest);
      const report = ours(options);
      expect({ verdict: report.verdict, bounds: report.bounds }).toEqual({ verdict: 'holds', bounds: [] });
      // Spin counts the state before a root is chosen, too.
      expect(spin(options)).toEqual({ states: report.states + 1, errors: 0 });
    },
    TIMEOUT,
  );

  test(
    'a bug is found by both',
    () => {
      const program = PROGRAMS.get('irqentry_nmi_enter');
      const found = [...(program === undefined ? [] : stepsOf(program))].find(
        ({ step }) => step.op === 'call' && step.callee === 'ct_nmi_enter',
      );
      const edit = { op: 'delete', program: 'irqentry_nmi_enter', path: found?.path ?? '' } as const;
      const options = optionsOf('double-fault', 'production', 2, editLibrary(PROGRAMS, [edit]));
      expect(ours(options).verdict).toBe('violated');
      expect(spin(options).errors).toBeGreaterThan(0);
    },
    TIMEOUT,
  );
});

/** Explorations end with what they saw, and their files say the same as their tables. */
import { expect, test } from 'vitest';
import { CONFIGURATIONS, configurationNamed } from '../contract/configuration.ts';
import { type Edit, editLibrary } from './edit.ts';
import { Exploration, type ExplorationOptions } from './exploration.ts';
import { explorationDocument } from './exploration-json.ts';
import { PROGRAMS } from './library.ts';
import { stepsOf } from './paths.ts';
import { scenarioNamed } from './scenarios.ts';
import { tellSteps } from './tell-step.ts';
import { traceFile } from './trace-events.ts';
import { outermost, reachedByNone } from './unreached.ts';

const named = (name: string) => {
  const scenario = scenarioNamed(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return scenario;
};

function explored(name: string, options: Partial<ExplorationOptions> = {}): Exploration {
  const exploration = new Exploration({
    scenario: named(name),
    configuration: CONFIGURATIONS[0],
    deepest: 1,
    ...options,
  });
  while (exploration.advance(1000));
  return exploration;
}

const mutated = (edit: Edit) => ({ library: editLibrary(PROGRAMS, [edit]) });

/** Without its counter every NMI breaks a rule at once. */
const uncounted: Edit = {
  op: 'delete',
  program: 'irqentry_nmi_enter',
  path: pathOfCall('irqentry_nmi_enter', '__nmi_enter'),
};

function pathOfCall(name: string, callee: string): string {
  const program = PROGRAMS.get(name);
  for (const { path, step } of program === undefined ? [] : stepsOf(program)) {
    if (step.op === 'call' && step.callee === callee) return path;
  }
  throw new Error(`${name} does not call ${callee}`);
}

test.each([
  { options: {}, verdict: 'holds', incomplete: undefined },
  { options: { maxStates: 100 }, verdict: 'incomplete', incomplete: 'states' },
  { options: { maxBytes: 70_000 }, verdict: 'incomplete', incomplete: 'memory' },
  { options: mutated(uncounted), verdict: 'violated', incomplete: 'violation' },
  { options: { ...mutated(uncounted), keepGoing: true }, verdict: 'violated', incomplete: undefined },
])('$verdict, $incomplete', ({ options, verdict, incomplete }) => {
  const report = explored('document', options).report();
  expect({ verdict: report.verdict, incomplete: report.incomplete }).toEqual({ verdict, incomplete });
  expect(report.counterexamples.length > 0).toBe(verdict === 'violated');
  expect(report.queue > 0).toBe(incomplete !== undefined);
});

test('an exploration that is driven no further says that it was stopped', () => {
  const exploration = new Exploration({ scenario: named('idle'), configuration: CONFIGURATIONS[0], deepest: 2 });
  exploration.advance(500);
  expect(exploration.report()).toMatchObject({ verdict: 'incomplete', incomplete: 'stopped' });
});

test('counterexamples come shortest first, and end with what they broke', () => {
  const report = explored('document', { ...mutated(uncounted), keepGoing: true }).report();
  const lengths = report.counterexamples.map(({ trace }) => trace.steps.length);
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
  expect(report.counterexamples.length).toBeGreaterThan(1);
  for (const { broken, trace } of report.counterexamples) {
    const last = tellSteps(trace, PROGRAMS).at(-1);
    if (broken.condition !== undefined) expect(last?.broken).toEqual(broken);
  }
});

test('a trace file closes each slice that it opens, within its time', () => {
  const exploration = explored('document', mutated(uncounted));
  const [first] = exploration.report().counterexamples;
  const traces = [{ name: 'broken', trace: first?.trace ?? exploration.example() }];
  const { traceEvents } = traceFile(
    [...traces, { name: 'far', trace: explored('idle').example() }],
    exploration.library,
  );
  const open: string[] = [];
  for (const { ph, name } of traceEvents) {
    if (ph === 'B') open.push(name);
    if (ph === 'E') expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
  expect(traceEvents.filter(({ ph, name }) => ph === 'i' && name.startsWith('NMI-ORDER'))).toHaveLength(1);
  const fields = traceEvents.filter(({ ph, pid, tid }) => ph === 'X' && pid === 2 && tid >= 10);
  expect(new Set(fields.map(({ tid }) => tid)).size).toBeGreaterThan(5);
  expect(fields.every(({ dur = -1 }) => dur > 0)).toBe(true);
});

test('the document holds what the report does, as plain data', () => {
  const exploration = explored('document', mutated(uncounted));
  const document = explorationDocument([exploration.report()], exploration.library, '0.0.0');
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  expect(document.explorations[0]).toMatchObject({ scenario: 'document', verdict: 'violated', depth: 1 });
});

test('steps inside of a step that was not reached are not told', () => {
  const label = (path: string, option?: number) => ({ program: 'f', path, ...(option !== undefined && { option }) });
  const told = outermost([
    label('10'),
    label('2.then.0'),
    label('2'),
    label('2.then.0.body.1'),
    label('3', 1),
    label('10', 0),
  ]);
  expect(told).toEqual([label('2'), label('3', 1), label('10')]);
});

test('what one exploration reached, all have', () => {
  const [one, two] = [explored('document').report(), explored('idle').report()];
  const both = reachedByNone([one, two]);
  const reached = [...one.reached, ...two.reached].map((label) => JSON.stringify(label));
  expect(both.length).toBeGreaterThan(0);
  expect(both.filter((label) => reached.includes(JSON.stringify(label)))).toEqual([]);
  expect(reachedByNone([one])).toEqual(one.unreached);
});

test('what a kernel does not have is not missed: only what it has can be reached', () => {
  const server = configurationNamed('server') ?? CONFIGURATIONS[0];
  const { unreached } = explored('document', { configuration: server }).report();
  const programs = new Set(unreached.map(({ program }) => program));
  expect(programs).toContain('write_cr2');
  // Without lockdep and the tracer, a call of what tells them is nothing.
  expect([...programs].filter((name) => /^(lockdep|trace)_/.test(name) || name === 'local_irq_enable')).toEqual([]);
});

test('steps that were not reached stand together by program, in its order', () => {
  const label = (program: string, path: string) => ({ program, path });
  expect(outermost([label('f', '3'), label('g', '0'), label('f', '10'), label('f', '1')])).toEqual([
    label('f', '1'),
    label('f', '3'),
    label('f', '10'),
    label('g', '0'),
  ]);
});

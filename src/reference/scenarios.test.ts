/** The reference keeps the contract, every step of it is reached, and what is broken on purpose is found. */
import { describe, expect, test } from 'vitest';
import { CONFIGURATIONS, configurationNamed } from '../contract/configuration.ts';
import type { SearchResult } from '../explore/result.ts';
import { Search, type SearchLimits } from '../explore/search.ts';
import { type Edit, editLibrary } from './edit.ts';
import { PROGRAMS } from './library.ts';
import { stepsOf } from './paths.ts';
import { existsIn, type Scenario } from './scenario.ts';
import { type ScenarioModel, type ScenarioOptions, scenarioModel } from './scenario-model.ts';
import { RUN_BY_NOBODY, SCENARIOS, scenarioNamed } from './scenarios.ts';
import { tellPath } from './trace.ts';

const explore = (
  options: ScenarioOptions,
  limits: SearchLimits = {},
): { readonly model: ScenarioModel; readonly result: SearchResult } => {
  const model = scenarioModel(options);
  const search = new Search(model, limits);
  search.advance(Number.POSITIVE_INFINITY);
  return { model, result: search.result() };
};

/** What was found, in words. */
function told({ model, result }: ReturnType<typeof explore>): string {
  if (result.verdict !== 'violated') return [result.verdict, ...model.bounds()].join(' ');
  const [first] = result.violations;
  return first.kind === 'always' || first.kind === 'alwaysPossible' ? first.property : first.kind;
}

const named = (name: string): Scenario => {
  const scenario = scenarioNamed(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return scenario;
};
const [full] = CONFIGURATIONS;

/** Where the contexts nest in tests as well; `kentry explore` does it everywhere, and deeper. */
const DEEP = new Set(['full-debug', 'production', 'server']);

describe('every scenario keeps every rule, and all that was entered can be left', () => {
  const reached = new Set<string>();
  for (const configuration of CONFIGURATIONS) {
    const here = SCENARIOS.filter((scenario) => existsIn(scenario, configuration));
    test.each(here.map((scenario) => [scenario.name, scenario] as const))(
      `${configuration.name}: %s`,
      (_, scenario) => {
        const outcome = explore({ scenario, configuration, deepest: DEEP.has(configuration.name) ? 2 : 1 });
        for (const [label, taken] of outcome.result.extent.taken.entries()) {
          if (taken > 0) reached.add(outcome.model.labelName(label));
        }
        expect(told(outcome)).toBe('holds');
      },
    );
  }
  test('every step of every program and every option of every choice was taken', () => {
    const missed = [...PROGRAMS.values()]
      .filter(({ name }) => !RUN_BY_NOBODY.has(name))
      .flatMap((program) =>
        Array.from(stepsOf(program)).flatMap(({ path, step }) => {
          const place = `${program.name}:${path}`;
          return [place, ...(step.op === 'choose' ? step.options.map((_option, index) => `${place}?${index}`) : [])];
        }),
      )
      .filter((place) => !reached.has(place));
    expect(missed).toEqual([]);
    expect([...RUN_BY_NOBODY.keys()].filter((name) => reached.has(`${name}:0`))).toEqual([]);
  });
});

describe('what is broken on purpose is found', () => {
  test.each<readonly [string, string, Edit, string]>([
    [
      'RCU is told after the tracer',
      'syscall',
      { op: 'move', program: 'enter_from_user_mode', path: '2', by: 4 },
      'NOINSTR-CALL|USER-ENTRY-ORDER|RCU-WATCHING',
    ],
    [
      'the counter comes after RCU',
      'nmi-like',
      { op: 'move', program: 'irqentry_nmi_enter', path: '2', by: 4 },
      'NMI-ORDER',
    ],
    [
      'the exit forgets RCU',
      'idle',
      { op: 'delete', program: 'irqentry_exit', path: '2.then.0.then.4' },
      'PAIR|KERNEL-ENTRY',
    ],
    [
      'irq_exit_rcu() keeps the count',
      'interrupt',
      { op: 'delete', program: '__irq_exit_rcu', path: '2' },
      'IRQ-COUNT|IRQ-SOFTIRQ',
    ],
    [
      'the work flags are not read again',
      'syscall',
      { op: 'delete', program: 'exit_to_user_mode_loop', path: '0.body.8' },
      'EXIT-WORK|PAIR|ENDLESS',
    ],
    [
      'an interrupt handler is not noinstr',
      'interrupt',
      { op: 'class', program: 'common_interrupt', to: 'instrumentable' },
      'IRQ-COUNT|RCU-WATCHING|NOINSTR|KERNEL-ENTRY|TIME-ONCE|USER',
    ],
    [
      'timing ends before the window',
      'kvm-vmx',
      { op: 'move', program: 'vcpu_enter_guest (VMX)', path: '3.else.6', by: -4 },
      'KVM-ORDER',
    ],
    ['idle is left before lockdep knows', 'idle', { op: 'swap', program: 'ct_cpuidle_exit', path: '0' }, 'IDLE-ORDER'],
    ['DR7 is not saved', 'nmi-like', { op: 'delete', program: 'exc_debug_kernel', path: '0' }, 'DEBUG-STATE'],
    [
      'preemption is never disabled again',
      'interrupt',
      { op: 'delete', program: 'preempt_schedule_irq', path: '1.body.4' },
      'PAIR|PREEMPT-CONTEXT',
    ],
  ])('%s', (_, scenario, edit, rules) => {
    const library = editLibrary(PROGRAMS, [edit]);
    const options = { scenario: named(scenario), configuration: full, deepest: 2, library };
    const outcome = explore(options, { untilViolation: true });
    expect(told(outcome)).toMatch(new RegExp(rules));
    if (outcome.result.verdict !== 'violated') return;
    const [violation] = outcome.result.violations;
    if (violation.kind === 'sometimes') return;
    const trace = tellPath(outcome.model, violation.path);
    expect(trace.steps.at(-1)?.broken).toBeDefined();
    expect(trace.steps.slice(0, -1).every(({ broken }) => broken === undefined)).toBe(true);
  });

  test('a root that does not give back what it took is found', () => {
    const edits: readonly Edit[] = [{ op: 'delete', program: 'kernel_thread', path: '6' }];
    const outcome = explore({
      scenario: named('interrupt'),
      configuration: full,
      deepest: 1,
      library: editLibrary(PROGRAMS, edits),
    });
    expect(told(outcome)).toMatch(/^RESTORED/);
  });
});

describe('how steps are joined', () => {
  test.each(['document', 'interrupt', 'idle', 'kvm-vmx'])('%s: each event alone gives the same verdict', (name) => {
    const options = { scenario: named(name), configuration: full, deepest: 1 } as const;
    const merged = explore({ ...options, granularity: 'merged' });
    const alone = explore({ ...options, granularity: 'event' });
    expect([told(merged), told(alone)]).toEqual(['holds', 'holds']);
    expect(alone.result.extent.states).toBeGreaterThan(merged.result.extent.states);
  });
  test('the same search gives the same numbers', () => {
    const options = { scenario: named('document'), configuration: full, deepest: 2 } as const;
    expect(explore(options).result.extent).toEqual(explore(options).result.extent);
  });
});

test('a configuration by name explores what it lacks not at all', () => {
  const server = configurationNamed('server');
  if (server === undefined) throw new Error('there is a server');
  const labels = scenarioModel({ scenario: named('syscall'), configuration: server, deepest: 1 }).labels;
  expect(labels.some((label) => label.startsWith('lockdep_off'))).toBe(false);
  expect(labels.some((label) => label.startsWith('__nmi_enter'))).toBe(true);
});

/** Runs: to the end and back, with turns, with edits, and by the path of a counterexample. */
import { describe, expect, test } from 'vitest';
import { CONFIGURATIONS } from '../../contract/configuration.ts';
import { Search } from '../../explore/search.ts';
import { editWords, formatEdits, parseEdits } from '../../reference/edit-text.ts';
import { injectionsAt } from '../../reference/injection.ts';
import { PROGRAMS } from '../../reference/library.ts';
import type { Run } from '../../reference/run.ts';
import { scenarioModel } from '../../reference/scenario-model.ts';
import { SCENARIOS } from '../../reference/scenarios.ts';
import { formatTurns, parseTurns } from '../../reference/turn.ts';
import { counterexampleOf, experimentOfPath } from './counterexample.ts';
import { experimentQuery, exploredScenario, libraryOf, parseExperiment, runOf } from './experiment.ts';
import { timelineOf } from './lanes.ts';
import { listingsOf } from './listing.ts';

const experiment = (query: Readonly<Record<string, string>> = {}) => parseExperiment('document', query);
const endOf = ({ moments }: Run) => moments[moments.length - 1];

describe('a run', () => {
  test('goes by itself from user mode into the kernel and back', () => {
    const run = runOf(experiment());
    expect(run.moments.length).toBeGreaterThan(20);
    expect(run.moments[1]?.step?.handler?.kind).toBe('syscall');
    expect(endOf(run)?.contexts).toHaveLength(1);
    expect(endOf(run)?.step?.kind).toBe('return');
    expect(run).toMatchObject({ cut: false });
  });

  test('takes an injected NMI, which nests and gives everything back', () => {
    const plain = runOf(experiment());
    // Behind the entry: in it the tracer is not told yet, and an NMI leaves it ahead.
    const run = runOf(experiment({ t: '25-nmi' }));
    expect(run.moments[26]?.step?.handler?.kind).toBe('nmi');
    expect(run.moments[26]?.contexts).toHaveLength(3);
    const behind = run.moments.findIndex(({ contexts }, at) => at > 26 && contexts.length === 2);
    expect(run.moments[behind]?.contexts).toEqual(plain.moments[25]?.contexts);
    expect(run.moments.length - plain.moments.length).toBe(behind - 25);
  });

  test('ends where a turn cannot be taken, and says so', () => {
    // Interrupts are off at the beginning of a syscall.
    const run = runOf(experiment({ t: '2-interrupt' }));
    expect(run.refused).toEqual({ at: 2, kind: 'inject', vector: 'interrupt', nth: 0 });
    expect(run.moments).toHaveLength(3);
  });

  test.each(SCENARIOS.map(({ name, roots }) => [name, roots] as const))(
    'of %s, in every kernel, from everywhere',
    (name, roots) => {
      for (const configuration of CONFIGURATIONS) {
        for (const root of roots) {
          const run = runOf(parseExperiment(name, { c: configuration.name, r: root.name }));
          expect(endOf(run)?.step?.broken).toBe(undefined);
          expect(run).toMatchObject({ cut: false });
          expect(run.moments.length).toBeGreaterThan(1);
        }
      }
    },
  );

  test('with a step left out breaks the rule about it', () => {
    const run = runOf(experiment({ e: 'd*irqentry_nmi_enter*2', t: '10-nmi' }));
    expect(endOf(run)?.step?.broken).toBeDefined();
    expect(timelineOf(run, CONFIGURATIONS[0]).marks).toEqual([run.moments.length - 1]);
  });
});

describe('what hardware may bring', () => {
  const run = runOf(experiment());
  const whyNot = (at: number, kind: string): string | undefined => {
    const moment = run.moments[at];
    return moment && injectionsAt(moment, run).find(({ vector }) => vector.kind === kind)?.whyNot;
  };

  test.each([
    [0, 'interrupt', undefined],
    [0, 'nmi', undefined],
    [2, 'interrupt', 'needs irq = 1'],
    [2, 'nmi', undefined],
    [2, 'syscall', 'needs mode = user'],
  ])('after %d steps: %s: %j', (at, kind, why) => {
    if (why === undefined) expect(whyNot(at, kind)).toBe(undefined);
    else expect(whyNot(at, kind)).toContain(why);
  });
});

describe('lanes', () => {
  test('show where RCU does not watch, and noinstr code', () => {
    const run = runOf(experiment());
    const { lanes } = timelineOf(run, CONFIGURATIONS[0]);
    const tones = (name: string, at: number): string | undefined => {
      const lane = lanes.find((one) => one.name === name);
      return lane?.looks[lane.codes[at] ?? 0]?.tone;
    };
    expect(tones('RCU', 0)).toBe('off');
    expect(tones('instrumentation', 1)).toBe('off');
    const watching = run.moments.findIndex((_, at) => tones('RCU', at) === 'on');
    expect(watching).toBeGreaterThan(2);
    expect(run.moments[watching]?.step?.events).toContain('ct.user.exit');
  });

  test('that need a feature are left out without it', () => {
    const server = CONFIGURATIONS.find(({ name }) => name === 'server') ?? CONFIGURATIONS[0];
    const names = timelineOf(runOf(experiment({ c: 'server' })), server).lanes.map(({ name }) => name);
    expect(names).not.toContain('lockdep');
    expect(names).toContain('RCU');
  });
});

describe('listings', () => {
  test('mark one line, and the calls around it', () => {
    const own = experiment();
    for (const moment of runOf(own).moments.slice(1, -1)) {
      const listings = listingsOf(moment, libraryOf(own));
      const marks = listings.map(({ lines }) => lines.filter(({ mark }) => mark !== undefined).map(({ mark }) => mark));
      const last = marks.pop();
      expect(marks.every((one) => one.length === 1 && one[0] === 'inside')).toBe(true);
      // The end of a handler is no line of its own.
      if (moment.next?.kind !== 'return') expect(last).toEqual(['next']);
    }
  });
});

describe('addresses', () => {
  test.each([
    [{}],
    [{ c: 'v6.1', d: '3' }],
    [
      {
        t: '4-nmi 9-interrupt.1 30.1',
        e: 'd*irqentry_nmi_enter*2!c*do_nmi*instrumentable!b*do_nmi*0',
        h: '2*do_interrupt',
        a: '1',
      },
    ],
  ])('%j come back', (query) => {
    const written = experimentQuery(experiment(query));
    expect(Object.fromEntries(Object.entries(written).filter(([, value]) => value))).toEqual(query);
  });

  test.each(['x', '1-x', '-1-nmi', '9999999-nmi', '3.x', '3-nmi'])('turns %j', (text) => {
    expect(formatTurns(parseTurns(text))).toBe(text === '3-nmi' ? text : '');
  });

  test.each(['d*nothing*1', 'd*do_nmi*<b>', 'q*do_nmi*1', 'c*do_nmi*x', 'm*do_nmi*1*9999', 'm*do_nmi*1*-1'])(
    'edits %j',
    (text) => {
      expect(formatEdits(parseEdits(text))).toBe(text.endsWith('*-1') ? text : '');
      for (const edit of parseEdits(text)) expect(editWords(edit, PROGRAMS)).toContain('do_nmi()');
    },
  );
});

describe('a counterexample', () => {
  test.each(['d*irqentry_nmi_enter*2', 'd*irqentry_enter*0', 'd*exit_to_user_mode*5'])(
    'of %j is a run that ends where it does',
    (e) => {
      const own = experiment({ e, d: '1' });
      const model = scenarioModel({
        scenario: exploredScenario(own),
        configuration: own.configuration,
        deepest: own.deepest,
        library: libraryOf(own),
        granularity: 'event',
      });
      const search = new Search(model, { untilViolation: true });
      while (search.advance(10_000));
      const result = search.result();
      if (result.verdict !== 'violated') throw new Error(`${e} breaks nothing`);
      const [violation] = result.violations;
      if (violation.kind === 'sometimes') throw new Error('no path');
      const found = counterexampleOf(model, violation.path);
      const { steps } = found;
      const run = runOf(experimentOfPath(own, found));
      expect(run.refused).toBe(undefined);
      expect(run.moments.slice(1).map(({ step }) => step?.events)).toEqual(steps.map(({ events }) => events));
      const broken = endOf(run)?.step?.broken;
      const name = typeof broken === 'string' ? broken : `${broken?.rule.id} ${broken?.condition.name}`;
      expect(name).toBe(violation.kind === 'always' ? violation.property : 'none');
    },
  );
});

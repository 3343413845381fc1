/** Every condition of every rule has an example that keeps it and one that breaks it, and no word of it is idle. */

import { describe, expect, test } from 'vitest';
import { present } from '../base/invariant.ts';
import { EVENT_NAMES, type EventName, eventSpec, exists } from './alphabet.ts';
import { CONFIGURATIONS, configurationNamed, FEATURES, hasAll } from './configuration.ts';
import { fieldsOf } from './evaluate.ts';
import { STARTS } from './example.ts';
import { examplesOf } from './examples.ts';
import type { Expression } from './expression.ts';
import { fieldSpec } from './fields.ts';
import { judgeSequence } from './judge-sequence.ts';
import { createMonitor, type Monitor } from './monitor.ts';
import { type Condition, type Example, forbidden, RULE_IDS, type Rule } from './rule.ts';
import { RULES } from './rules.ts';
import { type Sequences, sequencesOf } from './sequences.ts';
import { unpack } from './state.ts';
import { wordsOf } from './wording.ts';

const configurationOf = (example: Example) =>
  present(
    example.configuration === undefined ? CONFIGURATIONS[0] : configurationNamed(example.configuration),
    `there is a configuration ${example.configuration}`,
  );

const monitors = new Map<string, Monitor>();
/** A monitor of all rules; made once. */
function monitorFor(example: Example): Monitor {
  const configuration = configurationOf(example);
  const known = monitors.get(configuration.name) ?? createMonitor(configuration);
  monitors.set(configuration.name, known);
  return known;
}

/** What an example shows, in words. */
function told(monitor: Monitor, example: Example): string {
  const end = judgeSequence(monitor, example.from, example.events);
  if (end.verdict === 'kept') return 'kept';
  if (end.verdict === 'bound') return `bound at ${example.events[end.at]}`;
  return `${end.broken[0].rule.id} ${end.broken[0].condition.name} at ${end.at} ${example.events[end.at]}`;
}

describe('the orders as executed keep every rule', () => {
  for (const configuration of CONFIGURATIONS) {
    const monitor = createMonitor(configuration);
    // The keys of the starts are names of sequences.
    const names = Object.keys(STARTS) as readonly (keyof Sequences)[];
    test.each(names)(`${configuration.name}: %s`, (name) => {
      const events = sequencesOf(configuration)[name];
      const example = { name, from: { start: STARTS[name] ?? 'task' }, events };
      expect(told(monitor, example)).toBe('kept');
      const end = judgeSequence(monitor, example.from, events);
      const begin = unpack(monitor.initial(example.from));
      // All but the double fault, which never returns, end as they began: same CPU, same context.
      if (name !== 'doubleFault' && end.verdict === 'kept') {
        const now = unpack(end.end);
        expect(now.interrupted).toEqual([]);
        const moved = Object.entries(now.now).filter(
          ([field, value]) => begin.now[field as keyof typeof begin.now] !== value,
        );
        expect(moved.map(([field]) => field).filter((field) => !MAY_REMAIN.has(field))).toEqual([]);
      }
    });
  }
});

/** What a context may leave behind: what was raised meanwhile, and the progress of a task's own loop. */
const MAY_REMAIN = new Set(['flagsFresh', 'flushed', 'handled', 'tracedOff', 'guestStep']);

describe('examples', () => {
  for (const rule of RULES) {
    describe(rule.id, () => {
      const own = (breaks: boolean) =>
        examplesOf(rule.id).filter((example) => (example.breaks !== undefined) === breaks);
      test.each(own(false).map((example) => [example.name, example] as const))('keeps: %s', (_, example) => {
        expect(told(monitorFor(example), example)).toBe('kept');
      });
      test.each(own(true).map((example) => [example.name, example] as const))('breaks: %s', (_, example) => {
        // By its own statement: no other condition, of this rule or another, is there to help.
        const alone = { ...rule, conditions: rule.conditions.filter(({ name }) => name === example.breaks) };
        const monitor = createMonitor(configurationOf(example), { rules: [alone] });
        expect(told(monitor, example)).toMatch(`${rule.id} ${example.breaks} at`);
        expect(told(monitorFor(example), example)).not.toBe('kept');
      });
      test.each(rule.conditions.map((condition) => [condition.name, condition] as const))('%s', (name, condition) => {
        expect(examplesOf(rule.id).some((example) => example.breaks === name)).toBe(true);
        if (condition.on.length === 0 || ALWAYS_BROKEN.has(name)) return;
        const keeping = own(false).filter((example) => hasAll(configurationOf(example), condition.needs));
        expect(keeping.some(({ events }) => events.some((event) => condition.on.includes(event)))).toBe(true);
      });
    });
  }
});

/** Several values of one field, as `is(field, a, b)` makes them: one statement, from a table. */
const oneField = (parts: readonly Expression[]): boolean =>
  parts.length > 0 && parts.every((part) => part.op === 'is') && new Set(parts.flatMap(fieldsOf)).size === 1;

/** Every expression that says a little less or more: each part left out of a conjunction or disjunction. */
function* weakened(expression: Expression): Generator<Expression> {
  if (expression.op === 'not') for (const of of weakened(expression.of)) yield { op: 'not', of };
  if (expression.op !== 'all' && expression.op !== 'any') return;
  if (expression.op === 'any' && oneField(expression.of)) return;
  const { op, of: parts } = expression;
  for (const [index, part] of parts.entries()) {
    yield { op, of: parts.toSpliced(index, 1) };
    for (const of of weakened(part)) yield { op, of: parts.with(index, of) };
  }
}

describe('mutants of the rules', () => {
  const everything: readonly Example[] = CONFIGURATIONS.flatMap((configuration) =>
    Object.entries(sequencesOf(configuration)).flatMap(([name, events]) => {
      const start = STARTS[name as keyof Sequences];
      return start === undefined ? [] : [{ name, from: { start }, events, configuration: configuration.name }];
    }),
  );
  const keeping = [
    ...everything,
    ...RULES.flatMap((rule) => examplesOf(rule.id).filter((example) => example.breaks === undefined)),
  ];
  /** Whether some example notices that the condition was replaced. */
  const noticed = (rule: Rule, mutant: Condition): boolean => {
    const changed: Rule = { ...rule, conditions: [mutant] };
    const alone = new Map<string, Monitor>();
    const judge = (example: Example) => {
      const configuration = configurationOf(example);
      const known = alone.get(configuration.name) ?? createMonitor(configuration, { rules: [changed] });
      alone.set(configuration.name, known);
      return told(known, example);
    };
    const missed = examplesOf(rule.id).some(
      (example) => example.breaks === mutant.name && !judge(example).startsWith(rule.id),
    );
    return missed || keeping.some((example) => judge(example).startsWith(rule.id));
  };
  for (const rule of RULES) {
    test.each(rule.conditions.map((condition) => [condition.name, condition] as const))(
      `${rule.id} %s`,
      (name, condition) => {
        // PAIR's underflow has no expression: the effects of the events make it.
        if (condition.on.length === 0) return;
        const always: Expression = { op: 'all', of: [] };
        const never: Expression = { op: 'any', of: [] };
        expect(noticed(rule, { ...condition, broken: never })).toBe(true);
        if (!ALWAYS_BROKEN.has(name)) expect(noticed(rule, { ...condition, broken: always })).toBe(true);
        if (IDLE_ON_PURPOSE.has(`${rule.id} ${name}`)) return;
        const survivors = [...weakened(condition.broken)].filter((broken) => !noticed(rule, { ...condition, broken }));
        if (survivors.length > 0) throw new Error(`these words are idle: ${survivors.map(wordsOf).join(' | ')}`);
      },
    );
  }
});

/** Conditions with a part that no row of events can show, each with its reason. */
const IDLE_ON_PURPOSE = new Set([
  // No event changes the NMI count without the hard interrupt count; a source that projects cells can.
  'PAIR counter-changed',
]);

/** Events that no kernel may show at all. */
const ALWAYS_BROKEN = new Set(['ist-entry-called', 'other-handler']);

describe('the data of the rules', () => {
  test('there is a rule for each id, once', () => {
    expect(RULES.map(({ id }) => id).toSorted()).toEqual(RULE_IDS.toSorted());
  });
  test.each(RULES.map((rule) => [rule.id, rule] as const))('%s: names, sources, exceptions', (_, rule) => {
    const names = rule.conditions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(rule.source.length).toBeGreaterThan(0);
    for (const text of [rule.says, rule.why, ...rule.conditions.map(({ says }) => says)])
      expect(text).not.toMatch(/\.$/);
    for (const exception of rule.exceptions) {
      for (const name of exception.conditions) expect(names).toContain(name);
    }
    for (const example of examplesOf(rule.id))
      if (example.breaks !== undefined) expect(names).toContain(example.breaks);
  });
  test('a condition names every feature of the fields that it cannot do without', () => {
    // The absence of a field reads as zero. A condition that a zero alone can break would cry wolf in a kernel without it.
    const wrong = RULES.flatMap((rule) =>
      rule.conditions.flatMap((condition) =>
        fieldsOf(forbidden(condition)).flatMap((field) =>
          (fieldSpec(field).needs ?? [])
            .filter((need) => !(condition.needs ?? []).includes(need))
            .map((need) => `${rule.id} ${condition.name}: ${field} needs ${need}`),
        ),
      ),
    );
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  });
  test('every event exists in some kernel and is used by some order or condition', () => {
    const used = new Set<EventName>([
      ...CONFIGURATIONS.flatMap((configuration) => Object.values(sequencesOf(configuration)).flat()),
      ...RULES.flatMap((rule) => rule.conditions.flatMap(({ on }) => on)),
      ...RULES.flatMap((rule) => examplesOf(rule.id).flatMap(({ events }) => events)),
    ]);
    const nowhere = EVENT_NAMES.filter((name) => !CONFIGURATIONS.some((configuration) => exists(name, configuration)));
    expect(nowhere).toEqual([]);
    const unused = EVENT_NAMES.filter((name) => !used.has(name)).toSorted();
    if (unused.join() !== ENVIRONMENT.join()) throw new Error(`unused: ${unused.join(', ')}`);
  });
  test('every feature is in some kernel and missing in another', () => {
    const names = Object.keys(FEATURES) as readonly (keyof typeof FEATURES)[];
    const always = names.filter((name) => CONFIGURATIONS.every(({ features }) => features.has(name)));
    const never = names.filter((name) => !CONFIGURATIONS.some(({ features }) => features.has(name)));
    expect([always, never]).toEqual([[], []]);
    for (const name of EVENT_NAMES) for (const need of eventSpec(name).needs ?? []) expect(names).toContain(need);
  });
});

/** Events that only the machine around a reference makes. */
const ENVIRONMENT: readonly EventName[] = ['shadow.end', 'shadow.mov-ss', 'softirq.raise'];

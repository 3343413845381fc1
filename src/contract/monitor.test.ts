/** Laws of the state and the monitor, which no rule may break. */
import { describe, expect, test } from 'vitest';
import { present } from '../base/invariant.ts';
import { EVENT_NAMES, type EventName, eventNumber, eventSpec } from './alphabet.ts';
import { CONFIGURATIONS, configurationNamed } from './configuration.ts';
import { compile, compilePartial } from './evaluate.ts';
import { fullSequences, STARTS } from './example.ts';
import { above, all, any, changed, clear, is, not, set, was } from './expression.ts';
import { codeOf, FIELD_NAMES, fieldSpec, valueFor } from './fields.ts';
import { judgeSequence } from './judge-sequence.ts';
import { CPU_WORDS, LEVEL_WORDS, read, slotOf, stateWords, write } from './layout.ts';
import { ACTS, may } from './may.ts';
import { BOUND, createMonitor, KEPT } from './monitor.ts';
import { RULES } from './rules.ts';
import { changes, markUnknown, pack, unpack } from './state.ts';
import { VECTORS } from './vectors.ts';
import { wordsOf, wordsOfEffect } from './wording.ts';

const [full] = CONFIGURATIONS;
const monitor = createMonitor(full);
const number = (name: EventName): number => present(eventNumber(name), 'every event has a number');

/** A small generator of numbers that is the same on every run. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  while (true) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    yield state >>> 8;
  }
}

describe('the layout', () => {
  test('no two fields share a bit, and each fits its word', () => {
    const used = new Int32Array(LEVEL_WORDS);
    for (const name of FIELD_NAMES) {
      const { word, shift, mask } = slotOf(name);
      expect((present(used[word], 'a word of the level') >>> shift) & mask).toBe(0);
      expect(shift + fieldSpec(name).bits).toBeLessThanOrEqual(32);
      used[word] = (used[word] ?? 0) | (mask << shift);
      expect(fieldSpec(name).scope === 'cpu').toBe(word < CPU_WORDS);
      expect(fieldSpec(name).values?.length ?? 0).toBeLessThanOrEqual(mask + 1);
    }
  });
  test.each(FIELD_NAMES)('%s: every value comes back, and its neighbours stay', (name) => {
    const words = new Int32Array(LEVEL_WORDS).fill(0x5a5a5a5a);
    const { mask } = slotOf(name);
    const others = () => FIELD_NAMES.filter((other) => other !== name).map((other) => read(words, 0, other));
    const before = others();
    for (let value = 0; value <= mask; value++) {
      write(words, 0, name, value);
      expect(read(words, 0, name)).toBe(value);
    }
    expect(others()).toEqual(before);
    expect(() => write(words, 0, name, mask + 1)).toThrow('cannot hold');
  });
  test('a state of any depth survives unpacking and packing', () => {
    const random = numbers(7);
    for (let round = 0; round < 200; round++) {
      const depth = round % 4;
      const words = new Int32Array(stateWords(3));
      for (let level = 0; level <= depth; level++) {
        for (const name of FIELD_NAMES) {
          const limit = fieldSpec(name).values?.length ?? slotOf(name).mask + 1;
          write(words, level * LEVEL_WORDS, name, random.next().value % limit);
        }
      }
      write(words, 0, 'depth', depth);
      const back = new Int32Array(words.length);
      pack(unpack(words), back);
      expect(back).toEqual(words);
    }
  });
  test('names of values are refused where the field has none of that name', () => {
    expect(codeOf('mode', 'guest')).toBe(2);
    expect(valueFor('mode', 2)).toBe('guest');
    expect(() => codeOf('mode', 'sideways')).toThrow('no value sideways');
  });
});

describe('the monitor', () => {
  test('names a missing exit before what the exit would have done', () => {
    const monitor = createMonitor(CONFIGURATIONS[0]);
    const words = monitor.initial({ start: 'user' });
    for (const event of ['enter.nmi', 'cr2.read', 'dr7.save', 'entry.nmi'] as const)
      expect(monitor.step(words, 0, eventNumber(event) ?? -1)).toBe(KEPT);
    const back = eventNumber('return') ?? -1;
    const all = monitor.judgeAll(words, 0, back).map(({ rule, condition }) => `${rule.id} ${condition.name}`);
    expect(all).toContain('DEBUG-STATE dr7-not-restored');
    const named = monitor.conditions[monitor.judge(words, 0, back)];
    expect(`${named?.rule.id} ${named?.condition.name}`).toBe('PAIR no-exit');
  });

  test('an event that is none, or none in this kernel, is refused', () => {
    const state = monitor.initial({ start: 'user' });
    expect(() => monitor.step(state, 0, EVENT_NAMES.length)).toThrow('no event has the number');
    expect(() => monitor.step(state, 0, number('ct.user.exit.inactive'))).toThrow('does not exist in full-debug');
    expect(eventNumber('ct.nonsense')).toBeUndefined();
  });
  test('what breaks a rule leaves the words as they were, anywhere in an array', () => {
    const random = numbers(11);
    for (let round = 0; round < 3000; round++) {
      const state = monitor.initial({ start: (['user', 'task', 'idle'] as const)[round % 3] ?? 'user' });
      const room = new Int32Array(state.length + 10).fill(-1);
      room.set(state, 5);
      for (let step = 0; step < 12; step++) {
        const name = present(monitor.events[random.next().value % monitor.events.length], 'an event');
        const before = room.slice();
        const result = monitor.step(room, 5, number(name));
        if (result === KEPT) continue;
        expect(room).toEqual(before);
        if (result !== BOUND) expect(monitor.conditions[result]).toBeDefined();
      }
      expect([...room.subarray(0, 5), ...room.subarray(5 + state.length)]).toEqual(Array(10).fill(-1));
    }
  });
  test('a context too deep is a bound, not a finding', () => {
    const shallow = createMonitor(full, { deepest: 1 });
    const state = shallow.initial({ start: 'user' });
    expect(shallow.step(state, 0, number('enter.nmi'))).toBe(KEPT);
    expect(shallow.step(state, 0, number('enter.machine-check'))).toBe(BOUND);
    expect(unpack(state).now.kind).toBe('nmi');
  });
  test('a return clears what it gives back, so that equal states have equal words', () => {
    const state = monitor.initial({ start: 'task' });
    const begin = state.slice();
    const end = judgeSequence(monitor, { start: 'task' }, fullSequences().nmi);
    expect(end.verdict === 'kept' && end.end).toEqual(begin);
  });
  test('a violation names its event, its state and every rule that is broken', () => {
    const verdict = judgeSequence(monitor, { start: 'user' }, ['enter.syscall', 'call.plain']);
    if (verdict.verdict !== 'broken') throw new Error('a call in noinstr code breaks rules');
    expect(verdict.at).toBe(1);
    expect(unpack(verdict.before).now.kind).toBe('syscall');
    expect([...new Set(verdict.broken.map(({ rule }) => rule.id))]).toEqual([
      ...['NOINSTR-CALL', 'USER-ENTRY-ORDER', 'TIME-ONCE', 'RCU-WATCHING'],
    ]);
  });
  test('without a rule, nothing breaks it', () => {
    for (const rule of RULES) {
      const without = createMonitor(full, { rules: RULES.filter((other) => other !== rule) });
      expect(without.conditions.some((judged) => judged.rule === rule)).toBe(false);
    }
  });
  test('changes are those of the running level', () => {
    const state = monitor.initial({ start: 'task' });
    const before = state.slice();
    monitor.step(state, 0, number('irq.disable'));
    expect(changes(before, state)).toEqual([{ field: 'irq', before: 1, after: 0 }]);
  });
});

const lawless = createMonitor(full, { rules: [] });
/** The state after the event, whatever the rules say of it. */
const exactAfter = (words: Int32Array, event: number): Int32Array | undefined => {
  const after = words.slice();
  return lawless.step(after, 0, event) === KEPT ? after : undefined;
};

describe('states known in part', () => {
  const expressions = [
    is('mode', 'user', 'guest'),
    above('preempt', 2),
    not(set('watching')),
    all(set('irq'), is('ctState', 'idle'), clear('gif')),
    any(set('irq'), changed('nmi'), was('irq', 0)),
    all(),
    any(),
  ];
  test.each(expressions.map((expression) => [wordsOf(expression), expression] as const))(
    'what is decided agrees with every way to fill in: %s',
    (_, expression) => {
      const exact = compile(expression);
      const partial = compilePartial(expression);
      const random = numbers(3);
      const fields = ['mode', 'preempt', 'watching', 'irq', 'ctState', 'gif', 'nmi'] as const;
      for (let round = 0; round < 400; round++) {
        const words = monitor.initial({ start: 'user' });
        monitor.step(words, 0, number('enter.nmi'));
        for (const field of fields) write(words, 0, field, random.next().value % (slotOf(field).mask + 1));
        const unknown = new Int32Array(words.length);
        const hidden = fields.filter(() => random.next().value % 3 === 0);
        for (const field of hidden) markUnknown(unknown, 0, field);
        const truth = partial(words, unknown, 0);
        const seen = new Set<boolean>();
        for (let filling = 0; filling < 24; filling++) {
          for (const field of hidden) write(words, 0, field, random.next().value % (slotOf(field).mask + 1));
          seen.add(exact(words, 0));
        }
        if (truth !== 'unknown') expect([...seen]).toEqual([truth === 'yes']);
        if (hidden.length === 0) expect(truth).not.toBe('unknown');
      }
    },
  );
  test('applying an event to what is known agrees with every way to fill in what is not', () => {
    const random = numbers(5);
    const hideable = FIELD_NAMES.filter((name) => !['depth', 'windows', 'callers'].includes(name));
    for (let round = 0; round < 4000; round++) {
      const words = monitor.initial({ start: (['user', 'task', 'idle'] as const)[round % 3] ?? 'user' });
      for (let step = 0; step < round % 5; step++) {
        monitor.step(
          words,
          0,
          number(present(monitor.events[random.next().value % monitor.events.length], 'an event')),
        );
      }
      const unknown = new Int32Array(words.length);
      const hidden = hideable.filter(() => random.next().value % 6 === 0);
      for (const field of hidden) markUnknown(unknown, 0, field);
      const event = number(present(monitor.events[random.next().value % monitor.events.length], 'an event'));
      const filled = words.slice();
      for (const field of hidden) {
        const limit = fieldSpec(field).values?.length ?? slotOf(field).mask + 1;
        write(filled, 0, field, random.next().value % limit);
      }
      const exact = exactAfter(filled, event);
      const outcome = monitor.applyPartial(words, unknown, 0, event);
      if (exact === undefined || outcome !== KEPT) continue;
      const seen = words.map((word, index) => word & ~(unknown[index] ?? 0));
      expect(seen).toEqual(exact.map((word, index) => word & ~(unknown[index] ?? 0)));
    }
  });
  test('a rule that an unknown field decides is undecided, never broken', () => {
    const state = monitor.initial({ start: 'idle', but: { windows: 1 } });
    const unknown = new Int32Array(state.length);
    const judged = () => monitor.judgePartial(state, unknown, 0, number('call.transition'));
    expect(judged().broken.map(({ rule }) => rule.id)).toEqual(['RCU-WATCHING']);
    markUnknown(unknown, 0, 'watching');
    expect(judged().broken).toEqual([]);
    expect(judged().undecided.map(({ rule }) => rule.id)).toEqual(['RCU-WATCHING']);
  });
});

describe('questions', () => {
  const answers = (start: Parameters<typeof monitor.initial>[0], events: readonly EventName[]) => {
    const end = judgeSequence(monitor, start, events);
    if (end.verdict !== 'kept') throw new Error('the events keep the rules');
    return Object.fromEntries(ACTS.map((act) => [act.name, may(monitor, end.end, 0, act).may]));
  };
  test('nothing may be done in noinstr code before the entry', () => {
    const none = answers({ start: 'user' }, ['enter.syscall']);
    expect(Object.values(none)).toEqual(ACTS.map(() => false));
  });
  test('a syscall may do everything', () => {
    const upTo = fullSequences().syscall.slice(0, fullSequences().syscall.indexOf('syscall.invoke'));
    expect(Object.values(answers({ start: 'user' }, upTo))).toEqual(ACTS.map(() => true));
  });
  test('an interrupt handler may not sleep; an NMI may print, not sleep', () => {
    const upTo = fullSequences().interrupt.slice(0, fullSequences().interrupt.indexOf('call.handler'));
    expect(answers({ start: 'task' }, upTo)).toMatchObject({ sleep: false, lock: true, trace: true, print: true });
    const nmi = fullSequences().nmi.slice(0, fullSequences().nmi.indexOf('call.nmi-handler'));
    expect(answers({ start: 'task' }, nmi)).toMatchObject({ sleep: false, print: true });
  });
});

describe('the vectors', () => {
  const deliverable = (start: Parameters<typeof monitor.initial>[0], events: readonly EventName[] = []) => {
    const end = judgeSequence(monitor, start, events);
    if (end.verdict !== 'kept') throw new Error('the events keep the rules');
    return VECTORS.filter((vector) => compile(vector.deliverable)(end.end, 0)).map(({ kind }) => kind);
  };
  test('each has its event, and each kind but the task has its vector', () => {
    const kinds = fieldSpec('kind').values?.slice(1) ?? [];
    expect(VECTORS.map(({ kind }) => kind).toSorted()).toEqual(kinds.toSorted());
    for (const { event, kind } of VECTORS) expect(event).toBe(`enter.${kind}`);
  });
  test('what comes in noinstr code with interrupts off', () => {
    expect(deliverable({ start: 'user' }, ['enter.syscall'])).toEqual([
      ...['invalid-op', 'nmi', 'machine-check', 'double-fault', 'vmm-communication'],
    ]);
  });
  test('nothing is held off in a task, but for the breakpoint that is not armed', () => {
    expect(deliverable({ start: 'task' })).not.toContain('syscall');
    expect(deliverable({ start: 'task' })).not.toContain('debug');
    expect(deliverable({ start: 'task', but: { armed: 1 } })).toContain('debug');
    expect(deliverable({ start: 'task', but: { armed: 1, shadow: 'mov-ss' } })).not.toContain('debug');
    expect(deliverable({ start: 'task', but: { shadow: 'sti' } })).not.toContain('interrupt');
    expect(deliverable({ start: 'task' })).toEqual(expect.arrayContaining(['interrupt', 'page-fault', 'breakpoint']));
  });
  test('clgi holds off interrupts and NMIs; an NMI holds off NMIs', () => {
    expect(deliverable({ start: 'task' }, ['gif.clear'])).not.toContain('nmi');
    expect(deliverable({ start: 'task' }, ['gif.clear'])).not.toContain('interrupt');
    expect(deliverable({ start: 'task' }, ['enter.nmi'])).not.toContain('nmi');
    expect(deliverable({ start: 'task' }, ['enter.nmi'])).toContain('machine-check');
  });
});

describe('words', () => {
  test('an expression reads as a sentence', () => {
    expect(wordsOf(all(is('origin', 'user', 'guest'), not(set('watching'))))).toBe(
      '(origin in user, guest) and not watching = 1',
    );
    expect(wordsOf(any(changed('nmi'), was('irq', 0), above('entryWork', 'ptrace')))).toBe(
      'nmi changed since the entry or at the entry irq = 0 or entryWork after ptrace',
    );
    expect([wordsOf(all()), wordsOf(any())]).toEqual(['always', 'never']);
  });
  test('every effect of the alphabet has words', () => {
    const words = EVENT_NAMES.flatMap((name) => eventSpec(name).effects.map(wordsOfEffect));
    expect(new Set(words).size).toBeGreaterThan(80);
    expect(eventSpec('count.nmi.add').effects.map(wordsOfEffect)).toEqual(['nmi + 1', 'hardirq + 1']);
  });
  test('configurations are found by name', () => {
    expect(configurationNamed('v6.1')?.version).toBe('6.1');
    expect(configurationNamed('v2.4')).toBeUndefined();
    expect(Object.keys(STARTS).every((name) => name in fullSequences())).toBe(true);
  });
});

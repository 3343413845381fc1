/** The tables say nothing about what is not there. */
import { describe, expect, test } from 'vitest';
import { EVENT_NAMES, exists } from '../contract/alphabet.ts';
import { CONFIGURATIONS } from '../contract/configuration.ts';
import { compileCode } from '../reference/compile.ts';
import { PROGRAMS } from '../reference/library.ts';
import { stepsOf } from '../reference/paths.ts';
import { ADAPTATIONS } from './adaptations.ts';
import { adaptedLibrary } from './adapted-library.ts';
import { LACKING } from './lacking.ts';
import { isCompared, letterFor, NOT_COMPARED, TOLD_AS } from './seen.ts';
import { UNTOLD } from './untold.ts';

describe('what is not compared', () => {
  test.each(NOT_COMPARED)('$events are events', ({ events, why }) => {
    expect(EVENT_NAMES.filter((name) => events.test(name))).not.toEqual([]);
    expect(why).not.toBe('');
  });

  test('each event is left out for one reason', () => {
    for (const name of EVENT_NAMES)
      expect(NOT_COMPARED.filter(({ events }) => events.test(name)).length).toBeLessThan(2);
  });

  test('what is told as another is compared as it', () => {
    for (const [from, to] of TOLD_AS) expect(letterFor(from, true)).toBe(letterFor(to, true));
  });
});

describe('adaptations', () => {
  test.each(ADAPTATIONS)('of $program are of a program, with reason and source', ({ program, why, source, only }) => {
    expect(PROGRAMS.has(program)).toBe(true);
    expect(why).not.toMatch(/^$|\.$/);
    expect(source).toMatch(/\.[chS]: \w/);
    const same = ADAPTATIONS.filter((each) => each.program === program && (each.only ?? only) === (only ?? each.only));
    expect(same).toHaveLength(1);
  });

  test.each(ADAPTATIONS)('of $program change it, and what comes of it can be compiled', ({ program, only }) => {
    const library = adaptedLibrary(PROGRAMS, only === 'called' ? '' : program, ADAPTATIONS);
    const without = adaptedLibrary(PROGRAMS, only === 'called' ? '' : program, []);
    expect(library.get(program)).not.toEqual(without.get(program));
    const handlers = PROGRAMS.get(program)?.params === undefined ? [program] : [];
    for (const configuration of CONFIGURATIONS) {
      compileCode({ library, configuration, roots: [], handlers, granularity: 'event', faults: false });
    }
  });
});

describe('events that may come untold', () => {
  test.each(UNTOLD)('$event is compared, and a step of those that must tell it', ({ event, toldIn }) => {
    expect(isCompared(event)).toBe(true);
    for (const name of toldIn) {
      const program = PROGRAMS.get(name);
      const steps = program === undefined ? [] : [...stepsOf(program)].map(({ step }) => step);
      expect(steps.some((step) => step.op === 'event' && step.event === event)).toBe(true);
    }
  });
});

test('what a kernel may be built without is compared', () => {
  for (const { event } of LACKING) {
    expect(isCompared(event)).toBe(true);
    expect(CONFIGURATIONS.some((configuration) => exists(event, configuration))).toBe(true);
  }
});

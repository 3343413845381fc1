/** Mutants: what is made of a program, what becomes of each, and a table of survivors that holds no ghosts. */
import { expect, test } from 'vitest';
import { kernel } from '../contract/source.ts';
import { PROGRAMS } from './library.ts';
import { mutantsOf } from './mutants.ts';
import { MutationCampaign } from './mutation.ts';
import { begin, call, end, event, inline, libraryOf, noinstr, option } from './program.ts';
import { SCENARIOS, scenarioNamed } from './scenarios.ts';
import { reasonFor, SURVIVORS } from './survivors.ts';

const here = kernel('kernel/entry/common.c', 'f');
const note = inline('note', here, [event('call.transition')]);
const small = libraryOf([
  note,
  noinstr('f', here, [
    call(note),
    begin,
    event('irq.enable'),
    event('call.plain'),
    { op: 'choose', says: 'which', options: [option('one'), option('other')] },
    end,
  ]),
]);

test('every deletion, repetition, exchange and moved marker, but of what the environment does and of what changes nothing', () => {
  const ids = mutantsOf(small, []).map(({ id }) => id);
  expect(ids.toSorted()).toEqual(
    [
      'delete f:1',
      'delete f:2',
      'delete f:3',
      'delete f:5',
      'duplicate f:1',
      'duplicate f:2',
      'duplicate f:3',
      'duplicate f:5',
      'instrumentable f',
      'move by -2 f:5',
      'move by -3 f:5',
      'move by -4 f:5',
      'move by -5 f:5',
      'move by 2 f:1',
      'move by 3 f:1',
      'move by 4 f:1',
      'swap f:0',
      'swap f:1',
      'swap f:2',
    ].toSorted(),
  );
});

const named = (name: string) => {
  const scenario = scenarioNamed(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return scenario;
};

const campaign = new MutationCampaign([named('double-fault')]);

test.each([
  ['delete exc_double_fault: address = read_cr2();', 'caught'],
  ['delete exc_double_fault: irqentry_nmi_enter();', 'caught'],
  ['instrumentable exc_double_fault', 'caught'],
  ['delete exc_double_fault: if (espfix)', 'same'],
  ['duplicate exc_double_fault: instrumentation_begin();', 'survived'],
  ['common_interrupt for exc_double_fault (double-fault, kernel)', 'caught'],
])('%s: %s', (says, outcome) => {
  const mutant = campaign.mutants.find((one) => one.says === says);
  if (mutant === undefined) throw new Error(`there is no mutant ${says}`);
  const result = campaign.test(mutant);
  expect(result.outcome).toBe(outcome);
  if (result.outcome === 'caught') expect(result.report.counterexamples.length).toBeGreaterThan(0);
  if (result.outcome === 'survived') expect(reasonFor(says)).toBeDefined();
});

test('each survivor that is explained is a mutant, once', () => {
  const known = new Set(mutantsOf(PROGRAMS, SCENARIOS).map(({ says }) => says));
  const explained = SURVIVORS.flatMap(({ mutants }) => mutants);
  expect(explained.filter((says) => !known.has(says))).toEqual([]);
  expect(new Set(explained).size).toBe(explained.length);
});

test('a step that is executed two contexts deep only is tested there', () => {
  const twoDeep = new MutationCampaign([named('document-debug')]);
  const outcomes = ['delete', 'duplicate'].map((kind) => {
    const mutant = twoDeep.mutants.find(({ id }) => id === `${kind} write_cr2:0`);
    return mutant === undefined ? 'no mutant' : twoDeep.test(mutant).outcome;
  });
  expect(outcomes).toEqual(['caught', 'survived']);
});

/** The contract turned around, and examples as tables: nothing is lost on the way, and what is broken shows. */

import { describe, expect, test } from 'vitest';
import { EVENT_NAMES } from '../contract/alphabet.ts';
import { examplesOf } from '../contract/examples.ts';
import { judgesOf } from '../contract/judges.ts';
import { RULES } from '../contract/rules.ts';
import { CITED, citedFor, eventsFor, fieldsFor, rulesFor, searchWords } from './contract-index.ts';
import { exampleRows } from './example-table.ts';

describe('what judges an event', () => {
  test('is every condition that names it', () => {
    const turned = EVENT_NAMES.flatMap((event) => judgesOf(event)).length;
    const named = RULES.flatMap(({ conditions }) => conditions.flatMap(({ on }) => on)).length;
    expect(turned).toBe(named);
  });
});

describe('places in the kernel', () => {
  test('are each named once, with all that cites them', () => {
    expect(new Set(CITED.map(({ file, at, version }) => `${file} ${at} ${version}`)).size).toBe(CITED.length);
    const enter = CITED.find(({ at }) => at === 'irqentry_nmi_enter');
    expect(enter?.rules.map(({ id }) => id)).toContain('NMI-ORDER');
    expect(enter?.events).toContain('entry.nmi');
  });
});

describe('a search', () => {
  test.each([
    ['nmi-order', ['NMI-ORDER']],
    ['lockdep_off before', ['NMI-ORDER']],
    ['xyzzy', []],
  ])('for %j finds %j among the rules', (query, ids) => {
    const found = rulesFor(searchWords(query)).map(({ id }) => id);
    expect(found).toEqual(expect.arrayContaining(ids));
    if (ids.length === 0) expect(found).toEqual([]);
  });

  test('wants every word, and nothing finds all', () => {
    expect(rulesFor(searchWords('  ')).length).toBe(RULES.length);
    expect(eventsFor(searchWords('rcu watching xyzzy'))).toEqual([]);
    expect(eventsFor(searchWords('ct.nmi.enter'))).toContain('ct.nmi.enter');
    expect(citedFor(searchWords('exc_nmi')).length).toBeGreaterThan(0);
    expect(fieldsFor(searchWords('nmi_nesting'))).toContain('nmiNesting');
  });
});

describe('examples as tables', () => {
  const examples = RULES.flatMap((rule) => examplesOf(rule.id).map((example) => ({ rule, example })));

  test('show a broken row exactly where something is broken', () => {
    for (const { rule, example } of examples) {
      const rows = exampleRows(rule, example);
      if (example.breaks === undefined) {
        expect(rows.map(({ event }) => event)).toEqual(example.events);
        expect(rows.filter(({ broken }) => broken.length > 0)).toEqual([]);
      } else {
        const own = rows.at(-1)?.broken[0];
        expect(`${own?.rule.id} ${own?.condition.name}`).toBe(`${rule.id} ${example.breaks}`);
      }
    }
  });
});

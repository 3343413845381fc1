/** Addresses: what is written is read back, and nonsense leads somewhere. */
import { describe, expect, test } from 'vitest';
import { parseRoute, routeHash } from './route.ts';

describe('routes', () => {
  test.each([
    ['contract', ['NMI-ORDER'], {}],
    ['contract', ['events', 'ct.nmi.enter'], { q: 'a b&c=d#e?f/g' }],
    ['check', [], { rule: 'NOINSTR-CALL', function: '<script>%' }],
    ['scenarios', ['a/b', '100%'], { at: '12' }],
  ] as const)('%s %j %j come back', (section, path, query) => {
    expect(parseRoute(routeHash(section, path, query))).toEqual({ section, path, query });
  });

  test.each([['', '#', '#/', '#/nowhere/else', '#nonsense']].flat().map((hash) => [hash]))(
    '%j is the start',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ section: 'scenarios', path: [], query: {} });
    },
  );

  test('an escape that is none stays as it is', () => {
    expect(parseRoute('#/contract/%zz').path).toEqual(['%zz']);
  });

  test('what is empty is left out', () => {
    expect(routeHash('check', [], { rule: '', function: undefined })).toBe('#/check');
  });
});

/** A report that is read back is the same; one that is broken is refused with the place that is wrong. */
import { describe, expect, test } from 'vitest';
import { EXAMPLE } from '../../tests/example-report.ts';
import { BadInput } from '../base/bad-input.ts';
import { withoutKnown } from './baseline.ts';
import { formatJson } from './json.ts';
import { parseReport } from './parse-report.ts';

const reasonOf = (text: string): string => {
  try {
    parseReport(text, 'known.json');
  } catch (error) {
    if (error instanceof BadInput) return error.reason;
    throw error;
  }
  return 'accepted';
};

/** The example with one member, given by its path, changed. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const copy = JSON.parse(formatJson(EXAMPLE));
  const last = path.at(-1) ?? '';
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key];
  at[last] = value;
  return JSON.stringify(copy);
}

test('what is written is read back', () => {
  expect(parseReport(formatJson(EXAMPLE), 'x')).toEqual(EXAMPLE);
});

test('members of a later version are left out', () => {
  expect(parseReport(changed(['findings', 0, 'colour'], 'red'), 'x')).toEqual(EXAMPLE);
});

describe('refused', () => {
  test.each([
    [['schema'], 'kentry.report/2', '$.schema: wanted "kentry.report/1", found "kentry.report/2"'],
    [['objects'], {}, '$.objects: wanted a list, found an object'],
    [['objects', 0], null, '$.objects[0]: wanted an object, found null'],
    [['objects', 0, 'seen', 'functions'], -1, '$.objects[0].seen.functions: wanted a count, found -1'],
    [['objects', 0, 'gaps', 0, 'why'], undefined, '$.objects[0].gaps[0].why: wanted a string, found nothing'],
    [['findings', 2, 'rule'], 7, '$.findings[2].rule: wanted a string, found a number'],
    [['findings', 0, 'object'], 1, '$.findings[0].object: there are only 1 objects'],
    [['findings', 0, 'offset'], '1c', '$.findings[0].offset: wanted a number such as 0x1c, found "1c"'],
    [
      ['findings', 0, 'source', 'inlined', 0, 'line'],
      '1',
      '$.findings[0].source.inlined[0].line: wanted a number, found a string',
    ],
    [['findings', 0, 'path', 1], [], '$.findings[0].path[1]: wanted an object, found a list'],
  ])('%j = %j', (path, value, reason) => {
    expect(reasonOf(changed(path, value))).toBe(reason);
  });

  test.each(['', '{', 'null', '[]', '"x"', '{"schema":"kentry.report/1"}'])('%s', (text) => {
    expect(reasonOf(text)).not.toBe('accepted');
  });

  test('a member that every object inherits is not there', () => {
    expect(reasonOf('{"schema":"kentry.report/1","objects":[{"file":"x","arch":"y"}],"findings":[]}')).toBe(
      '$.objects[0].seen: wanted an object, found nothing',
    );
  });
});

test('a baseline takes out what it knows and tells what is gone', () => {
  const [first, second, ...rest] = EXAMPLE.findings;
  if (first === undefined || second === undefined) throw new Error('the example has findings');
  const compared = withoutKnown({ ...EXAMPLE, findings: [second, ...rest] }, { ...EXAMPLE, findings: [first, second] });
  expect(compared.report.findings).toEqual(rest);
  expect(compared.suppressed).toBe(1);
  expect(compared.gone).toEqual([first]);
});

/** Which traps come back, in every way that builds have said so; and the window markers beside them. The fixtures' comments say why. */
import { describe, expect, test } from 'vitest';
import { graphOf, loadFixture } from '../../tests/code-graph.ts';

describe('traps.S', () => {
  test.each<[string, readonly string[]]>([
    ['warns', ['+0x0 begin -> +0x1', '+0x3 finish -> +0x4', '+0x4 return']],
    ['bugs', ['+0x0 begin -> +0x1', '+0x1 end']],
  ])('%s', async (name, lines) => {
    expect(graphOf(await loadFixture('code/traps.o'), name)).toEqual(lines);
  });
});

describe('traps-annotated.S', () => {
  test.each<[string, readonly string[]]>([
    ['warns', ['+0x0 begin -> +0x1', '+0x3 finish -> +0x4', '+0x4 return']],
    ['bugs', ['+0x0 end']],
    ['local_call', ['+0x0 call local +0x6 -> +0x5', '+0x5 end', '+0x6 return']],
  ])('%s', async (name, lines) => {
    expect(graphOf(await loadFixture('code/traps-annotated.o'), name)).toEqual(lines);
  });
});

describe('traps-bug-table.S', () => {
  test.each<[string, readonly string[]]>([
    ['warns', ['+0x2 return']],
    ['bugs', ['+0x0 end']],
  ])('%s', async (name, lines) => {
    expect(graphOf(await loadFixture('code/traps-bug-table.o'), name)).toEqual(lines);
  });
});

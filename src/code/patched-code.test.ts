/** Alternatives, static branches and faults: both ways are code. The fixtures' comments say why. */
import { describe, expect, test } from 'vitest';
import { graphOf, loadFixture } from '../../tests/code-graph.ts';

describe('patched.S', () => {
  test.each<[string, readonly string[]]>([
    [
      'alternative',
      [
        '+0x0 -> .altinstr_replacement+0x0 [feature 101 in]; -> +0x1 [feature 101 out]',
        '+0x5 return',
        '.altinstr_replacement+0x0 call instrumentable -> +0x5',
      ],
    ],
    [
      'jumping_replacement',
      [
        '+0x0 -> .altinstr_replacement+0x5 [feature 102 in]; -> +0x1 [feature 102 out]',
        '+0x4 return',
        '+0x5 end',
        '.altinstr_replacement+0x5 -> +0x4 [e]; -> .altinstr_replacement+0x7 [not e]',
        '.altinstr_replacement+0x7 -> +0x5',
      ],
    ],
    [
      'two_alternatives',
      [
        '+0x0 -> .altinstr_replacement+0xc [feature 103 in]; -> +0x1 [feature 104 in]; -> +0x1 [feature 104 out]',
        '+0x1 return',
        '.altinstr_replacement+0xc -> +0x1',
      ],
    ],
    ['direct_call', ['+0x0 call pv_ops[0]{instrumentable} -> +0x6', '+0x6 return']],
    [
      'call_in_replacement',
      [
        '+0x0 -> .altinstr_replacement+0x12 [feature 105 in]; -> +0x1 [feature 105 out]',
        '+0x8 return',
        '.altinstr_replacement+0x12 call local .altinstr_replacement+0x18 -> .altinstr_replacement+0x17',
        '.altinstr_replacement+0x17 end',
        '.altinstr_replacement+0x18 -> +0x8',
      ],
    ],
    [
      'static_branch',
      [
        '+0x0 -> +0x6 [some_key on]; -> +0x5 [some_key off]',
        '+0x5 return',
        '+0x6 -> +0x9 [local_key on]; -> +0x8 [local_key off]',
        '+0x8 return',
        '+0x9 -> +0xf [some_key off]; -> +0xe [some_key on]',
        '+0xe return',
        '+0x10 return',
      ],
    ],
    [
      'features',
      [
        '+0x0 -> .altinstr_replacement+0x19 [feature 117 in]; -> +0x1 [feature 117 out, aside]',
        '+0x2 -> .altinstr_replacement+0x1b [feature 272 in]; -> +0x3 [feature 272 out, aside]',
        '+0x3 -> .altinstr_replacement+0x1c [feature 401 in, aside]; -> +0x4 [feature 401 out]',
        '+0x4 return',
        '.altinstr_replacement+0x19 -> +0x1',
        '.altinstr_replacement+0x1b -> +0x3',
        '.altinstr_replacement+0x1c -> +0x4',
      ],
    ],
    ['faults', ['+0x0 -> +0x3; -> +0x4 [faults]', '+0x3 return', '+0x6 return']],
  ])('%s', async (name, lines) => {
    expect(graphOf(await loadFixture('code/patched.o'), name)).toEqual(lines);
  });
});

describe('patched-6.1.S', () => {
  test.each<[string, readonly string[]]>([
    [
      'alternative',
      [
        '+0x0 -> .altinstr_replacement+0x0 [feature 106 in]; -> +0x1 [feature 106 out]',
        '+0x1 return',
        '.altinstr_replacement+0x0 -> +0x1',
      ],
    ],
    ['ends', ['+0x1 end']],
    ['calls_and_ends', ['+0x0 call alternative; end']],
    ['jumps_or_ends', ['+0x0 -> +0x3 [e]; end', '+0x3 return']],
  ])('%s', async (name, lines) => {
    expect(graphOf(await loadFixture('code/patched-6.1.o'), name)).toEqual(lines);
  });
});

/** How calls and jumps are told apart and resolved: by bytes, by relocations, through thunks. The fixtures' comments say why. */
import { describe, expect, test } from 'vitest';
import { graphOf, loadFixture } from '../../tests/code-graph.ts';

describe('branches.S', () => {
  test.each<[string, readonly string[]]>([
    [
      'calls',
      [
        '+0x0 call neighbour -> +0x5',
        '+0x5 call local_elsewhere -> +0xa',
        '+0xa call ?extern_function -> +0xf',
        '+0xf call ?extern_weak -> +0x14',
        '+0x14 call ?extern_pointer -> +0x1a',
        '+0x1a call local_neighbour -> +0x1f',
        '+0x1f call neighbour_alias -> +0x24',
        '+0x24 return',
      ],
    ],
    [
      'jumps',
      [
        '+0x2 tail local_elsewhere [e]; -> +0x8 [not e]',
        '+0x8 tail neighbour [ne]; -> +0xa [not ne]',
        '+0xa tail ?extern_function [s]; -> +0x10 [not s]',
        '+0x10 -> +0x17 [ns]; -> +0x12 [not ns]',
        '+0x12 -> code_elsewhere+0x0',
        '+0x17 -> code_elsewhere+0x1 [l]; -> +0x1d [not l]',
        '+0x1d -> +0x0',
      ],
    ],
    ['short_jump', ['+0x0 -> +0x7', '+0x7 return']],
    [
      'thunks',
      [
        '+0x0 call *r11 -> +0x5',
        '+0x5 return [e]; -> +0xb [not e]',
        '+0xb tail *r11 [e]; -> +0x11 [not e]',
        '+0x11 call *rax -> +0x13',
        '+0x13 call * (it is read from memory) -> +0x16',
        '+0x16 return',
      ],
    ],
    [
      'noreturns',
      [
        '+0x0 -> +0x9 [e]; -> +0x2 [not e]',
        '+0x2 -> +0xe [ne]; -> +0x4 [not ne]',
        '+0x4 call ?panic',
        '+0x9 call local_noreturn',
        '+0xe call ends_in_noreturn',
      ],
    ],
    [
      'ends_in_noreturn',
      ['+0x0 -> +0x7 [e]; -> +0x2 [not e]', '+0x2 tail local_noreturn', '+0x7 tail returns_never_in_a_circle'],
    ],
    ['returns_never_in_a_circle', ['+0x0 tail ends_in_noreturn']],
    ['returns_in_a_circle', ['+0x0 -> +0x4 [e]; -> +0x2 [not e]', '+0x2 tail returns_in_a_circle_too', '+0x4 return']],
    ['returns_in_a_circle_too', ['+0x0 tail returns_in_a_circle']],
    ['weak_noreturn', ['+0x0 -> +0x0']],
    [
      'returning',
      [
        '+0x0 call returns_in_a_circle_too -> +0x5',
        '+0x5 call weak_noreturn -> +0xa',
        '+0xa call code_elsewhere -> +0xf',
        '+0xf call shares_unnamed_code -> +0x14',
        '+0x14 call shares_a_middle -> +0x19',
        '+0x19 call falls_into_returning -> +0x1e',
        '+0x1e return',
      ],
    ],
    [
      'noreturn_in_parts',
      [
        '+0x0 -> .text.unlikely+0x5 [e]; -> +0x6 [not e]',
        '+0x6 call ?panic',
        '.text.unlikely+0x5 call ?extern_function -> somebody_else+0x0',
      ],
    ],
    ['behind_noreturn', ['+0x0 call noreturn_in_parts']],
    ['returns_to_itself', ['+0x7 return']],
    ['leaves', ['+0x0 end']],
    ['local_call', ['+0x0 call local +0x6 -> +0x5', '+0x5 end', '+0xa return']],
    ['padded', ['+0x0 -> .text.unlikely+0x0 [e]; -> +0x6 [not e]', '+0x6 return', '.text.unlikely+0x0 -> +0x6']],
    ['local_noreturn', ['+0x1 -> +0x0']],
    ['code_elsewhere', ['+0x1 end']],
    ['__x86_indirect_thunk_r11', ['+0x0 tail *r11']],
    ['runs_out', ['+0x0 lost: goes on behind the end of the section']],
  ])('%s', async (name, lines) => {
    expect(graphOf(await loadFixture('code/branches.o'), name)).toEqual(lines);
  });
});

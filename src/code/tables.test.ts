/** Jump tables, slots of function tables with all that write them, and static calls with all that are installed. The fixtures' comments say why. */
import { describe, expect, test } from 'vitest';
import { graphOf, loadFixture } from '../../tests/code-graph.ts';

describe('tables.S', () => {
  test.each<[string, readonly string[]]>([
    [
      'absolute',
      [
        '+0x0 -> +0x7 [entry 0]; -> +0xe [entry 1]',
        '+0x7 -> +0xe [entry 0]; -> +0x7 [entry 1]; -> +0x7 [entry 2]',
        '+0xe return',
      ],
    ],
    ['relative', ['+0x15 -> +0x18 [entry 0]; -> +0x19 [entry 1]', '+0x18 return', '+0x1a return']],
    ['no_table', ['+0x7 tail *rax']],
    [
      'slots',
      [
        '+0x0 call pv_ops[0]{elsewhere elsewhere_2} -> +0x6',
        '+0x6 call pv_ops[1]{elsewhere} -> +0xc',
        '+0xc call pv_ops[2]{?extern_function} -> +0x12',
        '+0x12 call pv_ops[3]{...} -> +0x18',
        '+0x18 call * (it is read from some slot of pv_ops) -> +0x1f',
        '+0x1f call const_ops[1]{elsewhere} -> +0x25',
        '+0x25 call * (it is read from const_ops, which holds no function) -> +0x2b',
        '+0x2b call * (it is read from variable, which may be written) -> +0x31',
        '+0x31 call * (it is read from undefined_pointer, which is not in this file) -> +0x37',
        '+0x37 tail pv_ops[1]{elsewhere}',
      ],
    ],
    ['writers', ['+0x28 call pv_ops[0]{elsewhere elsewhere_2} -> +0x2e', '+0x2e return']],
  ])('%s', async (name, lines) => {
    expect(graphOf(await loadFixture('code/tables.o'), name)).toEqual(lines);
  });
});

describe('static-calls.S', () => {
  test.each<[string, readonly string[]]>([
    [
      'callers',
      [
        '+0x0 call static updated{updated_first updated_third updated_second} -> +0x5',
        '+0x5 call static unknown{unknown_first ...} -> +0xa',
        '+0xa call static steady{steady_first} -> +0xf',
        '+0xf call static tp_func_x{tp_func_x_first ...} -> +0x14',
        '+0x14 call static elsewhere{...} -> +0x19',
        '+0x19 call static given{given_first given_second} -> +0x1e',
        '+0x1e call static lost{lost_first ...} -> +0x23',
        '+0x23 tail static steady{steady_first}',
      ],
    ],
    ['__SCT__updated', ['+0x0 tail updated_first']],
    ['__SCT__steady', ['+0x0 tail steady_first']],
    ['__SCT__tp_func_x', ['+0x0 tail tp_func_x_first']],
    [
      'updates',
      [
        '+0x7 call ?register_something -> +0xc',
        '+0x16 -> +0x21 [e]; -> +0x18 [not e]',
        '+0x1f -> +0x28',
        '+0x36 call __static_call_update -> +0x3b',
        '+0x4c tail __static_call_update',
      ],
    ],
    ['looks', ['+0xb return']],
  ])('%s', async (name, lines) => {
    expect(graphOf(await loadFixture('code/static-calls.o'), name)).toEqual(lines);
  });
});

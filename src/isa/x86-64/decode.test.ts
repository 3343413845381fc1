/** The decoder, instruction by instruction: where control goes, and which fields a relocation may fill. */
import { describe, expect, test } from 'vitest';
import { sectionOffset } from '../../base/brand.ts';
import { loadIsa, loadLifter } from '../load-isa.ts';
import { createIsa } from './decode.ts';

const isa = createIsa();
const hex = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));
const AT = sectionOffset(0x1000);

describe('flow', () => {
  test.each<[string, string, object]>([
    ['nop', '90', { kind: 'next' }],
    ['endbr64', 'f3 0f 1e fa', { kind: 'next' }],
    ['call rel32', 'e8 10 00 00 00', { kind: 'call', target: 0x1015 }],
    ['call backwards', 'e8 fb ff ff ff', { kind: 'call', target: 0x1000 }],
    ['jmp rel8', 'eb fe', { kind: 'jump', target: 0x1000 }],
    ['jmp rel32', 'e9 00 01 00 00', { kind: 'jump', target: 0x1105 }],
    ['je rel8', '74 02', { kind: 'conditional-jump', target: 0x1004, condition: 'e' }],
    ['jns rel32', '0f 89 04 00 00 00', { kind: 'conditional-jump', target: 0x100a, condition: 'ns' }],
    ['jrcxz', 'e3 01', { kind: 'conditional-jump', target: 0x1003, condition: 'rcxz' }],
    ['loop', 'e2 01', { kind: 'conditional-jump', target: 0x1003, condition: 'loop' }],
    ['call *%rax', 'ff d0', { kind: 'indirect-call', register: 'rax' }],
    ['call *%r11', '41 ff d3', { kind: 'indirect-call', register: 'r11' }],
    ['call *mem', 'ff 15 00 00 00 00', { kind: 'indirect-call' }],
    ['notrack jmp *%rax', '3e ff e0', { kind: 'indirect-jump', register: 'rax' }],
    ['jmp *table(,%rax,8)', 'ff 24 c5 00 00 00 00', { kind: 'indirect-jump' }],
    ['ret', 'c3', { kind: 'return' }],
    ['ret imm16', 'c2 08 00', { kind: 'return' }],
    ['iretq', '48 cf', { kind: 'leave' }],
    ['sysretq', '48 0f 07', { kind: 'leave' }],
    ['sysexitq', '48 0f 35', { kind: 'leave' }],
    ['lretq', '48 cb', { kind: 'leave' }],
    ['ljmp *mem', 'ff 2d 00 00 00 00', { kind: 'leave' }],
    ['eretu', 'f3 0f 01 ca', { kind: 'leave' }],
    ['syscall', '0f 05', { kind: 'next' }],
    ['vmlaunch', '0f 01 c2', { kind: 'next' }],
    ['vmrun', '0f 01 d8', { kind: 'next' }],
    ['vmmcall', '0f 01 d9', { kind: 'next' }],
    ['hlt', 'f4', { kind: 'next' }],
    ['ud2', '0f 0b', { kind: 'trap' }],
    ['ud1', '0f b9 00', { kind: 'trap' }],
    ['int3', 'cc', { kind: 'breakpoint' }],
    ['int $0x80', 'cd 80', { kind: 'next' }],
  ])('%s', (_, bytes, flow) => {
    const code = hex(bytes);
    const instruction = isa.decode(code, 0, AT);
    expect(instruction?.flow).toEqual(flow);
    expect(instruction?.length).toBe(code.length);
    expect(instruction?.offset).toBe(AT);
  });
});

describe('fields', () => {
  test.each<[string, string, object]>([
    ['call rel32', 'e8 00 00 00 00', { displacement: { offset: 1, size: 4 } }],
    ['jne rel32', '0f 85 00 00 00 00', { displacement: { offset: 2, size: 4 } }],
    ['jne rel8', '75 00', { displacement: { offset: 1, size: 1 } }],
    ['cs jmp rel32, as padded by assemblers', '2e e9 00 00 00 00', { displacement: { offset: 2, size: 4 } }],
    ['mov %gs:mem,%rax', '65 48 8b 05 00 00 00 00', { displacement: { offset: 4, size: 4 } }],
    [
      'movq $f,mem(%rip)',
      '48 c7 05 00 00 00 00 01 02 03 04',
      { displacement: { offset: 3, size: 4 }, immediate: { offset: 7, size: 4 } },
    ],
    ['mov $f,%rdi', '48 c7 c7 00 00 00 00', { immediate: { offset: 3, size: 4 } }],
    ['ret', 'c3', {}],
  ])('%s', (_, bytes, fields) => {
    const { displacement, immediate } = isa.decode(hex(bytes), 0, AT) ?? {};
    expect({ ...(displacement && { displacement }), ...(immediate && { immediate }) }).toEqual(fields);
  });
});

test('bytes that are no instruction, or too few, are none', () => {
  for (const bytes of ['06', '0f 85 00', 'e8 00 00 00', '62']) expect(isa.decode(hex(bytes), 0, AT)).toBeUndefined();
  expect(isa.decode(new Uint8Array(), 0, AT)).toBeUndefined();
});

test('instructions as text, as the kernel writes them', () => {
  expect(isa.text(hex('e8 10 00 00 00'), AT)).toBe('call 0x1015');
  expect(isa.text(hex('48 89 e5'), AT)).toBe('mov %rsp, %rbp');
  expect(isa.text(hex('06'), AT)).toBe('(bad)');
});

test('only what has a decoder is loaded', async () => {
  expect((await loadIsa('x86-64'))?.machine).toBe('x86-64');
  expect(await loadIsa('aarch64')).toBeUndefined();
  expect((await loadLifter('x86-64'))?.registers.count).toBe(16);
  expect(await loadLifter('riscv64')).toBeUndefined();
});

/** The lifter, instruction by instruction: bytes in, effects out. */
import { describe, expect, it } from 'vitest';
import { sectionOffset } from '../../base/brand.ts';
import type { Effect } from '../effect.ts';
import { createLifter } from './lift.ts';
import { knownNames } from './registers.ts';

const lifter = createLifter();
const hex = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));

/** What an operand of any kind may have. */
interface Shown {
  readonly kind: string;
  readonly register?: number;
  readonly shift?: number;
  readonly width?: number;
  readonly low?: number;
  readonly field?: object;
  readonly base?: number;
  readonly index?: number;
  readonly scale?: number;
  readonly perCpu?: boolean;
  readonly displacement?: number;
  readonly pcRelative?: boolean;
}

/** Effects in a short notation: what is done, to which register or memory width, from what. */
function short(e: Effect): string {
  const operand = (o: { kind: string } | undefined): string => {
    if (o === undefined) return '';
    const x = o as Shown;
    if (o.kind === 'register') return `r${x.register}${x.shift ? 'h' : ''}:${x.width}`;
    if (o.kind === 'constant') return `$${x.low}:${x.width}${x.field ? '@' : ''}`;
    const base = x.base === undefined ? '' : `r${x.base}`;
    const index = x.index === undefined ? '' : `+r${x.index}*${x.scale}`;
    return `${x.perCpu ? 'cpu' : ''}[${base}${index}+${x.displacement}]${x.pcRelative ? 'pc' : ''}:${x.width}${x.field ? '@' : ''}`;
  };
  const rest = Object.entries(e)
    .filter(([key]) => key !== 'do')
    .map(([key, value]) =>
      typeof value === 'object' && value !== null && 'kind' in value ? operand(value) : `${key}=${value}`,
    );
  return [e.do, ...rest].join(' ');
}

describe('lift', () => {
  it.each([
    ['89 fb', ['assign r3:4 r7:4 signed=false']],
    ['0f b6 c3', ['assign r0:4 r3:1 signed=false']],
    ['48 63 c6', ['assign r0:8 r6:4 signed=true']],
    ['80 e4 02', ['compute operator=and r0h:1 r0h:1 $2:1 flags=true']],
    ['80 a7 8a 00 00 00 fb', ['compute operator=and [r7+138]:1@ [r7+138]:1@ $251:1 flags=true']],
    ['f6 87 91 00 00 00 02', ['compare operator=and [r7+145]:1@ $2:1']],
    ['65 81 05 00 00 00 00 00 00 11 00', ['compute operator=add cpu[+0]pc:4@ cpu[+0]pc:4@ $1114112:4@ flags=true']],
    ['48 8d 54 7e 01', ['address r2:8 [r6+r7*2+1]:8']],
    ['0f 95 c0', ['set-if r0:1 condition=not-equal']],
    ['48 0f 44 fe', ['assign-if r7:8 r6:8 condition=equal']],
    ['f0 0f c1 17', ['exchange-add [r7+0]:4 r2:4']],
    ['0f b1 0f', ['compare-exchange [r7+0]:4 r0:4 r1:4']],
    ['48 93', ['exchange r3:8 r0:8']],
    ['48 f7 da', ['compute operator=subtract r2:8 $0:8 r2:8 flags=true']],
    ['48 0f ba e0 03', ['bit r0:8 bit=3 change=none']],
    ['0f ba ab 58 02 00 00 18', ['bit [r3+600]:4@ bit=24 change=set']],
    ['c9', ['assign r4:8 r5:8 signed=false', 'pop r5:8']],
    ['6a 07', ['push $7:8']],
    ['9c', ['push-flags']],
    ['fb', ['interrupts enabled=true']],
    ['fa', ['interrupts enabled=false']],
    ['0f 20 d0', ['deed deed=fault-address-read r0:8']],
    ['0f 23 ff', ['deed deed=debug-control-write r7:8']],
    ['f4', ['deed deed=halt']],
    ['0f 01 d8', ['deed deed=guest-enter']],
    ['0f 01 c3', ['deed deed=guest-launch']],
    ['0f 01 dd', ['deed deed=global-interrupts-off']],
    ['ff e0', ['target r0:8']],
    ['e8 00 00 00 00', []],
    ['f3 0f 1e fa', []],
    // Not spelled out in the lifter: what iced knows of them is lost, and nothing else.
    ['0f 31', ['clobber registers=5 reads=0 flags=false runs=false']],
    ['f3 48 ab', ['clobber registers=130 reads=131 flags=false runs=true']],
    ['0f ae 27', ['clobber registers=0 reads=133 flags=false [r7+0]:64 runs=false']],
  ])('%s', (bytes, effects) => {
    expect(lifter.lift(hex(bytes), sectionOffset(0))?.effects.map(short)).toEqual(effects);
  });

  it('tells what a conditional jump asks', () => {
    expect(lifter.lift(hex('74 05'), sectionOffset(0))?.condition).toBe('equal');
    expect(lifter.lift(hex('0f 87 05 00 00 00'), sectionOffset(0))?.condition).toBe('above');
    expect(lifter.lift(hex('70 05'), sectionOffset(0))?.condition).toBe('unknown');
  });

  it('refuses what is no instruction', () => {
    expect(lifter.lift(hex('06'), sectionOffset(0))).toBeUndefined();
    expect(lifter.lift(hex('0f'), sectionOffset(0))).toBeUndefined();
  });

  it('finds every register name that it expects of iced', () => {
    expect(knownNames).toBe(16 * 4 + 4);
  });
});

describe('a glance', () => {
  it('shows sti and cli among other instructions', () => {
    expect(lifter.skim(hex('55 48 89 e5 fb 5d c3')).setsInterrupts).toBe(true);
    expect(lifter.skim(hex('55 fa c3')).setsInterrupts).toBe(true);
    expect(lifter.skim(hex('55 48 89 e5 5d c3')).setsInterrupts).toBe(false);
  });

  it('takes no other byte of an instruction for one', () => {
    // lea -6(%rdi), %rax
    expect(lifter.skim(hex('48 8d 47 fa c3')).setsInterrupts).toBe(false);
  });

  it('shows where direct jumps and calls lead, and no other', () => {
    // nop; jmp -5; je +2; call +0x10; jmp *%rax; ret
    const { targets } = lifter.skim(hex('90 eb fb 74 02 e8 10 00 00 00 ff e0 c3'));
    expect(targets).toEqual([-2, 7, 0x1a]);
  });

  it('ends where the bytes are no instruction, or are cut off', () => {
    expect(lifter.skim(hex('06 fb')).setsInterrupts).toBe(false);
    expect(lifter.skim(hex('48 8d fb')).setsInterrupts).toBe(false);
  });
});

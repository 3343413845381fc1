/** x86-64's general registers as `effect.ts` numbers them, and the System V calling convention of the kernel. */
import { Register } from 'iced-x86';
import type { RegisterModel, RegisterOperand } from '../effect.ts';

/** In the order of the encoding (Intel SDM volume 2, 3.1.1.1). */
const NAMES = [
  'rax',
  'rcx',
  'rdx',
  'rbx',
  'rsp',
  'rbp',
  'rsi',
  'rdi',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'r13',
  'r14',
  'r15',
];

export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
export const R11 = 11;

const bits = (...registers: readonly number[]): number => registers.reduce((mask, r) => mask | (1 << r), 0);

/** System V ABI, AMD64 supplement, 3.2: what the kernel's compilers keep to. */
export const registerModel: RegisterModel = {
  count: 16,
  names: NAMES,
  stackPointer: RSP,
  argumentRegisters: [RDI, RSI, RDX, RCX, 8, 9],
  resultRegisters: [RAX, RDX],
  callerSaved: bits(RAX, RCX, RDX, RSI, RDI, 8, 9, 10, 11),
  returnAddressSize: 8,
  interruptFlagBit: 9,
};

const operand = (register: number, width: number, shift = 0): RegisterOperand => ({
  kind: 'register',
  register,
  width,
  shift,
});

/** Every general register and part of one, by iced's number. */
const byIced: ReadonlyMap<number, RegisterOperand> = new Map([
  ...['AL', 'CL', 'DL', 'BL', 'SPL', 'BPL', 'SIL', 'DIL'].map((n, i) => pair(n, operand(i, 1))),
  ...['AH', 'CH', 'DH', 'BH'].map((n, i) => pair(n, operand(i, 1, 8))),
  ...['AX', 'CX', 'DX', 'BX', 'SP', 'BP', 'SI', 'DI'].map((n, i) => pair(n, operand(i, 2))),
  ...['EAX', 'ECX', 'EDX', 'EBX', 'ESP', 'EBP', 'ESI', 'EDI'].map((n, i) => pair(n, operand(i, 4))),
  ...['RAX', 'RCX', 'RDX', 'RBX', 'RSP', 'RBP', 'RSI', 'RDI'].map((n, i) => pair(n, operand(i, 8))),
  ...[8, 9, 10, 11, 12, 13, 14, 15].flatMap((n) => [
    pair(`R${n}L`, operand(n, 1)),
    pair(`R${n}W`, operand(n, 2)),
    pair(`R${n}D`, operand(n, 4)),
    pair(`R${n}`, operand(n, 8)),
  ]),
]);

function pair(name: string, value: RegisterOperand): [number, RegisterOperand] {
  // iced's enum is an object of names at run time; the names above are all in it, which a test holds.
  return [(Register as unknown as Record<string, number>)[name] ?? -1, value];
}

/** The general register behind iced's number; `undefined` for segment, vector, control and all other registers. */
export const generalRegister = (iced: number): RegisterOperand | undefined => byIced.get(iced);

/** How many names of iced were found: 16 registers in four widths, and four high bytes. */
export const knownNames: number = [...byIced.keys()].filter((n) => n >= 0).length;

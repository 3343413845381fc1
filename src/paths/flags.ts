/** The processor's flags as what they were made from: a comparison that is judged only when somebody asks. */
import type { Condition } from '../isa/effect.ts';
import type { NameKind, Names } from './names.ts';
import { maskHigh, maskLow, type Value, type Values } from './value.ts';

/** Interned, so that states compare by numbers. */
export interface Flags {
  readonly id: number;
  /**
   * 'none': anything. 'subtract': of left - right. 'logic': of left with carry and overflow clear.
   * 'result': of left with carry and overflow unknown. 'carry': bit 0 of left is the carry, the rest unknown.
   */
  readonly kind: 'none' | 'subtract' | 'logic' | 'result' | 'carry';
  readonly left: Value;
  readonly right: Value;
  /** In bytes. */
  readonly width: number;
}

/** All flags of one analysis. */
export class FlagTable {
  readonly #byKey = new Map<number, Flags>();
  readonly #all: Flags[] = [];
  readonly none: Flags;

  constructor(values: Values) {
    this.none = this.of('none', values.zero, values.zero, 8);
  }

  of(kind: Flags['kind'], left: Value, right: Value, width: number): Flags {
    const key = ((left.id * 0x100_0000 + right.id) * 5 + KINDS.indexOf(kind)) * 4 + (31 - Math.clz32(width));
    const old = this.#byKey.get(key);
    if (old !== undefined) return old;
    const flags: Flags = { id: this.#all.length, kind, left, right, width };
    this.#byKey.set(key, flags);
    this.#all.push(flags);
    return flags;
  }

  at(id: number): Flags {
    return this.#all[id] ?? this.none;
  }
}

const KINDS: readonly Flags['kind'][] = ['none', 'subtract', 'logic', 'result', 'carry'];

/** Whether all values of both differ; `true` equal, `undefined` nobody knows. */
function equal(names: Names, f: Flags): boolean | undefined {
  const { left, right, width } = f;
  const m0 = maskLow(width);
  const m1 = maskHigh(width);
  if (((left.bits0 ^ right.bits0) & left.known0 & right.known0 & m0) !== 0) return false;
  if (((left.bits1 ^ right.bits1) & left.known1 & right.known1 & m1) !== 0) return false;
  if (left === right && left.isExact) return true;
  if ((~(left.known0 & right.known0) & m0) === 0 && (~(left.known1 & right.known1) & m1) === 0) return true;
  if (left.isAddress && right.isAddress && left.name === right.name) return left.offset === right.offset;
  if (isNonzero(names, left, m0, m1) && right.isConstant && right.bits0 === 0 && right.bits1 === 0) return false;
  if (width === 8 && ((isPlace(names, left) && isSmall(right)) || (isPlace(names, right) && isSmall(left))))
    return false;
  return undefined;
}

/** Whether the bits of `v` under the mask hold all of those of which one is known to be set. */
function isNonzero(names: Names, v: Value, m0: number, m1: number): boolean {
  const name = names.at(v.name);
  if (name === undefined || v.shift !== 0 || v.offset !== 0 || (name.nonzero0 | name.nonzero1) === 0) return false;
  return (name.nonzero0 & (v.known0 | ~m0)) === 0 && (name.nonzero1 & (v.known1 | ~m1)) === 0;
}

/** A pointer into something that exists, so neither null nor a small number. */
const isPlace = (names: Names, v: Value): boolean => (v.isAddress || v.loose) && !NO_PLACES.has(names.kind(v.name));

const NO_PLACES: ReadonlySet<NameKind> = new Set<NameKind>(['unknown', 'work', 'per-cpu-base']);

const isSmall = (v: Value): boolean => v.isConstant && v.bits1 === 0 && v.bits0 >= 0;

/** The sign bit of a `width`-byte value. */
function sign(v: Value, width: number): boolean | undefined {
  const top = width * 8 - 1;
  const known = top < 32 ? (v.known0 >>> top) & 1 : (v.known1 >>> 31) & 1;
  if (known === 0) return undefined;
  return (top < 32 ? (v.bits0 >>> top) & 1 : (v.bits1 >>> 31) & 1) === 1;
}

/** Smallest and largest unsigned value as numbers; exact up to 2^53, which is enough to compare against small bounds. */
const least = (v: Value): number => (v.bits1 >>> 0) * 0x1_0000_0000 + (v.bits0 >>> 0);
const most = (v: Value): number => ((v.bits1 | ~v.known1) >>> 0) * 0x1_0000_0000 + ((v.bits0 | ~v.known0) >>> 0);

function below(f: Flags): boolean | undefined {
  if (f.left.name !== 0 && f.left.offset !== 0) return undefined;
  if (most(f.left) < least(f.right)) return true;
  if (least(f.left) >= most(f.right)) return false;
  return undefined;
}

function less(f: Flags): boolean | undefined {
  const [a, b] = [sign(f.left, f.width), sign(f.right, f.width)];
  if (a === undefined || b === undefined) return undefined;
  if (a !== b) return a;
  return below(f);
}

const not = (x: boolean | undefined): boolean | undefined => (x === undefined ? undefined : !x);
const either = (a: boolean | undefined, b: boolean | undefined): boolean | undefined =>
  a === true || b === true ? true : a === false && b === false ? false : undefined;

/** Whether `condition` holds after `f`; `undefined` where both can be. */
export function holds(names: Names, f: Flags, condition: Condition): boolean | undefined {
  const zero = (): boolean | undefined => {
    if (f.kind === 'subtract' || f.kind === 'logic' || f.kind === 'result') return equal(names, f);
    return undefined;
  };
  const carry = (): boolean | undefined => {
    if (f.kind === 'logic') return false;
    if (f.kind === 'subtract') return below(f);
    if (f.kind === 'carry') return (f.left.known0 & 1) === 0 ? undefined : (f.left.bits0 & 1) === 1;
    return undefined;
  };
  const signedLess = (): boolean | undefined => {
    if (f.kind === 'logic') return sign(f.left, f.width);
    return f.kind === 'subtract' ? less(f) : undefined;
  };
  const negative = (): boolean | undefined =>
    f.kind === 'logic' || f.kind === 'result' ? sign(f.left, f.width) : undefined;
  switch (condition) {
    case 'equal':
      return zero();
    case 'not-equal':
      return not(zero());
    case 'below':
      return carry();
    case 'not-below':
      return not(carry());
    case 'below-or-equal':
      return either(carry(), zero());
    case 'above':
      return not(either(carry(), zero()));
    case 'less':
      return signedLess();
    case 'not-less':
      return not(signedLess());
    case 'less-or-equal':
      return either(signedLess(), zero());
    case 'greater':
      return not(either(signedLess(), zero()));
    case 'negative':
      return negative();
    case 'not-negative':
      return not(negative());
    default:
      return undefined;
  }
}

/** What is learnt of a name when a branch is taken: its bits `known` are `bits` (the name's own bit numbers). */
export interface Learnt {
  readonly name: number;
  readonly known0: number;
  readonly known1: number;
  readonly bits0: number;
  readonly bits1: number;
  /** Instead: not all of the bits `known` are 0. */
  readonly nonzero?: boolean;
}

/** What the way that makes `condition` come out as `outcome` teaches; `undefined` for nothing. */
export function learn(f: Flags, condition: Condition, outcome: boolean): Learnt | undefined {
  if (condition === 'not-equal' || condition === 'equal') {
    const isEqual = (condition === 'equal') === outcome;
    if (f.kind === 'none' || f.kind === 'carry') return undefined;
    if (f.right.isConstant) return isEqual ? sameAs(f.left, f.right, f.width) : flipped(f.left, f.right, f.width);
    if (f.left.isConstant) return isEqual ? sameAs(f.right, f.left, f.width) : flipped(f.right, f.left, f.width);
    return undefined;
  }
  if ((condition === 'below' || condition === 'not-below') && f.kind === 'carry') {
    return bitIs(f.left, 0, (condition === 'below') === outcome);
  }
  if ((condition === 'negative' || condition === 'not-negative') && f.kind === 'logic') {
    return bitIs(f.left, f.width * 8 - 1, (condition === 'negative') === outcome);
  }
  return undefined;
}

function bitIs(v: Value, bit: number, set: boolean): Learnt | undefined {
  const low = bit < 32 ? 1 << bit : 0;
  const high = bit < 32 ? 0 : 1 << (bit - 32);
  if (((v.known0 & low) | (v.known1 & high)) !== 0) return undefined;
  return about(v, low, high, set ? low : 0, set ? high : 0);
}

function sameAs(v: Value, constant: Value, width: number): Learnt | undefined {
  const m0 = ~v.known0 & maskLow(width);
  const m1 = ~v.known1 & maskHigh(width);
  return about(v, m0, m1, constant.bits0 & m0, constant.bits1 & m1);
}

/** Different, and only one bit was open: it is the other way round. */
function flipped(v: Value, constant: Value, width: number): Learnt | undefined {
  const m0 = ~v.known0 & maskLow(width);
  const m1 = ~v.known1 & maskHigh(width);
  const single = (m0 === 0 && isSingle(m1)) || (m1 === 0 && isSingle(m0));
  if (single) return about(v, m0, m1, ~constant.bits0 & m0, ~constant.bits1 & m1);
  const isZero = constant.bits0 === 0 && constant.bits1 === 0 && v.bits0 === 0 && v.bits1 === 0;
  const learnt = isZero && v.shift === 0 ? about(v, m0, m1, 0, 0) : undefined;
  return learnt === undefined ? undefined : { ...learnt, nonzero: true };
}

const isSingle = (m: number): boolean => m !== 0 && (m & (m - 1)) === 0;

/** Moves a mask over the value's bits to the name's own bits. */
function about(v: Value, k0: number, k1: number, b0: number, b1: number): Learnt | undefined {
  if (v.name === 0 || v.loose || v.offset !== 0 || (k0 | k1) === 0) return undefined;
  const s = v.shift;
  if (s === 0) return { name: v.name, known0: k0, known1: k1, bits0: b0, bits1: b1 };
  if (s < 0) {
    const n = -s;
    const down = (l: number, h: number): [number, number] =>
      n >= 32 ? [h >>> (n - 32), 0] : [(l >>> n) | (h << (32 - n)), h >>> n];
    const [x0, x1] = down(k0, k1);
    const [y0, y1] = down(b0, b1);
    return { name: v.name, known0: x0, known1: x1, bits0: y0, bits1: y1 };
  }
  const up = (l: number, h: number): [number, number] =>
    s >= 32 ? [0, l << (s - 32)] : [l << s, (h << s) | (l >>> (32 - s))];
  const [x0, x1] = up(k0, k1);
  const [y0, y1] = up(b0, b1);
  return { name: v.name, known0: x0, known1: x1, bits0: y0, bits1: y1 };
}

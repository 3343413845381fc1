/** Sums, differences, masks and shifts of abstract values, as known as their operands allow. */
import type { BinaryOperator } from '../isa/effect.ts';
import type { Names } from './names.ts';
import { maskHigh, maskLow, type Value, type Values } from './value.ts';

/** A constant as a JavaScript number where it is small enough to be an offset; else `undefined`. */
export function asOffset(v: Value): number | undefined {
  if (!v.isConstant) return undefined;
  const n = v.bits1 * 0x1_0000_0000 + (v.bits0 >>> 0);
  return Math.abs(n) <= 0xffff_ffff ? n : undefined;
}

/** left (operator) right, both `width` bytes wide and zero extended; so is the result. */
export function compute(
  values: Values,
  names: Names,
  operator: BinaryOperator,
  left: Value,
  right: Value,
  width: number,
): Value {
  switch (operator) {
    case 'add':
      return width === 8 ? add(values, names, left, right) : cut(values, sum(values, left, right, false), width);
    case 'subtract':
      return width === 8 ? subtract(values, left, right) : narrowDifference(values, left, right, width);
    case 'and':
      return and(values, names, left, right, width);
    case 'or':
      return or(values, left, right);
    case 'xor':
      return xor(values, left, right, width);
    default:
      return shift(values, operator, left, right, width);
  }
}

const cut = (values: Values, v: Value, width: number): Value => values.part(v, 0, width);

/** Wide sums know addresses: name + constant, and per-CPU section + this CPU's distance. */
export function add(values: Values, names: Names, a: Value, b: Value): Value {
  const left = a.name !== 0 && (a.isAddress || a.loose) ? a : b;
  const right = left === a ? b : a;
  if (left.isAddress || left.loose) {
    const constant = asOffset(right);
    if (constant !== undefined) return left.loose ? left : values.address(left.name, left.offset + constant);
    if (right.isAddress) {
      const moved = perCpuSum(values, names, left, right) ?? perCpuSum(values, names, right, left);
      if (moved !== undefined) return moved;
    }
    if (right.isConstant) return values.any;
    return knownRegion(names, left)
      ? values.somewhere(left.name)
      : knownRegion(names, right)
        ? values.somewhere(right.name)
        : values.any;
  }
  return sum(values, a, b, false);
}

function perCpuSum(values: Values, names: Names, section: Value, base: Value): Value | undefined {
  if (names.kind(base.name) !== 'per-cpu-base' || base.offset !== 0) return undefined;
  const here = names.at(section.name)?.perCpu;
  return here === undefined ? undefined : values.address(here.id, section.offset);
}

/** Whether an unknown distance from here still lands in something worth naming. */
function knownRegion(names: Names, v: Value): boolean {
  const kind = v.name === 0 ? 'unknown' : names.kind(v.name);
  return kind !== 'unknown' && kind !== 'work' && kind !== 'per-cpu-base';
}

function subtract(values: Values, a: Value, b: Value): Value {
  if (a === b && a.isExact) return values.zero;
  if (a.isAddress) {
    const constant = asOffset(b);
    if (constant !== undefined) return values.address(a.name, a.offset - constant);
    if (b.isAddress && b.name === a.name) return values.number(a.offset - b.offset);
    return b.isConstant ? values.any : values.somewhere(a.name);
  }
  if (a.loose) return b.isConstant ? a : values.any;
  return sum(values, a, b, true);
}

function narrowDifference(values: Values, a: Value, b: Value, width: number): Value {
  if (a === b && a.isExact) return values.zero;
  return cut(values, sum(values, a, b, true), width);
}

/** Known bits of a + b, or of a - b = a + ~b + 1: a bit is known where both operands' bits and the carry are. */
function sum(values: Values, a: Value, b: Value, minus: boolean): Value {
  const kb0 = b.known0;
  const kb1 = b.known1;
  const vb0 = minus ? ~b.bits0 & kb0 : b.bits0;
  const vb1 = minus ? ~b.bits1 & kb1 : b.bits1;
  const carry = minus ? 1 : 0;
  // The largest and the smallest sum; where both agree with their operands the carry is certain.
  const hiA0 = a.bits0 | ~a.known0;
  const hiA1 = a.bits1 | ~a.known1;
  const hiB0 = vb0 | ~kb0;
  const hiB1 = vb1 | ~kb1;
  const max0 = (hiA0 + hiB0 + carry) | 0;
  const max1 = (hiA1 + hiB1 + carryOut(hiA0, hiB0, carry)) | 0;
  const min0 = (a.bits0 + vb0 + carry) | 0;
  const min1 = (a.bits1 + vb1 + carryOut(a.bits0, vb0, carry)) | 0;
  const same0 = ~(max0 ^ hiA0 ^ hiB0 ^ (min0 ^ a.bits0 ^ vb0));
  const same1 = ~(max1 ^ hiA1 ^ hiB1 ^ (min1 ^ a.bits1 ^ vb1));
  return values.bits(a.known0 & kb0 & same0, a.known1 & kb1 & same1, min0, min1);
}

const carryOut = (a: number, b: number, c: number): number => ((a >>> 0) + (b >>> 0) + c > 0xffff_ffff ? 1 : 0);

function and(values: Values, names: Names, a: Value, b: Value, width: number): Value {
  if (a === b) return a;
  if (!b.isConstant && a.isConstant) return and(values, names, b, a, width);
  if (b.isConstant && a.name !== 0) {
    if (names.kind(a.name) === 'stack' && width === 8) return alignDown(values, a, b);
    if (a.loose || a.offset !== 0) return values.bits(~b.bits0, ~b.bits1, 0, 0);
    return values.bits(a.known0 | ~b.bits0, a.known1 | ~b.bits1, a.bits0 & b.bits0, a.bits1 & b.bits1, a.name, a.shift);
  }
  const k0 = (a.known0 & b.known0) | (a.known0 & ~a.bits0) | (b.known0 & ~b.bits0);
  const k1 = (a.known1 & b.known1) | (a.known1 & ~a.bits1) | (b.known1 & ~b.bits1);
  return values.bits(k0, k1, a.bits0 & b.bits0, a.bits1 & b.bits1);
}

/** address & -2^n: a stack's name itself is aligned (System V ABI, 3.2.2), so the offset alone decides. */
function alignDown(values: Values, a: Value, mask: Value): Value {
  const align = -mask.bits0;
  if (mask.bits1 === -1 && align > 0 && (align & (align - 1)) === 0) {
    return a.loose ? a : values.address(a.name, Math.floor(a.offset / align) * align);
  }
  return values.bits(~mask.bits0, ~mask.bits1, 0, 0);
}

function or(values: Values, a: Value, b: Value): Value {
  if (a === b) return a;
  if (!b.isConstant && a.isConstant) return or(values, b, a);
  const named = b.isConstant && a.offset === 0 && !a.loose ? a.name : 0;
  const k0 = (a.known0 & b.known0) | (a.known0 & a.bits0) | (b.known0 & b.bits0);
  const k1 = (a.known1 & b.known1) | (a.known1 & a.bits1) | (b.known1 & b.bits1);
  return values.bits(k0, k1, a.bits0 | b.bits0, a.bits1 | b.bits1, named, a.shift);
}

function xor(values: Values, a: Value, b: Value, width: number): Value {
  // `xor %eax,%eax` is zero whatever eax is.
  if (a === b && a.isExact) return values.zero;
  const k0 = a.known0 & b.known0;
  const k1 = a.known1 & b.known1;
  return values.bits(k0 | ~maskLow(width), k1 | ~maskHigh(width), a.bits0 ^ b.bits0, a.bits1 ^ b.bits1);
}

function shift(values: Values, operator: BinaryOperator, a: Value, count: Value, width: number): Value {
  if (!count.isConstant) return values.unknown(width);
  const n = count.bits0 & (width === 8 ? 63 : 31);
  if (n === 0) return a;
  if (n >= width * 8) return values.zero;
  if (operator === 'shift-right') return values.part(a, n, 8);
  if (operator === 'shift-left') return cut(values, values.replace(values.zero, a, n, 8), width);
  const right = values.part(a, n, 8);
  const top = width * 8 - 1;
  const [known, bit] =
    top < 32 ? [(a.known0 >>> top) & 1, (a.bits0 >>> top) & 1] : [(a.known1 >>> 31) & 1, (a.bits1 >>> 31) & 1];
  if (known === 1 && bit === 0) return right;
  // Copies of a set or unknown sign bit enter from above; how many is not worth following.
  return values.unknown(width);
}

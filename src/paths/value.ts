/**
 * An abstract value of 64 bits: some bits are known; the others may be the bits of a name, so that two
 * places that hold the same unknown are refined together; or the whole is a name plus an offset, an address.
 *
 * Values are interned: equal values are one object, so that states compare by numbers. No BigInt: halves of 32 bits.
 */

/** Made by `Values` only. */
export class Value {
  readonly id: number;
  /** Known bits, lower and upper half; 1 = known. */
  readonly known0: number;
  readonly known1: number;
  /** The known bits' values; 0 where unknown. */
  readonly bits0: number;
  readonly bits1: number;
  /** Whose bits the unknown ones are: 0 for nobody's. Unknown bit i is the name's bit i + shift. */
  readonly name: number;
  readonly shift: number;
  /** Of an address: bytes behind the name; else 0. A name alone is an address with offset 0. */
  readonly offset: number;
  /** Somewhere behind the name, nobody knows where. */
  readonly loose: boolean;

  constructor(
    id: number,
    known0: number,
    known1: number,
    bits0: number,
    bits1: number,
    name: number,
    shift: number,
    offset: number,
    loose: boolean,
  ) {
    this.id = id;
    this.known0 = known0;
    this.known1 = known1;
    this.bits0 = bits0;
    this.bits1 = bits1;
    this.name = name;
    this.shift = shift;
    this.offset = offset;
    this.loose = loose;
  }

  /** All 64 bits are known. */
  get isConstant(): boolean {
    return (this.known0 & this.known1) === -1;
  }

  /** A name plus a known offset. */
  get isAddress(): boolean {
    return this.name !== 0 && this.shift === 0 && (this.known0 | this.known1) === 0 && !this.loose;
  }

  /** Whether every unknown bit belongs to the name, so that the same value twice is equal. */
  get isExact(): boolean {
    return this.isConstant || (this.name !== 0 && !this.loose);
  }
}

/** Mask of the lowest `width` bytes in the lower half. */
export const maskLow = (width: number): number => (width >= 4 ? -1 : (1 << (width * 8)) - 1);
/** Mask of the lowest `width` bytes in the upper half. */
export const maskHigh = (width: number): number => (width >= 8 ? -1 : 0);

/** Lower half of a 64-bit shift to the right by `n` bits (0 to 63), zeroes enter. */
const shr0 = (low: number, high: number, n: number): number =>
  n === 0 ? low : n >= 32 ? high >>> (n - 32) : (low >>> n) | (high << (32 - n));
const shr1 = (high: number, n: number): number => (n >= 32 ? 0 : high >>> n);
const shl0 = (low: number, n: number): number => (n >= 32 ? 0 : low << n);
const shl1 = (low: number, high: number, n: number): number =>
  n === 0 ? high : n >= 32 ? low << (n - 32) : (high << n) | (low >>> (32 - n));

/** Nothing reaches further from where it begins, in bytes; `Cells` has no numbers for what lies beyond. */
const REACH = 2 ** 33;

/** The intern table and everything that makes values. */
export class Values {
  readonly #all: Value[] = [];
  #slots = new Int32Array(1 << 14).fill(-1);
  /** Nothing is known. */
  readonly any: Value;
  readonly zero: Value;
  readonly one: Value;

  constructor() {
    this.any = this.bits(0, 0, 0, 0);
    this.zero = this.constant(0, 0);
    this.one = this.constant(1, 0);
  }

  /** How many there are. */
  get count(): number {
    return this.#all.length;
  }

  /** The value with that number. */
  at(id: number): Value {
    const value = this.#all[id];
    if (value === undefined) throw new Error('kentry is wrong here: no value has this number');
    return value;
  }

  constant(low: number, high: number): Value {
    return this.#intern(-1, -1, low | 0, high | 0, 0, 0, 0, false);
  }

  /** A small signed number. */
  number(n: number): Value {
    return this.constant(n | 0, Math.floor(n / 0x1_0000_0000) | 0);
  }

  /** An address: `name` + `offset` bytes. */
  address(name: number, offset: number): Value {
    if (!(offset >= -REACH && offset < REACH)) return this.somewhere(name);
    return this.#intern(0, 0, 0, 0, name, 0, offset, false);
  }

  /** Somewhere in what `name` names. */
  somewhere(name: number): Value {
    return this.#intern(0, 0, 0, 0, name, 0, 0, true);
  }

  /** Known bits, the rest being bits of `name` (0: nobody's) from bit `shift` on. */
  bits(known0: number, known1: number, bits0: number, bits1: number, name = 0, shift = 0): Value {
    if ((known0 & known1) === -1) return this.#intern(-1, -1, bits0, bits1, 0, 0, 0, false);
    return this.#intern(known0, known1, bits0 & known0, bits1 & known1, name, name === 0 ? 0 : shift, 0, false);
  }

  /** An unknown of `width` bytes, zero extended; its bits are those of `name`. */
  unknown(width: number, name = 0): Value {
    if (width >= 8) return name === 0 ? this.any : this.address(name, 0);
    return this.bits(~maskLow(width), ~maskHigh(width), 0, 0, name, 0);
  }

  /** `width` bytes of `v` from bit `shift` on, zero extended. */
  part(v: Value, shift: number, width: number): Value {
    if (shift === 0 && width >= 8) return v;
    const low = maskLow(width);
    const high = maskHigh(width);
    const named = v.loose || v.offset !== 0 ? 0 : v.name;
    return this.bits(
      shr0(v.known0, v.known1, shift) | ~(low & shr0(-1, -1, shift)),
      shr1(v.known1, shift) | ~(high & shr1(-1, shift)),
      shr0(v.bits0, v.bits1, shift) & low,
      shr1(v.bits1, shift) & high,
      named,
      v.shift + shift,
    );
  }

  /** `whole` with `width` bytes from bit `shift` on taken from the lowest of `part`. */
  replace(whole: Value, part: Value, shift: number, width: number): Value {
    if (shift === 0 && width >= 8) return part;
    const low = maskLow(width);
    const high = maskHigh(width);
    const in0 = shl0(low, shift);
    const in1 = shl1(low, high, shift);
    const partUnknown = ((~part.known0 & low) | (~part.known1 & high)) !== 0;
    const restUnknown = ((~whole.known0 & ~in0) | (~whole.known1 & ~in1)) !== 0;
    let name = 0;
    let at = 0;
    if (!partUnknown && whole.offset === 0 && !whole.loose) {
      name = whole.name;
      at = whole.shift;
    } else if (!restUnknown && part.offset === 0 && !part.loose) {
      name = part.name;
      at = part.shift - shift;
    } else if (
      whole.name === part.name &&
      whole.shift === part.shift - shift &&
      whole.offset === 0 &&
      part.offset === 0
    ) {
      if (!whole.loose && !part.loose) [name, at] = [whole.name, whole.shift];
    }
    return this.bits(
      (whole.known0 & ~in0) | (shl0(part.known0 & low, shift) & in0),
      (whole.known1 & ~in1) | (shl1(part.known0 & low, part.known1 & high, shift) & in1),
      (whole.bits0 & ~in0) | (shl0(part.bits0 & low, shift) & in0),
      (whole.bits1 & ~in1) | (shl1(part.bits0 & low, part.bits1 & high, shift) & in1),
      name,
      at,
    );
  }

  /** The lowest `from` bytes of `v`, sign extended to `to` bytes, zero extended above. */
  signExtend(v: Value, from: number, to: number): Value {
    if (from >= 8) return v;
    const p = this.part(v, 0, from);
    const top = from * 8 - 1;
    const known = (p.known0 >>> top) & 1;
    const low = ~maskLow(from) & maskLow(to);
    const high = maskHigh(to);
    if (known === 0) return this.bits(p.known0 & ~low, p.known1 & ~high, p.bits0 & ~low, p.bits1 & ~high);
    const set = ((p.bits0 >>> top) & 1) === 1;
    return this.bits(
      p.known0,
      p.known1,
      set ? p.bits0 | low : p.bits0,
      set ? p.bits1 | high : p.bits1,
      p.name,
      p.shift,
    );
  }

  /** What both may be. */
  join(a: Value, b: Value): Value {
    if (a === b) return a;
    const k0 = a.known0 & b.known0 & ~(a.bits0 ^ b.bits0);
    const k1 = a.known1 & b.known1 & ~(a.bits1 ^ b.bits1);
    return this.bits(k0, k1, a.bits0, a.bits1);
  }

  /**
   * `v` once the bits `known` of `name` are learnt to be `bits`: the halves are the name's own bits 0 to 63.
   */
  refine(v: Value, name: number, known0: number, known1: number, bits0: number, bits1: number): Value {
    if (v.name !== name || v.loose) return v;
    if (v.offset !== 0) {
      // An address moves only once its whole base is known.
      if ((known0 & known1) !== -1) return v;
      return this.number(v.offset + bits1 * 0x1_0000_0000 + (bits0 >>> 0));
    }
    const s = v.shift;
    const left = s < 0;
    const n = Math.abs(s);
    const k0 = left ? shl0(known0, n) : shr0(known0, known1, n);
    const k1 = left ? shl1(known0, known1, n) : shr1(known1, n);
    const b0 = left ? shl0(bits0, n) : shr0(bits0, bits1, n);
    const b1 = left ? shl1(bits0, bits1, n) : shr1(bits1, n);
    const n0 = k0 & ~v.known0;
    const n1 = k1 & ~v.known1;
    if ((n0 | n1) === 0) return v;
    return this.bits(v.known0 | n0, v.known1 | n1, v.bits0 | (b0 & n0), v.bits1 | (b1 & n1), v.name, s);
  }

  #intern(
    k0: number,
    k1: number,
    b0: number,
    b1: number,
    name: number,
    shift: number,
    offset: number,
    loose: boolean,
  ): Value {
    let hash =
      Math.imul(k0, 0x9e3779b1) ^ Math.imul(k1, 0x85ebca6b) ^ Math.imul(b0, 0xc2b2ae35) ^ Math.imul(b1, 0x27d4eb2f);
    hash =
      Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^
      Math.imul(name * 64 + shift, 0x297a2d39) ^
      Math.imul(offset | 0, 0x1b873593);
    hash = (hash ^ (hash >>> 13)) >>> 0;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const at = this.#slots[slot] ?? -1;
      if (at < 0) break;
      const v = this.at(at);
      if (
        v.known0 === k0 &&
        v.known1 === k1 &&
        v.bits0 === b0 &&
        v.bits1 === b1 &&
        v.name === name &&
        v.shift === shift &&
        v.offset === offset &&
        v.loose === loose
      ) {
        return v;
      }
      slot = (slot + 1) & mask;
    }
    const value = new Value(this.#all.length, k0, k1, b0, b1, name, shift, offset, loose);
    this.#slots[slot] = value.id;
    this.#all.push(value);
    if (this.#all.length * 2 > this.#slots.length) this.#grow();
    return value;
  }

  #grow(): void {
    const old = this.#all.splice(0);
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = this.#slots.length - 1;
    for (const v of old) {
      let hash =
        Math.imul(v.known0, 0x9e3779b1) ^
        Math.imul(v.known1, 0x85ebca6b) ^
        Math.imul(v.bits0, 0xc2b2ae35) ^
        Math.imul(v.bits1, 0x27d4eb2f);
      hash =
        Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^
        Math.imul(v.name * 64 + v.shift, 0x297a2d39) ^
        Math.imul(v.offset | 0, 0x1b873593);
      hash = (hash ^ (hash >>> 13)) >>> 0;
      let slot = hash & mask;
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = v.id;
      this.#all.push(v);
    }
  }
}

/** The conditions of jcc as an assembler writes them, for people who read paths. */
import { ConditionCode } from 'iced-x86';

/** By iced's number: what stands behind the j. */
export const CONDITION_NAMES: ReadonlyMap<number, string> = new Map([
  [ConditionCode.o, 'o'],
  [ConditionCode.no, 'no'],
  [ConditionCode.b, 'b'],
  [ConditionCode.ae, 'ae'],
  [ConditionCode.e, 'e'],
  [ConditionCode.ne, 'ne'],
  [ConditionCode.be, 'be'],
  [ConditionCode.a, 'a'],
  [ConditionCode.s, 's'],
  [ConditionCode.ns, 'ns'],
  [ConditionCode.p, 'p'],
  [ConditionCode.np, 'np'],
  [ConditionCode.l, 'l'],
  [ConditionCode.ge, 'ge'],
  [ConditionCode.le, 'le'],
  [ConditionCode.g, 'g'],
]);

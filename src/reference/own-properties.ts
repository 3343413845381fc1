/** What a program must keep besides the contract's rules: properties of the machine, which a compiled kernel does not show. */
import { all, any, clear, type Expression, is, not, set } from '../contract/expression.ts';

/** What a move breaks besides the contract's conditions: places after them. */
export const OWN_PROPERTIES = [
  'RESTORED: what the CPU was at the beginning of a root is so at its end',
  'ENDLESS: no code goes round without a step',
  'HANDLED: what brought the CPU here is handled before it goes back',
] as const;

/** Their places in that list, which follow those of the monitor's conditions. */
export const RESTORED = 0;
export const ENDLESS = 1;
export const HANDLED = 2;

/**
 * A context that ends, was entered or has taken what hardware left for it (CR2, DR6), and has handled nothing. No rule demands it,
 * since compiled code shows its handler's body in other ways; a program that leaves it out is wrong all the same. A syscall that
 * faults before its entry work has none to do.
 */
export const UNHANDLED: Expression = any(
  all(any(not(is('entered', 'none')), set('cr2Read'), set('dr6Read')), not(is('kind', 'syscall')), clear('handled')),
  all(is('kind', 'syscall'), set('entryWorkRead'), clear('dispatched'), not(is('entryWork', 'invoked'))),
);

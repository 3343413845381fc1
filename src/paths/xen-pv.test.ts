/** Names of a Xen PV guest's code, and names that only look like some. */
import { expect, it } from 'vitest';
import { isXenPvEntry, isXenPvOperation } from './xen-pv.ts';

it.each([
  ['xen_irq_disable_direct', true],
  ['__raw_callee_save_xen_save_fl', true],
  ['xen_get_debugreg', true],
  ['pv_native_get_debugreg', false],
  ['__raw_callee_save___native_queued_spin_unlock', false],
])('%s stands in a table of functions for Xen PV: %s', (name, expected) => {
  expect(isXenPvOperation(name)).toBe(expected);
});

it.each([
  ['xenpv_exc_nmi', true],
  ['xen_pv_evtchn_do_upcall', true],
  ['exc_nmi', false],
  // The callback of HVM guests comes through the usual entry code.
  ['sysvec_xen_hvm_callback', false],
])('%s is an entry of Xen PV alone: %s', (name, expected) => {
  expect(isXenPvEntry(name)).toBe(expected);
});

/** Code of Xen PV guests, by its names: such a guest has entries of its own, and none of its paths are walked (docs/limits.md). */

/** What it puts into tables of functions: arch/x86/xen/enlighten_pv.c, arch/x86/xen/irq.c. */
export const isXenPvOperation = (name: string): boolean => /^(?:__raw_callee_save_)?xen_/.test(name);

/** C functions that its entry code calls: DEFINE_IDTENTRY_* of arch/x86/xen/enlighten_pv.c, xen_pv_evtchn_do_upcall(). */
export const isXenPvEntry = (name: string): boolean => /^xen_?pv_/.test(name);

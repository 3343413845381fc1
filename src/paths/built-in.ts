/** What a kernel has built in, by a symbol that only such a kernel has. */

/** Lockdep for interrupts: CONFIG_PROVE_LOCKING (kernel/locking/lockdep.c). */
export const LOCKDEP = 'lockdep_hardirqs_on';

/**
 * Context tracking of user mode: CONFIG_CONTEXT_TRACKING_USER. It is a static key, which says whether any CPU is followed
 * (include/linux/context_tracking_state.h).
 */
export const TRACKING_KEY = 'context_tracking_key';

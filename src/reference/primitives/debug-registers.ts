/** Registers that a nested exception overwrites, and the preemption counter's plain steps. */
import { kernel } from '../../contract/source.ts';
import { event, inline, type Program } from '../program.ts';

const DEBUGREG = 'arch/x86/include/asm/debugreg.h';
const PREEMPT = 'include/linux/preempt.h';

export const localDbSave = inline('local_db_save', kernel(DEBUGREG, 'local_db_save'), [
  event('dr7.save', 'set_debugreg(0, 7)'),
]);
export const localDbRestore = inline('local_db_restore', kernel(DEBUGREG, 'local_db_restore'), [
  event('dr7.restore', 'set_debugreg(dr7, 7)'),
]);
export const readCr2 = inline('read_cr2', kernel('arch/x86/include/asm/special_insns.h', 'read_cr2'), [
  event('cr2.read', 'mov %cr2, val'),
]);
export const writeCr2 = inline('write_cr2', kernel('arch/x86/include/asm/special_insns.h', 'write_cr2'), [
  event('cr2.restore', 'mov val, %cr2'),
]);
export const debugReadResetDr6 = inline(
  'debug_read_reset_dr6',
  kernel('arch/x86/kernel/traps.c', 'debug_read_reset_dr6'),
  [event('dr6.read', 'get_debugreg(dr6, 6); set_debugreg(DR6_RESERVED, 6)')],
);
export const preemptDisable = inline('preempt_disable', kernel(PREEMPT, 'preempt_disable'), [
  event('count.preempt.add', 'preempt_count_add(1)'),
]);
export const preemptEnableNoResched = inline(
  'sched_preempt_enable_no_resched',
  kernel(PREEMPT, 'sched_preempt_enable_no_resched'),
  [event('count.preempt.sub', 'preempt_count_sub(1)')],
);

export const REGISTER_PROGRAMS: readonly Program[] = [
  localDbSave,
  localDbRestore,
  readCr2,
  writeCr2,
  debugReadResetDr6,
  preemptDisable,
  preemptEnableNoResched,
];

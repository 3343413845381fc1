/** x86: NMI and the exceptions that are NMI-like from the kernel: #DB, #BP, #MC, #DF, #VC. */
import { kernel } from '../../contract/source.ts';
import { irqentryNmiEnter, irqentryNmiExit } from '../entry/irqentry.ts';
import { irqentryEnterFromUserMode, irqentryExitToUserMode } from '../entry/user.ts';
import { debugReadResetDr6, localDbRestore, localDbSave, readCr2, writeCr2 } from '../primitives/debug-registers.ts';
import { cr2Changed, userMode } from '../primitives/facts.ts';
import { localIrqDisable, localIrqEnable } from '../primitives/irqflags.ts';
import {
  begin,
  call,
  choose,
  either,
  end,
  event,
  give,
  has,
  instrumented,
  local,
  noinstr,
  option,
  type Program,
  panic,
  repeat,
  when,
} from '../program.ts';

const NMI = 'arch/x86/kernel/nmi.c';
const TRAPS = 'arch/x86/kernel/traps.c';
const MCE = 'arch/x86/kernel/cpu/mce/core.c';
const SEV = 'arch/x86/coco/sev/core.c';

const nmiEnter = call(irqentryNmiEnter, { into: 'lockdep', c: 'irq_state = irqentry_nmi_enter(regs)' });
const nmiExit = call(irqentryNmiExit, {
  given: { lockdep: local('lockdep') },
  c: 'irqentry_nmi_exit(regs, irq_state)',
});

export const defaultDoNmi = noinstr('default_do_nmi', kernel(NMI, 'default_do_nmi'), [
  ...instrumented(event('call.nmi-handler', 'nmi_handle(NMI_LOCAL, regs)')),
]);

/** A nested NMI is latched, and the first one begins anew for it. */
export const excNmi = noinstr('exc_nmi', kernel(NMI, 'exc_nmi'), [
  choose('the CPU', [option('is online', [], false), option('is offline', [], true)], 'offline'),
  when(local('offline'), [give()]),
  call(readCr2, { c: 'this_cpu_write(nmi_cr2, read_cr2())' }),
  repeat(
    [
      call(localDbSave, { c: 'this_cpu_write(nmi_dr7, local_db_save())' }),
      nmiEnter,
      call(defaultDoNmi),
      nmiExit,
      call(localDbRestore, { c: 'local_db_restore(this_cpu_read(nmi_dr7))' }),
      when(cr2Changed, [call(writeCr2, { c: 'write_cr2(this_cpu_read(nmi_cr2))' })]),
      choose('another NMI', [option('did not come', [], false), option('was latched', [], true)], 'latched'),
    ],
    local('latched'),
  ),
]);

export const excDebugKernel = noinstr('exc_debug_kernel', kernel(TRAPS, 'exc_debug_kernel'), [
  call(localDbSave, { c: 'dr7 = local_db_save()' }),
  nmiEnter,
  ...instrumented(event('call.nmi-handler', 'notify_debug(regs, &dr6)')),
  nmiExit,
  call(localDbRestore, { c: 'local_db_restore(dr7)' }),
]);
export const excDebug = noinstr('exc_debug', kernel(TRAPS, 'exc_debug'), [
  call(debugReadResetDr6, { c: 'dr6 = debug_read_reset_dr6()' }),
  call(excDebugKernel),
]);
export const excDebugUser = noinstr('exc_debug_user', kernel(TRAPS, 'exc_debug_user'), [
  call(irqentryEnterFromUserMode),
  begin,
  call(localIrqEnable),
  event('call.exception-handler', 'send_sigtrap(regs, 0, get_si_code(dr6))'),
  call(localIrqDisable),
  end,
  call(irqentryExitToUserMode),
]);
/** The entry from user mode has its own name, since it does not run on the exception's stack. */
export const noistExcDebug = noinstr('noist_exc_debug', kernel(TRAPS, 'DEFINE_IDTENTRY_DEBUG_USER'), [
  call(debugReadResetDr6, { c: 'dr6 = debug_read_reset_dr6()' }),
  call(excDebugUser),
]);

export const excInt3 = noinstr('exc_int3', kernel(TRAPS, 'exc_int3'), [
  choose(
    'poke_int3_handler(regs)',
    [option('is none of a patch in progress', [], false), option('does what the patched instruction would', [], true)],
    'poked',
  ),
  when(local('poked'), [give()]),
  either(
    userMode,
    [
      call(irqentryEnterFromUserMode),
      begin,
      call(localIrqEnable, { c: 'cond_local_irq_enable(regs)' }),
      event('call.exception-handler', 'do_int3_user(regs)'),
      call(localIrqDisable, { c: 'cond_local_irq_disable(regs)' }),
      end,
      call(irqentryExitToUserMode),
    ],
    [nmiEnter, ...instrumented(event('call.nmi-handler', 'do_int3(regs)')), nmiExit],
  ),
]);

const doMachineCheck = instrumented(event('call.nmi-handler', 'do_machine_check(regs)'));

export const excMachineCheckKernel = noinstr('exc_machine_check_kernel', kernel(MCE, 'exc_machine_check_kernel'), [
  choose(
    'mce_check_crashing_cpu()',
    [option('another CPU is not crashing', [], false), option('another CPU is crashing', [], true)],
    'crashing',
  ),
  when(local('crashing'), [give()]),
  nmiEnter,
  doMachineCheck,
  nmiExit,
]);
export const excMachineCheck = noinstr('exc_machine_check', kernel(MCE, 'DEFINE_IDTENTRY_MCE'), [
  call(localDbSave, { c: 'dr7 = local_db_save()' }),
  call(excMachineCheckKernel),
  call(localDbRestore, { c: 'local_db_restore(dr7)' }),
]);
/** 6.1 saves DR7 before the entry, 6.12 after it. */
export const noistExcMachineCheck = noinstr('noist_exc_machine_check', kernel(MCE, 'DEFINE_IDTENTRY_MCE_USER'), [
  when(has('6.1', 'LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)'), [call(localDbSave)]),
  call(irqentryEnterFromUserMode),
  when(has('6.12', 'LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)'), [call(localDbSave)]),
  doMachineCheck,
  when(has('6.12', 'LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)'), [call(localDbRestore)]),
  call(irqentryExitToUserMode),
  when(has('6.1', 'LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)'), [call(localDbRestore)]),
]);

/** It never calls irqentry_nmi_exit(): it does not return, but for a bad iret with espfix64, before any update. */
export const excDoubleFault = noinstr('exc_double_fault', kernel(TRAPS, 'exc_double_fault'), [
  choose('the fault', [option('is a bad iret with espfix64', [], true), option('is another', [], false)], 'espfix'),
  when(local('espfix'), [give()]),
  call(readCr2, { c: 'address = read_cr2()' }),
  call(irqentryNmiEnter),
  begin,
  event('call.nmi-handler', 'notify_die(DIE_TRAP, "double fault", regs, ...)'),
  panic('die("double fault", regs, error_code)'),
]);

export const kernelExcVmmCommunication = noinstr(
  'kernel_exc_vmm_communication',
  kernel(SEV, 'DEFINE_IDTENTRY_VC_KERNEL', '6.12'),
  [nmiEnter, ...instrumented(event('call.nmi-handler', 'vc_raw_handle_exception(regs, error_code)')), nmiExit],
);
export const userExcVmmCommunication = noinstr(
  'user_exc_vmm_communication',
  kernel(SEV, 'DEFINE_IDTENTRY_VC_USER', '6.12'),
  [
    call(irqentryEnterFromUserMode),
    ...instrumented(event('call.exception-handler', 'vc_raw_handle_exception(regs, error_code)')),
    call(irqentryExitToUserMode),
  ],
);

/** exc_nmi() by a name that software may call: no stack of its own. */
export const excNmiKvmVmx = noinstr('exc_nmi_kvm_vmx', kernel(NMI, 'exc_nmi_kvm_vmx'), [call(excNmi)]);

export const NMI_LIKE_PROGRAMS: readonly Program[] = [
  defaultDoNmi,
  excNmi,
  excDebugKernel,
  excDebug,
  excDebugUser,
  noistExcDebug,
  excInt3,
  excMachineCheckKernel,
  excMachineCheck,
  noistExcMachineCheck,
  excDoubleFault,
  kernelExcVmmCommunication,
  userExcVmmCommunication,
  excNmiKvmVmx,
];

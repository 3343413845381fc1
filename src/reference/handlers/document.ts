/** The four handlers that Documentation/core-api/entry.rst shows, as it shows them. */
import { document } from '../../contract/source.ts';
import { irqentryEnter, irqentryExit, irqentryNmiEnter, irqentryNmiExit } from '../entry/irqentry.ts';
import { irqEnterRcu, irqExitRcu } from '../entry/softirq.ts';
import { syscallEnterFromUserMode, syscallExitToUserMode } from '../entry/syscall.ts';
import { debugReadResetDr6, localDbRestore, localDbSave, readCr2, writeCr2 } from '../primitives/debug-registers.ts';
import { cr2Changed, userMode } from '../primitives/facts.ts';
import { begin, call, either, end, event, inline, local, noinstr, type Program, when } from '../program.ts';

/** x86 saves CR2 and DR7 here, kernel/nmi.c; the document leaves it to the architecture. */
export const archNmiEnter = inline('arch_nmi_enter', document('NMI and NMI-like exceptions'), [
  call(readCr2),
  call(localDbSave),
]);
export const archNmiExit = inline('arch_nmi_exit', document('NMI and NMI-like exceptions'), [
  call(localDbRestore),
  when(cr2Changed, [call(writeCr2)]),
]);

export const doSyscall = noinstr('do_syscall', document('Syscalls'), [
  call(syscallEnterFromUserMode, { into: 'nr', c: 'nr = syscall_enter_from_user_mode(regs, nr)' }),
  begin,
  when(local('nr'), [event('syscall.invoke', 'invoke_syscall(regs, nr)')]),
  end,
  call(syscallExitToUserMode),
]);

export const doInterrupt = noinstr('do_interrupt', document('Interrupts and regular exceptions'), [
  call(irqentryEnter, { into: 'state', c: 'state = irqentry_enter(regs)' }),
  begin,
  call(irqEnterRcu),
  event('call.handler', 'invoke_irq_handler(regs, nr)'),
  call(irqExitRcu),
  end,
  call(irqentryExit, { given: { exit_rcu: local('state') }, c: 'irqentry_exit(regs, state)' }),
]);

/** The document's sample passes no state to its exit; the function needs it. */
export const doNmi = noinstr('do_nmi', document('NMI and NMI-like exceptions'), [
  call(archNmiEnter),
  call(irqentryNmiEnter, { into: 'state', c: 'state = irqentry_nmi_enter(regs)' }),
  begin,
  event('call.nmi-handler', 'invoke_nmi_handler(regs)'),
  end,
  call(irqentryNmiExit, { given: { lockdep: local('state') }, c: 'irqentry_nmi_exit(regs, state)' }),
  call(archNmiExit),
]);

export const doDebug = noinstr('do_debug', document('NMI and NMI-like exceptions'), [
  call(debugReadResetDr6, { c: 'debug_regs = save_debug_regs()' }),
  either(
    userMode,
    [
      call(irqentryEnter, { into: 'state', c: 'state = irqentry_enter(regs)' }),
      begin,
      event('call.exception-handler', 'user_mode_debug_handler(regs, debug_regs)'),
      end,
      call(irqentryExit, { given: { exit_rcu: local('state') }, c: 'irqentry_exit(regs, state)' }),
    ],
    [
      call(localDbSave),
      call(irqentryNmiEnter, { into: 'state', c: 'state = irqentry_nmi_enter(regs)' }),
      begin,
      event('call.nmi-handler', 'kernel_mode_debug_handler(regs, debug_regs)'),
      end,
      call(irqentryNmiExit, { given: { lockdep: local('state') }, c: 'irqentry_nmi_exit(regs, state)' }),
      call(localDbRestore),
    ],
  ),
]);

export const DOCUMENT_PROGRAMS: readonly Program[] = [
  archNmiEnter,
  archNmiExit,
  doSyscall,
  doInterrupt,
  doNmi,
  doDebug,
];

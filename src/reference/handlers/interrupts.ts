/** x86: device interrupts, system vectors, syscalls. */
import { kernel } from '../../contract/source.ts';
import { irqentryEnter, irqentryExit } from '../entry/irqentry.ts';
import { irqEnterRaw, irqEnterRcu, irqExitRaw, irqExitRcu } from '../entry/softirq.ts';
import {
  syscallEnterFromUserMode,
  syscallEnterFromUserModePrepare,
  syscallEnterFromUserModeWork,
  syscallExitToUserMode,
} from '../entry/syscall.ts';
import { enterFromUserMode, irqentryExitToUserMode } from '../entry/user.ts';
import { preemptDisable, preemptEnableNoResched } from '../primitives/debug-registers.ts';
import { localIrqDisable, localIrqEnable } from '../primitives/irqflags.ts';
import {
  begin,
  call,
  choose,
  end,
  event,
  give,
  instrumentable,
  local,
  noinstr,
  option,
  type Program,
  when,
} from '../program.ts';

const COMMON = 'arch/x86/entry/common.c';
const IDTENTRY = 'arch/x86/include/asm/idtentry.h';

const enter = call(irqentryEnter, { into: 'state', c: 'state = irqentry_enter(regs)' });
const exit = call(irqentryExit, { given: { exit_rcu: local('state') }, c: 'irqentry_exit(regs, state)' });

/** From the kernel the handler runs on another stack, between the same two calls (asm/irq_stack.h). */
export const commonInterrupt = noinstr(
  'common_interrupt',
  [kernel('arch/x86/kernel/irq.c', 'common_interrupt'), kernel(IDTENTRY, 'DEFINE_IDTENTRY_IRQ')],
  [
    enter,
    begin,
    call(irqEnterRcu),
    event('call.handler', '__common_interrupt(regs, vector)'),
    call(irqExitRcu),
    end,
    exit,
  ],
);

export const sysvecApicTimerInterrupt = noinstr(
  'sysvec_apic_timer_interrupt',
  [kernel('arch/x86/kernel/apic/apic.c', 'sysvec_apic_timer_interrupt'), kernel(IDTENTRY, 'DEFINE_IDTENTRY_SYSVEC')],
  [
    enter,
    begin,
    call(irqEnterRcu),
    event('call.handler', '__sysvec_apic_timer_interrupt(regs)'),
    call(irqExitRcu),
    end,
    exit,
  ],
);

/** No soft interrupts, no tick, no time. */
export const sysvecRescheduleIpi = noinstr(
  'sysvec_reschedule_ipi',
  [kernel('arch/x86/kernel/smp.c', 'sysvec_reschedule_ipi'), kernel(IDTENTRY, 'DEFINE_IDTENTRY_SYSVEC_SIMPLE')],
  [
    enter,
    begin,
    call(irqEnterRaw),
    event('call.handler', '__sysvec_reschedule_ipi(regs)'),
    call(irqExitRaw),
    end,
    exit,
  ],
);

export const doSyscall64 = noinstr('do_syscall_64', kernel(COMMON, 'do_syscall_64'), [
  call(syscallEnterFromUserMode, { into: 'nr', c: 'nr = syscall_enter_from_user_mode(regs, nr)' }),
  begin,
  when(local('nr'), [event('syscall.invoke', 'do_syscall_x64(regs, nr)')]),
  end,
  call(syscallExitToUserMode),
]);

/** It reads an argument from user memory between the entry and the entry work. */
export const doFastSyscall32 = noinstr('__do_fast_syscall_32', kernel(COMMON, '__do_fast_syscall_32'), [
  call(syscallEnterFromUserModePrepare),
  begin,
  event('call.fault', 'get_user(*(u32 *)&regs->bp, ...)'),
  choose('the read of user memory', [option('works', [], false), option('faults', [], true)], 'fault'),
  when(local('fault'), [call(localIrqDisable), end, call(irqentryExitToUserMode), give()]),
  call(syscallEnterFromUserModeWork, { into: 'nr', c: 'nr = syscall_enter_from_user_mode_work(regs, nr)' }),
  when(local('nr'), [event('syscall.invoke', 'do_syscall_32_irqs_on(regs, nr)')]),
  end,
  call(syscallExitToUserMode),
]);

export const doInt80Emulation = noinstr('do_int80_emulation', kernel(COMMON, 'do_int80_emulation', '6.12'), [
  call(enterFromUserMode),
  begin,
  call(localIrqEnable),
  call(syscallEnterFromUserModeWork, { into: 'nr', c: 'nr = syscall_enter_from_user_mode_work(regs, nr)' }),
  when(local('nr'), [event('syscall.invoke', 'do_syscall_32_irqs_on(regs, nr)')]),
  end,
  call(syscallExitToUserMode),
]);

/** A task of the kernel that runs, and may be interrupted anywhere: with interrupts on, off, preemption or soft interrupts disabled. */
export const kernelThread = instrumentable('kernel_thread', kernel('kernel/kthread.c', 'kthread'), [
  event('call.plain', 'threadfn(data)'),
  call(localIrqDisable),
  event('call.plain', 'threadfn(data)'),
  call(localIrqEnable),
  call(preemptDisable),
  event('call.plain', 'threadfn(data)'),
  call(preemptEnableNoResched),
  event('count.bh.add', 'local_bh_disable()'),
  event('call.plain', 'threadfn(data)'),
  event('count.bh.sub', '_local_bh_enable()'),
]);

export const INTERRUPT_PROGRAMS: readonly Program[] = [
  commonInterrupt,
  sysvecApicTimerInterrupt,
  sysvecRescheduleIpi,
  doSyscall64,
  doFastSyscall32,
  doInt80Emulation,
  kernelThread,
];

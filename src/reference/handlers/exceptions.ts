/** x86: exceptions that are entered as interrupts: page fault, #UD and WARN, the regular ones. */
import { kernel } from '../../contract/source.ts';
import { irqentryEnter, irqentryExit } from '../entry/irqentry.ts';
import { readCr2 } from '../primitives/debug-registers.ts';
import { rcuWatching, regsIrqsOn, userMode } from '../primitives/facts.ts';
import { localIrqDisable, localIrqEnable, rawLocalIrqDisable, rawLocalIrqEnable } from '../primitives/irqflags.ts';
import {
  begin,
  call,
  choose,
  constant,
  end,
  event,
  give,
  inline,
  instrumentable,
  local,
  noinstr,
  not,
  oneOf,
  option,
  type Program,
  panic,
  save,
  when,
} from '../program.ts';

const FAULT = 'arch/x86/mm/fault.c';
const TRAPS = 'arch/x86/kernel/traps.c';

const enter = call(irqentryEnter, { into: 'state', c: 'state = irqentry_enter(regs)' });
const exit = call(irqentryExit, { given: { exit_rcu: local('state') }, c: 'irqentry_exit(regs, state)' });

/** Faults of user mode are handled with interrupts on; those of the kernel where it had them on. */
export const handlePageFault = instrumentable('handle_page_fault', kernel(FAULT, 'handle_page_fault'), [
  when(oneOf(userMode, regsIrqsOn), [call(localIrqEnable)]),
  event('call.exception-handler', 'do_user_addr_fault(regs, error_code, address)'),
  call(localIrqDisable),
]);

/** A page that the host has swapped out. Returns whether it was that. */
export const kvmHandleAsyncPf = inline(
  'kvm_handle_async_pf',
  kernel('arch/x86/kernel/kvm.c', '__kvm_handle_async_pf'),
  [
    choose('the fault', [option('is a real one', [], false), option("is the host's", [], true)], 'async'),
    when(not(local('async')), [give(constant(false))]),
    enter,
    begin,
    event('call.exception-handler', 'kvm_async_pf_task_wait_schedule(token)'),
    end,
    exit,
    give(constant(true)),
  ],
);

export const excPageFault = noinstr('exc_page_fault', kernel(FAULT, 'exc_page_fault'), [
  call(readCr2, { c: 'address = read_cr2()' }),
  call(kvmHandleAsyncPf, { into: 'async' }),
  when(local('async'), [give()]),
  enter,
  begin,
  call(handlePageFault),
  end,
  exit,
]);

/** BUG and WARN, which can stand anywhere, so that nothing is told. Returns whether it was one. */
export const handleBug = noinstr('handle_bug', kernel(TRAPS, 'handle_bug'), [
  event('bug.check', 'is_valid_bugaddr(regs->ip)'),
  // An invalid instruction stands where any code may: in entry code, before RCU watches, only a ud2 of ours does.
  save('warn', constant(true, 'true')),
  when(rcuWatching, [
    choose('the instruction', [option('is a WARN', [], true), option('is invalid', [], false)], 'warn'),
  ]),
  when(not(local('warn')), [give(constant(false))]),
  begin,
  when(regsIrqsOn, [call(rawLocalIrqEnable)]),
  event('call.warn', 'report_bug(regs->ip, regs)'),
  when(regsIrqsOn, [call(rawLocalIrqDisable)]),
  end,
  give(constant(true)),
]);

/** What is neither BUG nor WARN in the kernel is its end. */
export const excInvalidOp = noinstr('exc_invalid_op', kernel(TRAPS, 'exc_invalid_op'), [
  when(not(userMode), [call(handleBug, { into: 'handled' }), when(local('handled'), [give()])]),
  enter,
  begin,
  event('call.exception-handler', 'handle_invalid_op(regs)'),
  when(not(userMode), [panic('die(str, regs, error_code)')]),
  end,
  exit,
]);

/** DEFINE_IDTENTRY: #DE, #GP, #SS, #AC, #XF, ... */
export const excGeneralProtection = noinstr('exc_general_protection', kernel(TRAPS, 'exc_general_protection'), [
  enter,
  begin,
  when(oneOf(userMode, regsIrqsOn), [call(localIrqEnable, { c: 'cond_local_irq_enable(regs)' })]),
  event('call.exception-handler', 'gp_user_force_sig_segv(regs, ...)'),
  when(oneOf(userMode, regsIrqsOn), [call(localIrqDisable, { c: 'cond_local_irq_disable(regs)' })]),
  end,
  exit,
]);

export const EXCEPTION_PROGRAMS: readonly Program[] = [
  handlePageFault,
  kvmHandleAsyncPf,
  excPageFault,
  handleBug,
  excInvalidOp,
  excGeneralProtection,
];

/** x86: #AC, an unaligned access of user mode, or a split lock. */
import { kernel } from '../../contract/source.ts';
import { irqentryEnter, irqentryExit } from '../entry/irqentry.ts';
import { userMode } from '../primitives/facts.ts';
import { localIrqDisable, localIrqEnable } from '../primitives/irqflags.ts';
import { begin, call, end, event, local, noinstr, not, type Program, panic, when } from '../program.ts';

export const excAlignmentCheck = noinstr(
  'exc_alignment_check',
  kernel('arch/x86/kernel/traps.c', 'exc_alignment_check'),
  [
    call(irqentryEnter, { into: 'state', c: 'state = irqentry_enter(regs)' }),
    begin,
    when(not(userMode), [panic('die("Split lock detected\\n", regs, error_code)')]),
    call(localIrqEnable),
    event('call.exception-handler', 'do_trap(X86_TRAP_AC, SIGBUS, "alignment check", ...)'),
    call(localIrqDisable),
    end,
    call(irqentryExit, { given: { exit_rcu: local('state') }, c: 'irqentry_exit(regs, state)' }),
  ],
);

export const ALIGNMENT_CHECK_PROGRAMS: readonly Program[] = [excAlignmentCheck];

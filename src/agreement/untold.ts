/** Events that a walk may not tell where the reference has them. */
import type { EventName } from '../contract/alphabet.ts';
import type { AdaptationKind } from './adaptation.ts';

/** One of them. */
export interface Untold {
  readonly event: EventName;
  readonly kind: AdaptationKind;
  readonly why: string;
  /** The programs in which it must be told on some path all the same. */
  readonly toldIn: readonly string[];
}

/** All of them. */
export const UNTOLD: readonly Untold[] = [
  {
    event: 'call.exception-handler',
    kind: 'folded',
    why: 'which of the calls is the body of an exception is not known, but for a page fault; of that only where the address is of user mode',
    toldIn: ['handle_page_fault'],
  },
  {
    event: 'call.nmi-handler',
    kind: 'folded',
    why: 'the same, but for NMI and #MC; and while ignore_nmis is set NMIs are not handled (arch/x86/kernel/nmi.c, stop_nmi)',
    toldIn: ['default_do_nmi', 'exc_machine_check_kernel', 'noist_exc_machine_check'],
  },
  {
    event: 'call.handler',
    kind: 'folded',
    why: 'the body of a system vector may be inlined (arch/x86/include/asm/idtentry.h, DEFINE_IDTENTRY_SYSVEC)',
    toldIn: ['common_interrupt'],
  },
  {
    event: 'syscall.invoke',
    kind: 'allowed',
    why: 'user mode may ask for a number that is no syscall (arch/x86/entry/common.c, do_syscall_64)',
    toldIn: ['do_syscall_64', 'do_int80_emulation', '__do_fast_syscall_32'],
  },
];

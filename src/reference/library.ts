/** The reference: all its programs under the kernel's names. */
import { IRQENTRY_PROGRAMS } from './entry/irqentry.ts';
import { SOFTIRQ_PROGRAMS } from './entry/softirq.ts';
import { SYSCALL_PROGRAMS } from './entry/syscall.ts';
import { USER_PROGRAMS } from './entry/user.ts';
import { ALIGNMENT_CHECK_PROGRAMS } from './handlers/alignment-check.ts';
import { DOCUMENT_PROGRAMS } from './handlers/document.ts';
import { EXCEPTION_PROGRAMS } from './handlers/exceptions.ts';
import { IDLE_PROGRAMS } from './handlers/idle.ts';
import { INTERRUPT_PROGRAMS } from './handlers/interrupts.ts';
import { KVM_PROGRAMS } from './handlers/kvm.ts';
import { NMI_LIKE_PROGRAMS } from './handlers/nmi-like.ts';
import { CONTEXT_TRACKING_PROGRAMS } from './primitives/context-tracking.ts';
import { REGISTER_PROGRAMS } from './primitives/debug-registers.ts';
import { IRQFLAG_PROGRAMS } from './primitives/irqflags.ts';
import { type Library, libraryOf } from './program.ts';

/** All programs. */
export const PROGRAMS: Library = libraryOf(
  IRQFLAG_PROGRAMS,
  CONTEXT_TRACKING_PROGRAMS,
  REGISTER_PROGRAMS,
  USER_PROGRAMS,
  SYSCALL_PROGRAMS,
  IRQENTRY_PROGRAMS,
  SOFTIRQ_PROGRAMS,
  DOCUMENT_PROGRAMS,
  INTERRUPT_PROGRAMS,
  EXCEPTION_PROGRAMS,
  ALIGNMENT_CHECK_PROGRAMS,
  NMI_LIKE_PROGRAMS,
  IDLE_PROGRAMS,
  KVM_PROGRAMS,
);

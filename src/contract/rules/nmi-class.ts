/** NMI-CLASS: which helper an exception must use. The table of vectors decides, not the code. */
import { all, clear, is, not } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { kindsOfClass } from '../vectors.ts';
import { USER_EXITS } from './acts.ts';

const fromUser = is('origin', 'user');
const fromKernel = is('origin', 'kernel');

export const nmiClass: Rule = {
  id: 'NMI-CLASS',
  says: 'each exception uses the entry of its class: NMI and double fault always NMI-like; debug, breakpoint and machine check NMI-like from the kernel, as an interrupt from user mode; the others as interrupts',
  why: 'what can hit an NMI or entry code must not rely on RCU, lockdep or the counter being sane; what comes from user mode must be able to sleep, deliver signals and be preempted',
  source: [document('NMI and NMI-like exceptions'), kernel('arch/x86/include/asm/idtentry.h', 'DECLARE_IDTENTRY_*')],
  note: 'the document says that NMI-like exceptions do not differentiate by origin; on x86 only NMI and double fault do not. It does not name int3. The table is that of x86',
  conditions: [
    {
      name: 'nmi-as-user',
      says: 'an exception that is always NMI-like is entered from user mode as an interrupt',
      fix: 'Use irqentry_nmi_enter()',
      on: ['entry.user', 'entry.kernel', 'ct.irq.enter', ...USER_EXITS],
      when: fromUser,
      broken: is('kind', ...kindsOfClass('fromUser', 'nmi')),
    },
    {
      name: 'nmi-as-kernel',
      says: 'an exception that can hit anywhere is entered from the kernel as an interrupt',
      fix: 'Use irqentry_nmi_enter() where it came from the kernel',
      on: ['entry.kernel', 'entry.user', 'ct.irq.enter'],
      when: fromKernel,
      broken: is('kind', ...kindsOfClass('fromKernel', 'nmi')),
    },
    {
      name: 'user-as-nmi',
      says: 'an exception from user mode is entered NMI-like',
      fix: 'Use irqentry_enter_from_user_mode() where it came from user mode',
      on: ['entry.nmi', 'count.nmi.add'],
      when: fromUser,
      broken: is('kind', ...kindsOfClass('fromUser', 'user', 'kernel')),
    },
    {
      name: 'interrupt-as-nmi',
      says: 'an interrupt or regular exception of the kernel is entered NMI-like',
      fix: 'Use irqentry_enter()',
      on: ['entry.nmi', 'count.nmi.add'],
      when: fromKernel,
      broken: is('kind', ...kindsOfClass('fromKernel', 'user', 'kernel', 'never')),
    },
    {
      name: 'bug-after-entry',
      says: 'a #UD of the kernel is entered as an interrupt before it was tried as BUG or WARN, which can stand anywhere',
      fix: 'Call handle_bug() before irqentry_enter()',
      on: ['entry.kernel'],
      when: all(fromKernel, is('kind', 'invalid-op')),
      broken: clear('bugChecked'),
    },
    {
      name: 'ist-entry-called',
      says: "software calls the NMI entry that expects the NMI stack: the word that says 'an NMI runs' lies elsewhere",
      fix: 'Call asm_exc_nmi_kvm_vmx',
      on: ['enter.nmi.ist-call'],
      broken: all(),
    },
    {
      name: 'other-handler',
      says: 'the entry code calls the handler of another vector, or that of the other side',
      fix: 'Call the handler that the vector has for user mode, or for the kernel',
      on: ['call.other-handler'],
      broken: all(),
    },
    {
      name: 'entry-missing',
      says: 'the handler of an exception runs without any entry',
      fix: 'Call the entry of its class before',
      on: ['call.handler', 'call.exception-handler', 'call.nmi-handler'],
      when: not(is('kind', 'task')),
      broken: is('entered', 'none'),
    },
  ],
  exceptions: [
    {
      what: 'BUG and WARN (#UD) are handled before any entry',
      why: 'they can stand where no entry would work',
      source: kernel('arch/x86/kernel/traps.c', 'handle_bug'),
      conditions: ['entry-missing'],
    },
    {
      what: 'int3 of a patch in progress is handled before any entry',
      why: 'the entry code itself is patched',
      source: kernel('arch/x86/kernel/alternative.c', 'poke_int3_handler'),
      conditions: ['entry-missing'],
    },
  ],
};

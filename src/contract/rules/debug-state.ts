/** DEBUG-STATE: registers that a nested exception of the same kind would overwrite. */
import { all, changed, clear, is, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { INSTRUMENTABLE_CODE } from './acts.ts';

const NMI = kernel('arch/x86/kernel/nmi.c', 'exc_nmi');

/** NMI-like contexts that must not be hit by a breakpoint: a #DB would nest into them. */
const saves = is('kind', 'nmi', 'debug', 'machine-check');

export const debugState: Rule = {
  id: 'DEBUG-STATE',
  says: 'what a nested exception of the same kind would overwrite (DR7, DR6, CR2) is saved before anything that could cause one, and restored after',
  why: 'a breakpoint in the breakpoint handler would lose the first one, or never end; a page fault in an NMI would send the interrupted fault to another address',
  source: [document('Non-instrumentable code - noinstr'), NMI, kernel('arch/x86/kernel/traps.c', 'exc_debug_kernel')],
  conditions: [
    {
      name: 'dr7-not-saved',
      says: 'an NMI-like entry is made with breakpoints armed',
      fix: 'Call local_db_save() before the entry',
      on: ['entry.nmi', 'count.nmi.add'],
      when: saves,
      broken: clear('dr7Saved'),
    },
    {
      name: 'dr7-not-saved-for-machine-check',
      says: 'the machine check handler runs with breakpoints armed',
      fix: 'Call local_db_save() before do_machine_check()',
      on: ['call.nmi-handler'],
      when: is('kind', 'machine-check'),
      broken: clear('dr7Saved'),
    },
    {
      name: 'dr7-not-restored',
      says: 'the handler returns and breakpoints stay disarmed',
      fix: 'Call local_db_restore()',
      on: ['return'],
      broken: set('dr7Saved'),
    },
    {
      name: 'dr7-restored-early',
      says: 'breakpoints are armed again before the NMI-like exit has ended',
      fix: 'Call local_db_restore() after irqentry_nmi_exit()',
      on: ['dr7.restore'],
      broken: changed('nmi'),
    },
    {
      name: 'dr7-saved-around-user-entry',
      says: 'DR7 is saved before the entry from user mode',
      fix: 'Save it behind the entry: in user mode nothing of the kernel is interrupted',
      on: ['entry.user'],
      broken: set('dr7Saved'),
      needs: ['6.12'],
    },
    {
      name: 'dr7-saved-around-user-exit',
      says: 'DR7 is still saved where the exit to user mode begins',
      fix: 'Restore it before the exit: work on the way may schedule, and DR7 belongs to the task',
      on: ['exit.user'],
      broken: set('dr7Saved'),
      needs: ['6.12'],
    },
    {
      name: 'dr6-not-read',
      says: 'a debug exception goes on before DR6 was read and reset',
      fix: 'Call debug_read_reset_dr6() first',
      on: ['entry.user', 'entry.kernel', 'entry.nmi', ...INSTRUMENTABLE_CODE],
      when: is('kind', 'debug'),
      broken: clear('dr6Read'),
    },
    {
      name: 'cr2-not-read',
      says: 'a page fault, double fault or NMI goes on before CR2 was read',
      fix: 'Read CR2 first',
      on: ['entry.user', 'entry.kernel', 'entry.nmi', ...INSTRUMENTABLE_CODE],
      when: is('kind', 'page-fault', 'double-fault', 'nmi'),
      broken: clear('cr2Read'),
    },
    {
      name: 'cr2-not-restored',
      says: 'the NMI returns, and CR2 is that of a page fault in it',
      fix: 'Write CR2 back before the return',
      on: ['return'],
      broken: all(is('kind', 'nmi'), set('cr2Written')),
    },
    {
      name: 'dr7-saved-twice',
      says: 'DR7 is saved twice: the first value is lost',
      fix: 'Save it once',
      on: ['dr7.save'],
      broken: set('dr7Saved'),
    },
    {
      name: 'dr7-restored-unsaved',
      says: 'DR7 is restored, and was not saved',
      fix: 'Pair local_db_save() and local_db_restore()',
      on: ['dr7.restore'],
      broken: clear('dr7Saved'),
    },
    {
      name: 'dr6-read-twice',
      says: 'DR6 is read twice: it was reset by the first',
      fix: 'Read it once, first',
      on: ['dr6.read'],
      broken: set('dr6Read'),
    },
  ],
  exceptions: [
    {
      what: 'a debug exception or machine check from user mode keeps DR7 through its entry',
      why: 'noinstr code has no breakpoints of its own, and user mode is not interrupted twice',
      source: kernel('arch/x86/kernel/traps.c', 'exc_debug_user'),
      conditions: ['dr7-not-saved'],
    },
    {
      what: 'int3 saves nothing',
      why: 'it has no register that a second one overwrites',
      source: kernel('arch/x86/kernel/traps.c', 'exc_int3'),
      conditions: ['dr7-not-saved'],
    },
    {
      what: 'prefetchw runs before the entry of a page fault',
      why: 'a prefetch does not fault',
      source: kernel('arch/x86/mm/fault.c', 'exc_page_fault'),
      conditions: ['cr2-not-read'],
    },
  ],
};

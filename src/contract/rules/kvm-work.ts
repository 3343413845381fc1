/** KVM-WORK: what waits for the task must be done before it disappears into the guest. */
import { all, clear, is, not, set } from '../expression.ts';
import type { Condition, Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';

const X86 = 'arch/x86/kvm/x86.c';

const overlooked = (flag: 'resched' | 'signal' | 'notify', waits: string): Condition => ({
  name: `${flag}-overlooked`,
  says: `the loop of work before the guest entry ends, although ${waits}: it was neither done nor looked for`,
  fix: 'Test every flag of XFER_TO_GUEST_MODE_WORK in the loop, and do what it asks for',
  on: ['kvm.check.none'],
  when: set('irq'),
  broken: set(flag),
});

export const kvmWork: Rule = {
  id: 'KVM-WORK',
  says: 'work is handled before the guest entry with interrupts on, and looked for again with interrupts off',
  why: 'a signal that arrives between the last look and the entry would wait for the end of the guest run',
  source: [
    document('KVM'),
    kernel('kernel/entry/kvm.c', 'xfer_to_guest_mode_handle_work'),
    kernel(X86, 'kvm_vcpu_exit_request'),
    kernel('include/linux/entry-kvm.h', 'xfer_to_guest_mode_prepare'),
  ],
  note: 'the document names the work and where it is handled, not the second look',
  conditions: [
    {
      name: 'handled-disabled',
      says: 'work before the guest entry is handled with interrupts off',
      fix: 'Call xfer_to_guest_mode_handle_work() with interrupts on',
      on: ['kvm.work'],
      broken: clear('irq'),
    },
    {
      name: 'handled-in-round',
      says: 'work is handled inside of the guest round',
      fix: 'Leave the round first',
      on: ['kvm.work'],
      broken: set('vcpu'),
    },
    {
      name: 'not-checked',
      says: 'the guest round begins, and nobody looked for work since interrupts went off',
      fix: 'Ask kvm_vcpu_exit_request() (xfer_to_guest_mode_work_pending()) with interrupts off',
      on: ['guest.timing.enter'],
      broken: not(is('guestStep', 'checked')),
    },
    {
      name: 'not-flushed',
      says: 'work is looked for with interrupts off, and deferred wakeups were not flushed since they went off',
      fix: 'Call xfer_to_guest_mode_prepare() before the look: the flush may ask for a reschedule',
      on: ['kvm.check.none', 'kvm.check.some'],
      broken: all(clear('irq'), clear('flushed')),
      needs: ['nohz-full'],
    },
    {
      name: 'work-unhandled',
      says: 'work is looked for again with interrupts off, and what the last look found was not handled',
      fix: 'Call xfer_to_guest_mode_handle_work() in the outer loop',
      on: ['kvm.check.none', 'kvm.check.some'],
      broken: all(clear('irq'), set('guestWorkSeen')),
    },
    overlooked('resched', 'a reschedule is wanted'),
    overlooked('signal', 'a signal waits'),
    overlooked('notify', 'task work waits'),
    {
      name: 'run-unchecked',
      says: 'the guest is entered, and nobody looked for work since the last run',
      fix: 'Ask kvm_vcpu_exit_request() before the fast path enters the guest again',
      on: ['guest.run'],
      broken: not(is('guestStep', 'timed')),
    },
    {
      name: 'work-ignored',
      says: 'the guest is entered although the last look found work',
      fix: 'Give the round up and handle the work',
      on: ['guest.timing.enter', 'guest.run'],
      broken: set('guestWorkSeen'),
    },
  ],
  exceptions: [
    {
      what: 'the fast path enters the guest again without a round of its own',
      why: 'it asks kvm_vcpu_exit_request() itself',
      source: kernel(X86, 'vcpu_enter_guest'),
      conditions: ['run-unchecked'],
    },
    {
      what: 'the outer loop looks for work with interrupts on, and flushes nothing',
      why: 'it is a first look, which the one with interrupts off repeats',
      source: kernel('include/linux/entry-kvm.h', '__xfer_to_guest_mode_work_pending'),
      conditions: ['not-flushed'],
    },
  ],
};

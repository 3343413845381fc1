/** RCU-WATCHING: where code may run at all. */
import { all, clear, set } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { calledByInstrumentable, INSTRUMENTABLE_CODE } from './acts.ts';

const NOINSTR = document('Non-instrumentable code - noinstr');

export const rcuWatching: Rule = {
  id: 'RCU-WATCHING',
  says: 'instrumentable code runs only while RCU watches, window or not',
  why: 'RCU does not wait for this CPU, so what the code reads under RCU may be freed under it; lockdep and tracing use RCU',
  source: [NOINSTR, kernel('kernel/context_tracking.c', 'ct_kernel_exit')],
  conditions: [
    {
      name: 'code-without-rcu',
      says: 'instrumentable code runs while RCU does not watch',
      fix: 'Move it behind the entry that makes RCU watch, or before the exit that ends it',
      on: INSTRUMENTABLE_CODE,
      broken: clear('watching'),
    },
    {
      name: 'pointer-without-rcu',
      says: 'code runs through a pointer while RCU does not watch',
      fix: 'Move the call to where RCU watches, or let its targets be known and noinstr',
      on: ['call.indirect'],
      broken: all(clear('watching'), clear('idleTask')),
    },
    {
      name: 'nesting-without-rcu',
      says: 'a nesting count changes while RCU does not watch: an NMI in between would see the two contradict each other',
      fix: 'Change it between the two halves of the state: after RCU begins to watch, before it stops',
      on: [
        'ct.nesting.set',
        'ct.nesting.clear',
        'ct.nmi-nesting.nonidle',
        'ct.nmi-nesting.clear',
        'ct.nmi-nesting.first',
        'ct.nmi-nesting.nested',
        'ct.nmi-nesting.unnested',
      ],
      broken: clear('watching'),
    },
    {
      name: 'returned-without-rcu',
      says: 'noinstr code returns to instrumentable code while RCU does not watch',
      fix: 'Make the function that it returns to noinstr, up to the one that makes RCU watch again',
      on: ['function.return'],
      when: clear('idleTask'),
      broken: all(clear('watching'), calledByInstrumentable),
      needs: ['markers'],
    },
    {
      name: 'returned-in-idle',
      says: 'noinstr code of the idle loop returns to instrumentable code while RCU does not watch',
      fix: 'Make the function that calls ct_cpuidle_enter() noinstr or __cpuidle',
      on: ['function.return'],
      when: set('idleTask'),
      broken: all(clear('watching'), calledByInstrumentable),
      needs: ['markers', 'idle-noinstr'],
    },
  ],
  exceptions: [
    {
      what: 'the cpuidle driver is called through a pointer in the idle task',
      why: 'its targets are in .cpuidle.text',
      source: kernel('drivers/cpuidle/cpuidle.c', 'cpuidle_enter_state', '6.12'),
      conditions: ['pointer-without-rcu'],
    },
    {
      what: 'a WARN is reported wherever it stands',
      why: 'report_bug() makes RCU watch by itself (warn_rcu_enter())',
      source: kernel('lib/bug.c', 'report_bug'),
      conditions: ['code-without-rcu'],
    },
    {
      what: 'a VMREAD or VMWRITE that fails prints in the guest state',
      why: 'only a broken hypervisor gets there, and a message is worth more than silence',
      source: kernel('arch/x86/kvm/vmx/vmx.c', 'vmread_error, vmwrite_error'),
      conditions: [],
      applies: { callees: ['vmread_error', 'vmwrite_error', 'vmread_error_trampoline'] },
    },
  ],
};

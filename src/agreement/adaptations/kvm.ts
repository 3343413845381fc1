/** KVM's rounds, as they are compared. */
import { guestStateEnterIrqoff, guestStateExitIrqoff } from '../../reference/handlers/kvm.ts';
import { excNmiKvmVmx } from '../../reference/handlers/nmi-like.ts';
import { rawLocalIrqDisable, rawLocalIrqEnable } from '../../reference/primitives/irqflags.ts';
import { call, choose, event, give, has, local, not, option, raise, repeat, when } from '../../reference/program.ts';
import { type Adaptation, BY_ITSELF, maybe, TRACEPOINTS } from '../adaptation.ts';

const active = has('context-tracking-active');

export const KVM_ADAPTATIONS: readonly Adaptation[] = [
  {
    program: 'vmx_vcpu_enter_exit',
    kind: 'allowed',
    why: "CR2 is the guest's around the run, the entry may fail, and why the guest came back is told late",
    source: 'arch/x86/kvm/vmx/vmx.c: vmx_vcpu_enter_exit',
    only: 'itself',
    to: {
      steps: [
        call(guestStateEnterIrqoff),
        event('cr2.read'),
        ...maybe('CR2 differs', event('cr2.restore')),
        ...maybe('the entry works', event('guest.run'), event('guest.exit')),
        event('cr2.read'),
        when(
          has('nmi-in-guest-state'),
          maybe('an NMI ended it', event('guest.exit.nmi'), raise('enter.nmi', excNmiKvmVmx)),
        ),
        call(guestStateExitIrqoff),
        choose('the exit', [option('is the own of the guest', [], true), option('is another', [], false)], 'asked'),
        give(local('asked')),
      ],
    },
  },
  {
    program: 'vmx_vcpu_enter_exit',
    kind: 'folded',
    why: BY_ITSELF,
    source: 'arch/x86/kvm/vmx/vmx.c: vmx_vcpu_enter_exit',
    only: 'called',
    to: {
      class: 'inline',
      steps: [
        event('trace.on-prepare'),
        event('lockdep.hardirqs-on-prepare'),
        when(active, [event('ct.nmi-nesting.clear'), event('ct.nesting.clear'), event('ct.guest.enter')]),
        event('ct.guest.enter.inactive'),
        when(not(active), [event('rcu.note-context-switch')]),
        event('lockdep.hardirqs-on'),
        event('guest.run'),
        choose(
          'the exit',
          [
            option('is the own of the guest', ['guest.exit'], true),
            option('is an interrupt', ['guest.exit.interrupt'], false),
          ],
          'own',
        ),
        event('lockdep.hardirqs-off'),
        when(active, [event('ct.guest.exit'), event('ct.nesting.set'), event('ct.nmi-nesting.nonidle')]),
        event('ct.guest.exit.inactive'),
        when(not(active), [event('rcu.note-context-switch')]),
        event('trace.off-finish'),
        give(local('own')),
      ],
    },
  },
  {
    program: 'kvm_vcpu_exit_request',
    kind: 'allowed',
    why: "a request of the guest's ends the round before the flags are read",
    source: 'arch/x86/kvm/x86.c: kvm_vcpu_exit_request',
    to: {
      edits: [
        {
          op: 'replace',
          program: 'kvm_vcpu_exit_request',
          path: '1',
          step: choose(
            'the look for work',
            [
              option('finds none', ['kvm.check.none'], false),
              option('finds some', ['kvm.check.some'], true),
              option('ends at a request', [], true),
            ],
            'work',
          ),
        },
      ],
    },
  },
  {
    program: 'xfer_to_guest_mode_handle_work',
    kind: 'folded',
    why: 'a call of it is the event; by itself it shows only how it reads the flags',
    source: 'kernel/entry/kvm.c: xfer_to_guest_mode_work',
    only: 'itself',
    to: {
      steps: [
        repeat(
          [
            choose(
              'the flags',
              [
                option('are read no more', [], false),
                option('are clear', ['kvm.check.none'], true),
                option('say that work waits', ['kvm.check.some'], true),
              ],
              'more',
            ),
          ],
          local('more'),
        ),
      ],
    },
  },
  {
    program: 'svm_vcpu_run',
    kind: 'allowed',
    why: 'its tracepoints',
    source: 'arch/x86/kvm/svm/svm.c: svm_vcpu_run',
    only: 'itself',
    to: {
      edits: [
        { op: 'insert', program: 'svm_vcpu_run', path: '3', step: call(TRACEPOINTS) },
        { op: 'insert', program: 'svm_vcpu_run', path: '0', step: call(TRACEPOINTS) },
      ],
    },
  },
  {
    program: 'svm_vcpu_enter_exit',
    kind: 'allowed',
    why: 'vmrun faults, and is skipped, while the machine reboots',
    source: 'arch/x86/kvm/svm/vmenter.S: __svm_vcpu_run, kvm_rebooting',
    to: {
      steps: [
        call(guestStateEnterIrqoff),
        call(rawLocalIrqEnable),
        ...maybe('vmrun works', event('guest.run'), event('guest.exit')),
        call(rawLocalIrqDisable),
        call(guestStateExitIrqoff),
      ],
    },
  },
  {
    program: 'vcpu_run (VMX)',
    kind: 'allowed',
    why: 'the loop, of which the reference runs one round; a round may end before it begins',
    source: 'arch/x86/kvm/x86.c: vcpu_run',
    to: {
      steps: [
        repeat(
          [
            ...maybe('a round is made', call('vcpu_enter_guest (VMX)')),
            ...maybe(
              'work is looked for',
              choose('there', [option('is none', ['kvm.check.none']), option('is some', ['kvm.check.some'])]),
            ),
            ...maybe('work is handled', event('kvm.work')),
            choose('the loop', [option('ends', [], false), option('goes on', [], true)], 'asked'),
          ],
          local('asked'),
        ),
      ],
    },
  },
  {
    program: 'vmx_handle_exit_irqoff',
    kind: 'folded',
    why: 'a walk does not know why the guest came back',
    source: 'arch/x86/kvm/vmx/vmx.c: vmx_handle_exit_irqoff',
    to: { steps: maybe('an interrupt', raise('enter.guest-interrupt', 'common_interrupt')) },
  },
];

/** Events that update context tracking and RCU, and the charging of time, which partly happens there. */
import { add, type EventSpec, put, when } from '../event.ts';
import { all, clear, is, not } from '../expression.ts';
import { kernel } from '../source.ts';

const CT = 'kernel/context_tracking.c';
const VTIME = 'include/linux/vtime.h';
const active = { needs: ['context-tracking', 'context-tracking-active'] } as const;
const inactive = { needs: ['context-tracking', 'context-tracking-inactive'] } as const;
const needsVtime = { needs: ['vtime'] } as const;
const needsIrqtime = { needs: ['irqtime'] } as const;

export const CONTEXT_TRACKING = {
  'ct.user.exit': {
    says: 'context tracking leaves user mode, RCU watches from here (state +2)',
    kernel: [kernel(CT, 'ct_kernel_enter')],
    effects: [put('ctState', 'kernel'), put('watching', 1)],
    ...active,
  },
  'ct.user.enter': {
    says: 'context tracking enters user mode, RCU no longer watches (state +6)',
    kernel: [kernel(CT, 'ct_kernel_exit')],
    effects: [put('ctState', 'user'), put('watching', 0)],
    ...active,
  },
  'ct.guest.exit': {
    says: 'context tracking leaves the guest, RCU watches from here (state +1)',
    kernel: [kernel(CT, 'ct_kernel_enter')],
    effects: [put('ctState', 'kernel'), put('watching', 1)],
    ...active,
  },
  'ct.guest.enter': {
    says: 'context tracking enters the guest, RCU no longer watches (state +7)',
    kernel: [kernel(CT, 'ct_kernel_exit')],
    effects: [put('ctState', 'guest'), put('watching', 0)],
    ...active,
  },
  'ct.user.exit.inactive': {
    says: 'context tracking leaves user mode, RCU watched all along (state -2)',
    kernel: [kernel(CT, '__ct_user_exit')],
    effects: [put('ctState', 'kernel')],
    ...inactive,
  },
  'ct.user.enter.inactive': {
    says: 'context tracking enters user mode, RCU goes on watching (state +2)',
    kernel: [kernel(CT, '__ct_user_enter')],
    effects: [put('ctState', 'user')],
    ...inactive,
  },
  'ct.guest.exit.inactive': {
    says: 'context tracking leaves the guest, RCU watched all along (state -3)',
    kernel: [kernel(CT, '__ct_user_exit')],
    effects: [put('ctState', 'kernel')],
    ...inactive,
  },
  'ct.guest.enter.inactive': {
    says: 'context tracking enters the guest, RCU goes on watching (state +3)',
    kernel: [kernel(CT, '__ct_user_enter')],
    effects: [put('ctState', 'guest')],
    ...inactive,
  },
  'ct.idle.enter': {
    says: 'context tracking enters idle, RCU no longer watches (state +5)',
    kernel: [kernel(CT, 'ct_idle_enter')],
    effects: [put('ctState', 'idle'), put('watching', 0)],
  },
  'ct.idle.exit': {
    says: 'context tracking leaves idle, RCU watches from here (state +3)',
    kernel: [kernel(CT, 'ct_idle_exit')],
    effects: [put('ctState', 'kernel'), put('watching', 1)],
  },
  'ct.watch.begin': {
    says: 'RCU watches from here, the context stays (state +4)',
    kernel: [kernel(CT, 'ct_nmi_enter'), kernel('include/linux/context_tracking.h', 'warn_rcu_enter')],
    effects: [put('watching', 1)],
  },
  'ct.watch.end': {
    says: 'RCU no longer watches, the context stays (state +4)',
    kernel: [kernel(CT, 'ct_nmi_exit'), kernel('include/linux/context_tracking.h', 'warn_rcu_exit')],
    effects: [put('watching', 0)],
  },
  'ct.nesting.set': {
    says: 'process-level nesting becomes 1',
    kernel: [kernel(CT, 'ct_kernel_enter')],
    effects: [put('nesting', 1)],
  },
  'ct.nesting.clear': {
    says: 'process-level nesting becomes 0',
    kernel: [kernel(CT, 'ct_kernel_exit')],
    effects: [put('nesting', 0)],
  },
  'ct.nmi-nesting.nonidle': {
    says: 'nmi_nesting becomes CT_NESTING_IRQ_NONIDLE',
    kernel: [kernel(CT, 'ct_kernel_enter')],
    effects: [put('nmiNonidle', 1), put('nmiNesting', 0)],
  },
  'ct.nmi-nesting.clear': {
    says: 'nmi_nesting becomes 0',
    kernel: [kernel(CT, 'ct_kernel_exit'), kernel(CT, 'ct_nmi_exit')],
    effects: [
      when(all(clear('nmiNonidle'), is('nmiNesting', 1), not(clear('rcuEntered'))), add('rcuEntered', -1)),
      put('nmiNonidle', 0),
      put('nmiNesting', 0),
    ],
  },
  'ct.nmi-nesting.first': {
    says: 'nmi_nesting +1: this entry made RCU watch',
    kernel: [kernel(CT, 'ct_nmi_enter')],
    effects: [add('nmiNesting', 1), add('rcuEntered', 1)],
  },
  'ct.nmi-nesting.nested': {
    says: 'nmi_nesting +2: RCU watched already',
    kernel: [kernel(CT, 'ct_nmi_enter')],
    effects: [add('nmiNesting', 2), add('rcuEntered', 1)],
  },
  'ct.nmi-nesting.unnested': {
    says: 'nmi_nesting -2',
    kernel: [kernel(CT, 'ct_nmi_exit')],
    effects: [add('nmiNesting', -2), add('rcuEntered', -1)],
  },
  'ct.irq.enter': {
    says: 'ct_irq_enter() is called (its updates follow)',
    kernel: [kernel(CT, 'ct_irq_enter')],
    effects: [],
  },
  'ct.irq.exit': {
    says: 'ct_irq_exit() is called (its updates follow)',
    kernel: [kernel(CT, 'ct_irq_exit')],
    effects: [],
  },
  'ct.nmi.enter': {
    says: 'ct_nmi_enter() is called by an NMI-like entry (its updates follow)',
    kernel: [kernel(CT, 'ct_nmi_enter')],
    effects: [],
  },
  'ct.nmi.exit': {
    says: 'ct_nmi_exit() is called by an NMI-like exit (its updates follow)',
    kernel: [kernel(CT, 'ct_nmi_exit')],
    effects: [],
  },
  'rcu.check-tick': {
    says: 'RCU looks whether this interrupt must restart the tick',
    kernel: [kernel('kernel/rcu/tree.c', '__rcu_irq_enter_check_tick')],
    effects: [put('tickChecked', 1)],
    needs: ['nohz-full'],
  },
  'rcu.note-context-switch': {
    says: 'a guest boundary is told to RCU as a quiescent state',
    kernel: [kernel('include/linux/rcutree.h', 'rcu_virt_note_context_switch')],
    effects: [],
  },
  'vtime.user.exit': {
    says: 'time is charged to the system from here',
    kernel: [kernel('kernel/sched/cputime.c', 'vtime_user_exit')],
    effects: [put('vtime', 'system')],
    ...needsVtime,
  },
  'vtime.user.enter': {
    says: 'time is charged to the user from here',
    kernel: [kernel('kernel/sched/cputime.c', 'vtime_user_enter')],
    effects: [put('vtime', 'user')],
    ...needsVtime,
  },
  'guest.timing.enter': {
    says: 'time is charged to the guest from here',
    kernel: [
      kernel('include/linux/kvm_host.h', 'guest_timing_enter_irqoff'),
      kernel(VTIME, 'vtime_account_guest_enter'),
    ],
    effects: [put('vtime', 'guest'), put('vcpu', 1), put('guestStep', 'timed')],
  },
  'guest.timing.exit': {
    says: 'time is charged to the system from here, no longer to the guest',
    kernel: [kernel('include/linux/kvm_host.h', 'guest_timing_exit_irqoff'), kernel(VTIME, 'vtime_account_guest_exit')],
    effects: [put('vtime', 'system'), put('vcpu', 0), put('guestStep', 'none')],
  },
  'time.hardirq.enter': {
    says: 'hard interrupt time is measured from here',
    kernel: [kernel(VTIME, 'account_hardirq_enter')],
    effects: [add('hardirqTime', 1)],
    ...needsIrqtime,
  },
  'time.hardirq.exit': {
    says: 'hard interrupt time is measured up to here',
    kernel: [kernel(VTIME, 'account_hardirq_exit')],
    effects: [add('hardirqTime', -1)],
    ...needsIrqtime,
  },
  'time.softirq.enter': {
    says: 'soft interrupt time is measured from here',
    kernel: [kernel(VTIME, 'account_softirq_enter')],
    effects: [add('softirqTime', 1)],
    ...needsIrqtime,
  },
  'time.softirq.exit': {
    says: 'soft interrupt time is measured up to here',
    kernel: [kernel(VTIME, 'account_softirq_exit')],
    effects: [add('softirqTime', -1)],
    ...needsIrqtime,
  },
} as const satisfies Readonly<Record<string, EventSpec>>;

/** KVM's round through the guest, for VMX and SVM; arch/x86/kvm, include/linux/kvm_host.h, kernel/entry/kvm.c. */
import { kernel } from '../../contract/source.ts';
import { tickNohzUserEnterPrepare } from '../entry/user.ts';
import { contextTrackingGuestEnter, contextTrackingGuestExit } from '../primitives/context-tracking.ts';
import { preemptDisable, preemptEnableNoResched } from '../primitives/debug-registers.ts';
import { exitByInterrupt, exitByNmi } from '../primitives/facts.ts';
import {
  localIrqDisable,
  localIrqEnable,
  lockdepHardirqsOff,
  lockdepHardirqsOn,
  lockdepHardirqsOnPrepare,
  rawLocalIrqDisable,
  rawLocalIrqEnable,
  traceHardirqsOffFinish,
  traceHardirqsOnPrepare,
} from '../primitives/irqflags.ts';
import {
  begin,
  call,
  choose,
  constant,
  either,
  end,
  event,
  give,
  has,
  inline,
  instrumentable,
  instrumented,
  local,
  noinstr,
  not,
  option,
  type Program,
  raise,
  repeat,
  save,
  when,
} from '../program.ts';
import { commonInterrupt } from './interrupts.ts';
import { excNmi, excNmiKvmVmx } from './nmi-like.ts';

const HOST = 'include/linux/kvm_host.h';
const X86 = 'arch/x86/kvm/x86.c';
const VMX = 'arch/x86/kvm/vmx/vmx.c';
const SVM = 'arch/x86/kvm/svm/svm.c';

/** The document's kvm_guest_enter_irqoff() is this and guest_state_enter_irqoff(). */
export const guestTimingEnterIrqoff = inline('guest_timing_enter_irqoff', kernel(HOST, 'guest_timing_enter_irqoff'), [
  ...instrumented(event('guest.timing.enter', 'vtime_account_guest_enter()')),
]);
export const guestTimingExitIrqoff = inline('guest_timing_exit_irqoff', kernel(HOST, 'guest_timing_exit_irqoff'), [
  ...instrumented(event('guest.timing.exit', 'vtime_account_guest_exit()')),
]);

const noteSwitch = instrumented(event('rcu.note-context-switch', 'rcu_virt_note_context_switch()'));

export const guestContextEnterIrqoff = inline(
  'guest_context_enter_irqoff',
  kernel(HOST, 'guest_context_enter_irqoff'),
  [call(contextTrackingGuestEnter, { into: 'tracked' }), when(not(local('tracked')), [noteSwitch])],
);
/** The quiescent state on exit is told by 6.12 only. */
export const guestContextExitIrqoff = inline('guest_context_exit_irqoff', kernel(HOST, 'guest_context_exit_irqoff'), [
  call(contextTrackingGuestExit, { into: 'tracked' }),
  when(has('rcu-note-on-guest-exit', 'LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)'), [
    when(not(local('tracked')), [noteSwitch]),
  ]),
]);

export const guestStateEnterIrqoff = inline('guest_state_enter_irqoff', kernel(HOST, 'guest_state_enter_irqoff'), [
  begin,
  call(traceHardirqsOnPrepare),
  call(lockdepHardirqsOnPrepare),
  end,
  call(guestContextEnterIrqoff),
  call(lockdepHardirqsOn),
]);
export const guestStateExitIrqoff = inline('guest_state_exit_irqoff', kernel(HOST, 'guest_state_exit_irqoff'), [
  call(lockdepHardirqsOff),
  call(guestContextExitIrqoff),
  begin,
  call(traceHardirqsOffFinish),
  end,
]);

/** A signal only ends the run: it is delivered on the way to user mode. */
export const xferToGuestModeHandleWork = instrumentable(
  'xfer_to_guest_mode_handle_work',
  kernel('kernel/entry/kvm.c', 'xfer_to_guest_mode_handle_work'),
  [event('kvm.work', 'xfer_to_guest_mode_work(vcpu, ti_work)')],
);

/** Returns whether the round is given up. */
export const kvmVcpuExitRequest = instrumentable('kvm_vcpu_exit_request', kernel(X86, 'kvm_vcpu_exit_request'), [
  call(tickNohzUserEnterPrepare, { c: 'xfer_to_guest_mode_prepare()' }),
  choose(
    'the look for work',
    [option('finds none', ['kvm.check.none'], false), option('finds some', ['kvm.check.some'], true)],
    'work',
  ),
  give(local('work')),
]);

/** The NMI that ended the run is handled inside of the guest state, before RCU watches (6.12). */
export const vmxVcpuEnterExit = noinstr('vmx_vcpu_enter_exit', kernel(VMX, 'vmx_vcpu_enter_exit'), [
  call(guestStateEnterIrqoff),
  event('guest.run', '__vmx_vcpu_run(vmx, ...)'),
  choose(
    'what ends the run',
    [
      option('something of the guest', ['guest.exit'], true),
      option('an interrupt', ['guest.exit.interrupt'], false),
      option('an NMI', ['guest.exit.nmi'], false),
    ],
    'own',
  ),
  when(has('nmi-in-guest-state', 'LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)'), [
    when(exitByNmi, [raise('enter.nmi', excNmiKvmVmx, 'vmx_do_nmi_irqoff()')]),
  ]),
  call(guestStateExitIrqoff),
  give(local('own')),
]);

export const vmxHandleExitIrqoff = instrumentable('vmx_handle_exit_irqoff', kernel(VMX, 'vmx_handle_exit_irqoff'), [
  when(exitByInterrupt, [raise('enter.guest-interrupt', commonInterrupt, 'vmx_do_interrupt_irqoff(entry)')]),
  when(has('6.1', 'LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)'), [
    when(exitByNmi, [raise('enter.nmi', excNmi, 'handle_interrupt_nmi_irqoff(vcpu, asm_exc_nmi_noist)')]),
  ]),
]);

/** Interrupts are on and held off by the global flag, so that one ends the run. */
export const svmVcpuEnterExit = noinstr('svm_vcpu_enter_exit', kernel(SVM, 'svm_vcpu_enter_exit'), [
  call(guestStateEnterIrqoff),
  call(rawLocalIrqEnable),
  event('guest.run', '__svm_vcpu_run(svm, spec_ctrl_intercepted)'),
  choose('what ends the run', [option('anything: what waits for the host is taken later', ['guest.exit'])]),
  call(rawLocalIrqDisable),
  call(guestStateExitIrqoff),
]);
/** A pending NMI is taken at stgi, a pending interrupt in the window. */
export const svmVcpuRun = instrumentable('svm_vcpu_run', kernel(SVM, 'svm_vcpu_run'), [
  event('gif.clear', 'clgi()'),
  call(svmVcpuEnterExit),
  event('gif.set', 'stgi()'),
  give(constant(true, 'svm_exit_handlers_fastpath(vcpu)')),
]);

const round = (vendorRun: Program, handleExit: readonly Program[]) => [
  call(preemptDisable),
  call(localIrqDisable),
  call(kvmVcpuExitRequest, { into: 'work' }),
  either(
    local('work'),
    [call(localIrqEnable), call(preemptEnableNoResched, { c: 'preempt_enable()' })],
    [
      call(guestTimingEnterIrqoff),
      repeat(
        [
          call(vendorRun, { into: 'own', c: 'exit_fastpath = kvm_x86_call(vcpu_run)(vcpu, run_flags)' }),
          // The fast path looks only at exits that are the guest's own, vmx_exit_handlers_fastpath().
          save('again', constant(false, 'false')),
          when(local('own'), [
            choose(
              'the fast path',
              [option('ends the round', [], false), option('enters the guest again', [], true)],
              'again',
            ),
          ]),
          when(local('again'), [
            call(kvmVcpuExitRequest, { into: 'work' }),
            when(local('work'), [save('again', constant(false, 'false'))]),
          ]),
        ],
        local('again'),
      ),
      ...handleExit.map((program) => call(program, { c: 'kvm_x86_call(handle_exit_irqoff)(vcpu)' })),
      call(localIrqEnable),
      event('shadow.end', '++vcpu->stat.exits'),
      call(localIrqDisable),
      call(guestTimingExitIrqoff),
      call(localIrqEnable),
      call(preemptEnableNoResched, { c: 'preempt_enable()' }),
    ],
  ),
];

export const vcpuEnterGuestVmx = instrumentable(
  'vcpu_enter_guest (VMX)',
  kernel(X86, 'vcpu_enter_guest'),
  round(vmxVcpuEnterExit, [vmxHandleExitIrqoff]),
);
export const vcpuEnterGuestSvm = instrumentable(
  'vcpu_enter_guest (SVM)',
  kernel(X86, 'vcpu_enter_guest'),
  round(svmVcpuRun, []),
);

const SIGNALS = choose('what waits for the task by now', [
  option('nothing'),
  option('a reschedule', ['flag.resched']),
  option('task work', ['flag.notify']),
]);
const outer = (name: string, inner: Program): Program =>
  instrumentable(name, kernel(X86, 'vcpu_run'), [SIGNALS, call(xferToGuestModeHandleWork), call(inner)]);

export const vcpuRunVmx = outer('vcpu_run (VMX)', vcpuEnterGuestVmx);
export const vcpuRunSvm = outer('vcpu_run (SVM)', vcpuEnterGuestSvm);

export const KVM_PROGRAMS: readonly Program[] = [
  guestTimingEnterIrqoff,
  guestTimingExitIrqoff,
  guestContextEnterIrqoff,
  guestContextExitIrqoff,
  guestStateEnterIrqoff,
  guestStateExitIrqoff,
  xferToGuestModeHandleWork,
  kvmVcpuExitRequest,
  vmxVcpuEnterExit,
  vmxHandleExitIrqoff,
  svmVcpuEnterExit,
  svmVcpuRun,
  vcpuEnterGuestVmx,
  vcpuEnterGuestSvm,
  vcpuRunVmx,
  vcpuRunSvm,
];

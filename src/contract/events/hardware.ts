/** Events that hardware makes, or that one instruction is: interrupt flag, entries, returns, halting, the guest, debug registers. */
import { type EventSpec, put, when } from '../event.ts';
import { is, set, was } from '../expression.ts';
import type { ValueOf } from '../fields.ts';
import { kernel } from '../source.ts';

const idt = kernel('arch/x86/kernel/idt.c', 'def_idts');

/** An entry of hardware: interrupts go off, a new context of this kind begins. */
const entry = (
  kind: ValueOf<'kind'>,
  says: string,
  at: string,
  file = 'arch/x86/include/asm/idtentry.h',
): EventSpec => ({
  says,
  kernel: [idt, kernel(file, at)],
  effects: [put('shadow', 'none'), { op: 'enter' }, put('kind', kind), put('irq', 0)],
});

export const HARDWARE = {
  'irq.enable': {
    says: 'interrupts go on in hardware',
    kernel: [kernel('arch/x86/include/asm/irqflags.h', 'native_irq_enable')],
    effects: [
      put('irq', 1),
      put('flagsFresh', 0),
      put('flushed', 0),
      when(is('guestStep', 'checked'), put('guestStep', 'none')),
      when(is('guestStep', 'ran'), when(set('gif'), put('guestStep', 'window'))),
    ],
  },
  'irq.enable.shadowed': {
    says: 'sti: interrupts go on after the next instruction',
    kernel: [
      kernel('arch/x86/include/asm/irqflags.h', 'native_safe_halt'),
      kernel('arch/x86/include/asm/mwait.h', '__sti_mwait'),
    ],
    effects: [put('irq', 1), put('shadow', 'sti'), put('flagsFresh', 0), put('flushed', 0)],
  },
  'irq.disable': {
    says: 'interrupts go off in hardware',
    kernel: [kernel('arch/x86/include/asm/irqflags.h', 'native_irq_disable')],
    effects: [put('irq', 0), put('shadow', 'none'), put('flushed', 0)],
  },
  'shadow.mov-ss': {
    says: 'mov ss: the next instruction cannot be interrupted, not even by a debug exception',
    kernel: [kernel('arch/x86/kernel/traps.c', 'exc_debug_kernel')],
    effects: [put('shadow', 'mov-ss')],
  },
  'shadow.end': {
    says: 'the instruction after sti or mov ss is done',
    kernel: [kernel('arch/x86/include/asm/irqflags.h', 'native_safe_halt')],
    effects: [put('shadow', 'none')],
  },
  'gif.clear': {
    says: 'clgi: everything is held off, NMIs too',
    kernel: [kernel('arch/x86/kvm/svm/svm.c', 'svm_vcpu_run')],
    effects: [put('gif', 0)],
  },
  'gif.set': {
    says: 'stgi: what was held off is taken now',
    kernel: [kernel('arch/x86/kvm/svm/svm.c', 'svm_vcpu_run')],
    effects: [put('gif', 1)],
  },
  'enter.syscall': entry('syscall', 'user mode executes a syscall', 'do_syscall_64', 'arch/x86/entry/common.c'),
  'enter.interrupt': entry('interrupt', 'a device or system interrupt is taken', 'DEFINE_IDTENTRY_SYSVEC'),
  'enter.simple-interrupt': entry(
    'simple-interrupt',
    'an interrupt without softirqs and accounting is taken',
    'DEFINE_IDTENTRY_SYSVEC_SIMPLE',
  ),
  'enter.exception': entry('exception', 'an exception without a class of its own is taken', 'DEFINE_IDTENTRY'),
  'enter.page-fault': {
    says: 'a page fault is taken: CR2 is overwritten',
    kernel: [idt, kernel('arch/x86/mm/fault.c', 'exc_page_fault')],
    effects: [
      put('shadow', 'none'),
      when(set('cr2Read'), put('cr2Written', 1)),
      { op: 'enter' },
      put('kind', 'page-fault'),
      put('irq', 0),
    ],
  },
  'enter.invalid-op': entry(
    'invalid-op',
    'ud2, which is BUG or WARN, or an invalid instruction is executed',
    'exc_invalid_op',
  ),
  'enter.nmi': {
    says: 'an NMI is taken',
    kernel: [idt, kernel('arch/x86/kernel/nmi.c', 'exc_nmi')],
    effects: [
      put('shadow', 'none'),
      put('owedNmi', 0),
      { op: 'enter' },
      put('kind', 'nmi'),
      put('irq', 0),
      put('nmiBlocked', 1),
    ],
  },
  'enter.debug': entry('debug', 'a debug exception is taken', 'exc_debug'),
  'enter.breakpoint': entry('breakpoint', 'int3 is executed', 'exc_int3'),
  'enter.machine-check': entry('machine-check', 'a machine check is taken', 'exc_machine_check'),
  'enter.double-fault': entry('double-fault', 'a double fault is taken', 'exc_double_fault'),
  'enter.vmm-communication': entry('vmm-communication', '#VC of an encrypted guest is taken', 'exc_vmm_communication'),
  'enter.nmi.ist-call': {
    says: "software calls the NMI's entry that expects the NMI stack, from another stack",
    kernel: [kernel('arch/x86/entry/entry_64.S', 'asm_exc_nmi')],
    effects: [put('owedNmi', 0), { op: 'enter' }, put('kind', 'nmi'), put('irq', 0), put('nmiBlocked', 1)],
  },
  'call.other-handler': {
    says: 'entry code calls the handler of another vector, or of the other side',
    kernel: [kernel('arch/x86/entry/entry_64.S', 'idtentry_mce_db')],
    effects: [],
  },
  return: {
    says: 'iret or sysret: the interrupted context goes on',
    kernel: [kernel('arch/x86/entry/entry_64.S', 'swapgs_restore_regs_and_return_to_usermode')],
    effects: [when(is('kind', 'nmi'), put('nmiBlocked', 0)), { op: 'leave' }],
  },
  'cpu.halt': {
    says: 'hlt: the CPU sleeps until an interrupt',
    kernel: [kernel('arch/x86/include/asm/irqflags.h', 'native_safe_halt')],
    effects: [put('shadow', 'none')],
  },
  'cpu.mwait': {
    says: 'mwait: the CPU sleeps until a write or an interrupt',
    kernel: [kernel('arch/x86/include/asm/mwait.h', '__mwait')],
    effects: [put('shadow', 'none')],
  },
  'cpu.poll': {
    says: 'cpu_relax() in the loop that polls for work',
    kernel: [kernel('kernel/sched/idle.c', 'cpu_idle_poll')],
    effects: [],
  },
  'guest.run': {
    says: 'the guest runs',
    kernel: [
      kernel('arch/x86/kvm/vmx/vmenter.S', '__vmx_vcpu_run'),
      kernel('arch/x86/kvm/svm/vmenter.S', '__svm_vcpu_run'),
    ],
    effects: [put('mode', 'guest'), put('guestStep', 'ran')],
  },
  'guest.exit': {
    says: 'the guest ends its run for a reason of its own',
    kernel: [kernel('arch/x86/kvm/vmx/vmenter.S', 'vmx_vmexit')],
    effects: [put('mode', 'kernel')],
  },
  'guest.exit.nmi': {
    says: 'an NMI ends the run; it is blocked until the host has handled it',
    kernel: [kernel('arch/x86/kvm/vmx/vmx.c', 'vmx_vcpu_enter_exit')],
    effects: [put('mode', 'kernel'), put('owedNmi', 1)],
  },
  'guest.exit.interrupt': {
    says: 'an interrupt ends the run and is acknowledged: the host must call its handler',
    kernel: [kernel('arch/x86/kvm/vmx/vmx.c', 'handle_external_interrupt_irqoff')],
    effects: [put('mode', 'kernel'), put('owedInterrupt', 1)],
  },
  'enter.guest-interrupt': {
    says: 'the handler of the interrupt that ended the run is called, with a frame that says interrupts off',
    kernel: [kernel('arch/x86/kvm/vmx/vmenter.S', 'vmx_do_interrupt_irqoff', '6.12')],
    effects: [put('owedInterrupt', 0), { op: 'enter' }, put('kind', 'interrupt')],
  },
  'dr7.save': {
    says: 'DR7 is saved and cleared: no breakpoint can hit',
    kernel: [kernel('arch/x86/include/asm/debugreg.h', 'local_db_save')],
    effects: [put('dr7Saved', 1), put('armed', 0)],
  },
  'dr7.restore': {
    says: 'DR7 is restored',
    kernel: [kernel('arch/x86/include/asm/debugreg.h', 'local_db_restore')],
    effects: [put('dr7Saved', 0), when(was('armed', 1), put('armed', 1))],
  },
  'dr6.read': {
    says: 'DR6 is read and reset',
    kernel: [
      kernel('arch/x86/kernel/traps.c', 'debug_read_reset_dr6', '6.12'),
      kernel('arch/x86/kernel/traps.c', 'debug_read_clear_dr6', '6.1'),
    ],
    effects: [put('dr6Read', 1)],
  },
  'cr2.read': {
    says: 'CR2 is read',
    kernel: [kernel('arch/x86/mm/fault.c', 'exc_page_fault'), kernel('arch/x86/kernel/nmi.c', 'exc_nmi')],
    effects: [put('cr2Read', 1), put('cr2Written', 0)],
  },
  'cr2.restore': {
    says: 'CR2 is given its value back',
    kernel: [kernel('arch/x86/kernel/nmi.c', 'exc_nmi')],
    effects: [put('cr2Written', 0)],
  },
} as const satisfies Readonly<Record<string, EventSpec>>;

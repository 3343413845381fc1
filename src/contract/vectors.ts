/**
 * What hardware can do to a running CPU: every vector, the entry that it must use by where it came from, and the states in
 * which it can come. x86-64; another architecture has another table.
 */
import type { EventName } from './alphabet.ts';
import { all, any, clear, type Expression, is, not, set } from './expression.ts';
import type { ValueOf } from './fields.ts';
import { kernel, type Source } from './source.ts';

/** How an entry must treat a vector. */
export type EntryClass =
  /** As a syscall or interrupt from user mode: E_USER. */
  | 'user'
  /** As an interrupt in the kernel: E_IRQ. */
  | 'kernel'
  /** NMI-like: E_NMI. */
  | 'nmi'
  /** It cannot come from there. */
  | 'never';

/** One vector. */
export interface Vector {
  readonly kind: Exclude<ValueOf<'kind'>, 'task'>;
  /** The event that takes it. */
  readonly event: EventName;
  readonly says: string;
  readonly fromUser: EntryClass;
  readonly fromKernel: EntryClass;
  /** The states in which hardware can deliver it between two instructions. */
  readonly deliverable: Expression;
  /**
   * Where in code it can come: between any two instructions, or only while instrumentable code runs (a call of the alphabet),
   * since entry code touches no memory that could fault and holds no int3 but those of a patch in progress.
   */
  readonly where: 'anywhere' | 'in instrumentable code';
  /** What more must hold, that the state does not show, as a clause. */
  readonly provided?: string;
  /** The C functions that `.entry.text` calls for it; `FUNCTION@kernel` and `@user` where they differ by origin. */
  readonly handlers: readonly string[];
  readonly source: readonly Source[];
  /** A handler that may end before any state update, and where. */
  readonly endsEarly?: { readonly says: string; readonly source: Source };
}

const traps = (at: string): Source => kernel('arch/x86/kernel/traps.c', at);

/** Nothing at all comes between clgi and stgi. */
const gif = set('gif');
const outsideGuest = not(is('mode', 'guest'));
/** Code that may fault: user mode, or instrumentable code while RCU watches. Entry code is mapped and must not fault. */
const mayFault = any(is('mode', 'user'), all(is('mode', 'kernel'), not(clear('windows')), set('watching')));

export const VECTORS: readonly Vector[] = [
  {
    kind: 'syscall',
    where: 'anywhere',
    event: 'enter.syscall',
    says: 'syscall, sysenter, int 0x80',
    fromUser: 'user',
    fromKernel: 'never',
    deliverable: is('mode', 'user'),
    handlers: ['do_syscall_64', 'do_int80_emulation', 'do_int80_syscall_32', 'do_fast_syscall_32', 'do_SYSENTER_32'],
    source: [kernel('arch/x86/entry/common.c', 'do_syscall_64')],
  },
  {
    kind: 'interrupt',
    where: 'anywhere',
    event: 'enter.interrupt',
    says: 'a device interrupt or a system vector with full handling',
    fromUser: 'user',
    fromKernel: 'kernel',
    deliverable: all(set('irq'), gif, is('shadow', 'none'), outsideGuest),
    handlers: ['common_interrupt', 'spurious_interrupt', 'sysvec_*'],
    source: [kernel('arch/x86/include/asm/idtentry.h', 'DEFINE_IDTENTRY_SYSVEC')],
  },
  {
    kind: 'simple-interrupt',
    where: 'anywhere',
    event: 'enter.simple-interrupt',
    says: 'a system vector without soft interrupts, tick and accounting',
    fromUser: 'user',
    fromKernel: 'kernel',
    deliverable: all(set('irq'), gif, is('shadow', 'none'), outsideGuest),
    handlers: ['sysvec_reschedule_ipi', 'sysvec_kvm_posted_intr_ipi', 'sysvec_kvm_posted_intr_nested_ipi'],
    source: [kernel('arch/x86/include/asm/idtentry.h', 'DEFINE_IDTENTRY_SYSVEC_SIMPLE')],
  },
  {
    kind: 'page-fault',
    where: 'in instrumentable code',
    event: 'enter.page-fault',
    says: '#PF',
    fromUser: 'user',
    fromKernel: 'kernel',
    deliverable: all(mayFault, outsideGuest),
    provided: 'the code touches memory that may be absent',
    handlers: ['exc_page_fault'],
    source: [kernel('arch/x86/mm/fault.c', 'exc_page_fault')],
  },
  {
    kind: 'exception',
    where: 'in instrumentable code',
    event: 'enter.exception',
    says: 'an exception without a class of its own: #DE, #GP, #SS, #AC, #XF, #NM, ...',
    fromUser: 'user',
    fromKernel: 'kernel',
    deliverable: all(mayFault, outsideGuest),
    provided: 'the instruction faults',
    handlers: [
      'exc_divide_error',
      'exc_general_protection',
      'exc_stack_segment',
      'exc_segment_not_present',
      'exc_invalid_tss',
      'exc_alignment_check',
      'exc_coprocessor_error',
      'exc_simd_coprocessor_error',
      'exc_device_not_available',
      'exc_bounds',
      'exc_overflow',
      'exc_control_protection',
      'exc_virtualization_exception',
    ],
    source: [kernel('arch/x86/include/asm/idtentry.h', 'DEFINE_IDTENTRY')],
  },
  {
    kind: 'invalid-op',
    where: 'anywhere',
    event: 'enter.invalid-op',
    says: '#UD: BUG and WARN in the kernel',
    fromUser: 'user',
    fromKernel: 'kernel',
    deliverable: outsideGuest,
    provided: 'the code warns there; a WARN may stand anywhere, noinstr code included',
    handlers: ['exc_invalid_op'],
    source: [traps('exc_invalid_op')],
    endsEarly: { says: 'a BUG or WARN is handled before irqentry_enter()', source: traps('handle_bug') },
  },
  {
    kind: 'nmi',
    where: 'anywhere',
    event: 'enter.nmi',
    says: 'NMI',
    fromUser: 'nmi',
    fromKernel: 'nmi',
    deliverable: all(clear('nmiBlocked'), gif, outsideGuest, clear('owedNmi')),
    handlers: ['exc_nmi', 'exc_nmi_kvm_vmx'],
    source: [kernel('arch/x86/kernel/nmi.c', 'exc_nmi')],
    endsEarly: {
      says: 'an offline CPU, or one that handles an NMI already, updates nothing',
      source: kernel('arch/x86/kernel/nmi.c', 'exc_nmi'),
    },
  },
  {
    kind: 'debug',
    where: 'anywhere',
    event: 'enter.debug',
    says: '#DB: hardware breakpoint, single step',
    fromUser: 'user',
    fromKernel: 'nmi',
    deliverable: all(set('armed'), not(is('shadow', 'mov-ss')), outsideGuest),
    provided: 'a breakpoint covers the access',
    handlers: ['exc_debug@kernel', 'noist_exc_debug@user'],
    source: [traps('exc_debug_kernel'), traps('exc_debug_user')],
    endsEarly: { says: 'a single step that the kernel takes on purpose', source: traps('exc_debug_kernel') },
  },
  {
    kind: 'breakpoint',
    where: 'in instrumentable code',
    event: 'enter.breakpoint',
    says: '#BP: int3',
    fromUser: 'user',
    fromKernel: 'nmi',
    deliverable: all(any(is('mode', 'user'), not(clear('windows'))), outsideGuest),
    provided: 'a probe or a patch in progress has put an int3 there; noinstr code has none',
    handlers: ['exc_int3'],
    source: [traps('exc_int3')],
    endsEarly: { says: 'poke_int3_handler() emulates the patched instruction', source: traps('exc_int3') },
  },
  {
    kind: 'machine-check',
    where: 'anywhere',
    event: 'enter.machine-check',
    says: '#MC',
    fromUser: 'user',
    fromKernel: 'nmi',
    deliverable: all(gif, outsideGuest),
    provided: 'no machine check is being handled: a second one shuts the machine down',
    handlers: ['exc_machine_check@kernel', 'noist_exc_machine_check@user'],
    source: [
      kernel('arch/x86/kernel/cpu/mce/core.c', 'exc_machine_check_kernel'),
      kernel('arch/x86/kernel/cpu/mce/core.c', 'exc_machine_check_user'),
    ],
    endsEarly: {
      says: 'mce_check_crashing_cpu(): another CPU is crashing',
      source: kernel('arch/x86/kernel/cpu/mce/core.c', 'exc_machine_check_kernel'),
    },
  },
  {
    kind: 'double-fault',
    where: 'anywhere',
    event: 'enter.double-fault',
    says: '#DF',
    fromUser: 'nmi',
    fromKernel: 'nmi',
    deliverable: all(outsideGuest),
    provided: 'an exception cannot be delivered; it does not return but for the espfix case',
    handlers: ['exc_double_fault'],
    source: [traps('exc_double_fault')],
    endsEarly: { says: 'a bad iret with espfix64 becomes a #GP', source: traps('exc_double_fault') },
  },
  {
    kind: 'vmm-communication',
    where: 'anywhere',
    event: 'enter.vmm-communication',
    says: '#VC of an encrypted guest',
    fromUser: 'user',
    fromKernel: 'nmi',
    deliverable: outsideGuest,
    provided: 'the kernel runs as an SEV-ES guest and the instruction is intercepted',
    handlers: ['kernel_exc_vmm_communication@kernel', 'user_exc_vmm_communication@user'],
    source: [kernel('arch/x86/coco/sev/core.c', 'DEFINE_IDTENTRY_VC_KERNEL', '6.12')],
  },
];

/** The kinds whose entry from there is of that class. */
export function kindsOfClass(
  origin: 'fromUser' | 'fromKernel',
  ...classes: readonly EntryClass[]
): readonly Vector['kind'][] {
  return VECTORS.filter((vector) => classes.includes(vector[origin])).map(({ kind }) => kind);
}

/** The scenarios by name. Each names the vectors that may come, so that its space stays one that a search can finish. */
import { type Handler, handler, type Root, type Scenario } from './scenario.ts';

const user: Root = { name: 'user', from: { start: 'user' } };
const userArmed: Root = { name: 'user', from: { start: 'user', but: { armed: 1 } } };
/** A kernel thread that only runs. */
const task: Root = { name: 'task', from: { start: 'task' }, program: 'kernel_thread' };
const taskArmed: Root = { name: 'task', from: { start: 'task', but: { armed: 1 } }, program: 'kernel_thread' };
const idle: Root = { name: 'idle', from: { start: 'idle-task' }, program: 'do_idle' };

const syscall = handler('syscall', 'do_syscall_64');
const interrupt = handler('interrupt', 'common_interrupt');
const simple = handler('simple-interrupt', 'sysvec_reschedule_ipi');
const nmi = handler('nmi', 'exc_nmi');
const pageFault = handler('page-fault', 'exc_page_fault');
const invalidOp = handler('invalid-op', 'exc_invalid_op');
const exception = handler('exception', 'exc_general_protection');
const breakpoint = handler('breakpoint', 'exc_int3');
const debug: Handler = { kind: 'debug', fromUser: 'noist_exc_debug', fromKernel: 'exc_debug' };
const machineCheck: Handler = {
  kind: 'machine-check',
  fromUser: 'noist_exc_machine_check',
  fromKernel: 'exc_machine_check',
};
const vmmCommunication: Handler = {
  kind: 'vmm-communication',
  fromUser: 'user_exc_vmm_communication',
  fromKernel: 'kernel_exc_vmm_communication',
};

/** All scenarios. The first is the one meant where none is named. */
export const SCENARIOS: readonly [Scenario, ...Scenario[]] = [
  {
    name: 'document',
    title: "The document's handlers",
    says: 'do_syscall, do_interrupt and do_nmi as Documentation/core-api/entry.rst shows them, from user mode and in the idle loop',
    roots: [user, idle],
    handlers: [handler('syscall', 'do_syscall'), handler('interrupt', 'do_interrupt'), handler('nmi', 'do_nmi')],
  },
  {
    name: 'document-debug',
    title: "The document's debug exception",
    says: 'do_debug from user mode and from the kernel, in interrupts and NMIs, with page faults in them',
    roots: [userArmed, taskArmed],
    handlers: [
      { kind: 'debug', fromUser: 'do_debug', fromKernel: 'do_debug' },
      handler('interrupt', 'do_interrupt'),
      handler('nmi', 'do_nmi'),
      pageFault,
    ],
  },
  {
    name: 'syscall',
    title: 'A syscall with all its work',
    says: 'do_syscall_64 with entry work, exit work and the loop before user mode, under interrupts and NMIs',
    roots: [user],
    handlers: [syscall, interrupt, nmi],
  },
  {
    name: 'syscall-32',
    title: 'Syscalls of 32-bit programs',
    says: 'the fast syscall, which reads user memory before its entry work, and int 0x80, under page faults and NMIs',
    roots: [user],
    handlers: [handler('syscall', '__do_fast_syscall_32'), handler('syscall', 'do_int80_emulation'), pageFault, nmi],
  },
  {
    name: 'interrupt',
    title: 'Interrupts in the kernel',
    says: 'device, timer and reschedule interrupts that hit a task, their soft interrupts and preemption, under NMIs',
    roots: [task],
    handlers: [interrupt, handler('interrupt', 'sysvec_apic_timer_interrupt'), simple, nmi],
  },
  {
    name: 'page-fault',
    title: 'Page faults and regular exceptions',
    says: 'exceptions of user mode and of instrumentable kernel code, in interrupts and NMIs too',
    roots: [user, task],
    handlers: [pageFault, exception, interrupt, nmi],
  },
  {
    name: 'idle-exception',
    title: 'Exceptions in the idle loop',
    says: 'page faults of instrumentable code in the idle task, whose entry must tell RCU, with interrupts off too',
    roots: [idle],
    handlers: [pageFault, interrupt],
  },
  {
    name: 'alignment-check',
    title: 'An unaligned access',
    says: '#AC of user mode, and a split lock of the kernel, with interrupts and NMIs in its handler',
    roots: [user, task],
    handlers: [handler('exception', 'exc_alignment_check'), interrupt, nmi],
  },
  {
    name: 'warn',
    title: 'WARN anywhere',
    says: '#UD as WARN in the middle of a syscall, an interrupt and an NMI, and as an invalid instruction',
    roots: [user, task],
    handlers: [syscall, invalidOp, nmi],
  },
  {
    name: 'nmi-like',
    title: 'NMI, machine check, debug exception and int3',
    says: 'the NMI-like exceptions on top of each other, from user mode and from the kernel',
    roots: [userArmed, taskArmed],
    handlers: [nmi, machineCheck, debug, breakpoint],
  },
  {
    name: 'double-fault',
    title: 'Double fault',
    says: 'a double fault anywhere in an interrupt; it does not return, but for espfix64',
    roots: [user, task],
    handlers: [handler('double-fault', 'exc_double_fault'), interrupt],
  },
  {
    name: 'encrypted-guest',
    title: '#VC in an encrypted guest',
    says: 'the exception of a kernel that runs as an SEV-ES guest, in syscalls and NMIs',
    roots: [user, task],
    handlers: [vmmCommunication, syscall, nmi],
  },
  {
    name: 'idle',
    title: 'The idle loop',
    says: 'hlt, mwait, polling and cpuidle drivers, under interrupts and NMIs',
    roots: [idle],
    handlers: [interrupt, simple, nmi],
  },
  {
    name: 'kvm-vmx',
    title: 'A guest on VMX',
    says: 'vcpu_run with its exits by NMI, by interrupt and by the guest, under interrupts and NMIs',
    roots: [{ name: 'vcpu', from: { start: 'task' }, program: 'vcpu_run (VMX)' }],
    handlers: [interrupt, nmi],
  },
  {
    name: 'kvm-svm',
    title: 'A guest on SVM',
    says: 'vcpu_run under the global interrupt flag, under interrupts and NMIs',
    roots: [{ name: 'vcpu', from: { start: 'task' }, program: 'vcpu_run (SVM)' }],
    handlers: [interrupt, nmi],
  },
];

/** The scenario of that name. */
export const scenarioNamed = (name: string): Scenario | undefined =>
  SCENARIOS.find((scenario) => scenario.name === name);

/** Programs that no scenario runs, each with the reason. A test holds that there are no others. */
export const RUN_BY_NOBODY: ReadonlyMap<string, string> = new Map([
  ['nmi_enter', 'for drivers that find an NMI inside of an interrupt (drivers/irqchip/irq-gic-v3.c); not on x86'],
  ['nmi_exit', 'the other half of nmi_enter()'],
  ['irq_enter', 'for entries without irqentry_enter() (arch/riscv/kernel/entry.S, 6.1); not on x86'],
  ['irq_exit', 'the other half of irq_enter()'],
]);

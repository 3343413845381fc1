/** Which program of the reference stands for which root of an object. */
import type { Configuration } from '../contract/configuration.ts';
import { baseName } from '../paths/known-calls.ts';
import type { Origin, Root } from '../paths/walk-types.ts';
import type { Library, Program } from '../reference/program.ts';
import { SCENARIOS } from '../reference/scenarios.ts';

/** Roots that have a program by another name than their own. */
interface Counterpart {
  /** The root's source, or its name. */
  readonly of: string;
  readonly program: string;
  /** Why it is the same. */
  readonly why: string;
}

const COUNTERPARTS: readonly Counterpart[] = [
  {
    of: 'vector interrupt',
    program: 'common_interrupt',
    why: 'DEFINE_IDTENTRY_SYSVEC does what DEFINE_IDTENTRY_IRQ does (arch/x86/include/asm/idtentry.h)',
  },
  {
    of: 'vector simple-interrupt',
    program: 'sysvec_reschedule_ipi',
    why: 'DEFINE_IDTENTRY_SYSVEC_SIMPLE (arch/x86/include/asm/idtentry.h)',
  },
  {
    of: 'do_fast_syscall_32',
    program: '__do_fast_syscall_32',
    why: 'it sets the place of return and calls it (arch/x86/entry/common.c)',
  },
  {
    of: 'do_SYSENTER_32',
    program: '__do_fast_syscall_32',
    why: 'it does what do_fast_syscall_32() does (arch/x86/entry/common.c)',
  },
  {
    of: 'do_int80_syscall_32',
    program: 'do_syscall_64',
    why: 'the same steps with another table of syscalls (arch/x86/entry/common.c, 6.1)',
  },
  {
    of: 'default_idle_call',
    program: 'default_idle_call (6.1)',
    why: 'the function of 6.1 is another one (kernel/sched/idle.c)',
  },
  {
    of: 'vcpu_run',
    program: 'vcpu_run (VMX)',
    why: 'one loop for both vendors, whose runs a walk takes for that of VMX (arch/x86/kvm/x86.c)',
  },
  {
    of: 'vcpu_enter_guest',
    program: 'vcpu_enter_guest (VMX)',
    why: 'one round for both vendors, whose runs a walk takes for that of VMX (arch/x86/kvm/x86.c)',
  },
];

/** Handlers that stop the CPU for good: of the reference's steps only those up to the handler can occur. */
export const STOPS: ReadonlyMap<string, string> = new Map([
  ['sysvec_reboot', 'arch/x86/kernel/smp.c: sysvec_reboot calls stop_this_cpu()'],
]);

/** Whether the program was read in that version of the kernel. */
const isOf = (program: Program, { version }: Configuration): boolean =>
  program.source.some((source) => source.version === undefined || source.version === version);

/** The program that a root is compared with; `undefined` where the reference has none. */
export function counterpartOf(root: Root, configuration: Configuration, library: Library): Program | undefined {
  const name = baseName(root.name);
  const names = [
    name,
    ...COUNTERPARTS.filter((known) => known.of === name || known.of === root.source).map(({ program }) => program),
  ];
  return names.map((each) => library.get(each)).find((found) => found !== undefined && isOf(found, configuration));
}

/** Whether the reference handles it from there: some of its programs are for one side only. */
export function comesFrom(program: Program, origin: Origin): boolean {
  const handlers = SCENARIOS.flatMap((scenario) => scenario.handlers).filter(
    ({ fromUser, fromKernel }) => fromUser === program.name || fromKernel === program.name,
  );
  const side = origin.start.start === 'user' ? 'fromUser' : 'fromKernel';
  return handlers.length === 0 || handlers.some((handler) => handler[side] === program.name);
}

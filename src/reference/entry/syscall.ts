/** Entry and exit of a syscall, include/linux/entry-common.h and kernel/entry/common.c. */
import { kernel } from '../../contract/source.ts';
import {
  onDispatch,
  wantsAudit,
  wantsDispatch,
  wantsPtrace,
  wantsSeccomp,
  wantsTracepoint,
} from '../primitives/facts.ts';
import { localIrqDisable, localIrqEnable } from '../primitives/irqflags.ts';
import {
  begin,
  call,
  choose,
  constant,
  end,
  event,
  give,
  inline,
  instrumentable,
  instrumented,
  local,
  noinstr,
  not,
  option,
  type Program,
  when,
} from '../program.ts';
import { enterFromUserMode, exitToUserMode, exitToUserModePrepare } from './user.ts';

const ENTRY = 'include/linux/entry-common.h';
const COMMON = 'kernel/entry/common.c';

/** Returns whether the syscall may run: not -1. */
export const syscallTraceEnter = instrumentable('syscall_trace_enter', kernel(COMMON, 'syscall_trace_enter'), [
  when(wantsDispatch, [
    choose(
      'user dispatch',
      [
        option('lets the syscall pass', ['syscall.dispatch'], false),
        option('takes the syscall', ['syscall.dispatched'], true),
      ],
      'taken',
    ),
    when(local('taken'), [give(constant(false, '-1L'))]),
  ]),
  when(wantsPtrace, [
    event('syscall.ptrace', 'ptrace_report_syscall_entry(regs)'),
    choose(
      'the tracer',
      [option('lets it pass', [], false), option('refuses it', ['syscall.refused'], true)],
      'refused',
    ),
    when(local('refused'), [give(constant(false, '-1L'))]),
  ]),
  when(wantsSeccomp, [
    event('syscall.seccomp', '__secure_computing(NULL)'),
    choose('seccomp', [option('lets it pass', [], false), option('refuses it', ['syscall.refused'], true)], 'refused'),
    when(local('refused'), [give(constant(false, '-1L'))]),
  ]),
  when(wantsTracepoint, [event('syscall.tracepoint', 'trace_sys_enter(regs, syscall)')]),
  when(wantsAudit, [event('syscall.audit', 'syscall_enter_audit(regs, syscall)')]),
  give(constant(true, 'syscall')),
]);

export const syscallEnterFromUserModeWork = inline(
  'syscall_enter_from_user_mode_work',
  kernel(ENTRY, 'syscall_enter_from_user_mode_work'),
  [
    choose('the work that waits for the syscall', [
      option('none', []),
      option('user dispatch', ['want.dispatch']),
      option('a tracer', ['want.ptrace']),
      option('seccomp', ['want.seccomp']),
      option('the tracepoint', ['want.tracepoint']),
      option('audit', ['want.audit']),
      option('all', ['want.dispatch', 'want.ptrace', 'want.seccomp', 'want.tracepoint', 'want.audit']),
    ]),
    event('syscall.read-entry-work', 'work = READ_ONCE(current_thread_info()->syscall_work)'),
    call(syscallTraceEnter, { into: 'runs' }),
    give(local('runs')),
  ],
);

export const syscallEnterFromUserModePrepare = noinstr(
  'syscall_enter_from_user_mode_prepare',
  kernel(COMMON, 'syscall_enter_from_user_mode_prepare'),
  [call(enterFromUserMode), ...instrumented(call(localIrqEnable))],
);

export const syscallEnterFromUserMode = inline(
  'syscall_enter_from_user_mode',
  kernel(ENTRY, 'syscall_enter_from_user_mode'),
  [
    call(enterFromUserMode),
    begin,
    call(localIrqEnable),
    call(syscallEnterFromUserModeWork, { into: 'runs' }),
    end,
    give(local('runs')),
  ],
);

export const syscallExitWork = inline('syscall_exit_work', kernel(COMMON, 'syscall_exit_work'), [
  // User dispatch rolled the syscall back: its number means nothing to the tracers.
  when(onDispatch, [give()]),
  when(wantsAudit, [event('syscall.exit-audit', 'audit_syscall_exit(regs)')]),
  when(wantsTracepoint, [event('syscall.exit-tracepoint', 'trace_sys_exit(regs, ...)')]),
  when(wantsPtrace, [event('syscall.exit-ptrace', 'ptrace_report_syscall_exit(regs, step)')]),
]);

export const syscallExitToUserModePrepare = inline(
  'syscall_exit_to_user_mode_prepare',
  kernel(COMMON, 'syscall_exit_to_user_mode_prepare'),
  [
    when(not(onDispatch), [
      choose('the work that waits for the end of the syscall', [
        option('none', []),
        option('audit', ['want.audit']),
        option('the tracepoint', ['want.tracepoint']),
        option('a tracer', ['want.ptrace']),
        option('all', ['want.audit', 'want.tracepoint', 'want.ptrace']),
      ]),
    ]),
    event('syscall.read-exit-work', 'work = READ_ONCE(current_thread_info()->syscall_work)'),
    call(syscallExitWork),
  ],
);

export const syscallExitToUserModeWork = inline(
  'syscall_exit_to_user_mode_work',
  kernel(COMMON, 'syscall_exit_to_user_mode_work'),
  [call(syscallExitToUserModePrepare), call(localIrqDisable), call(exitToUserModePrepare)],
);

export const syscallExitToUserMode = noinstr('syscall_exit_to_user_mode', kernel(COMMON, 'syscall_exit_to_user_mode'), [
  ...instrumented(call(syscallExitToUserModeWork)),
  call(exitToUserMode),
]);

export const SYSCALL_PROGRAMS: readonly Program[] = [
  syscallTraceEnter,
  syscallEnterFromUserModeWork,
  syscallEnterFromUserModePrepare,
  syscallEnterFromUserMode,
  syscallExitWork,
  syscallExitToUserModePrepare,
  syscallExitToUserModeWork,
  syscallExitToUserMode,
];

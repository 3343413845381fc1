/** Entry from and exit to user mode, include/linux/entry-common.h and kernel/entry/common.c. */
import { kernel } from '../../contract/source.ts';
import { userEnterIrqoff, userExitIrqoff } from '../primitives/context-tracking.ts';
import { anyExitWork, workNotify, workPatch, workResched, workSignal, workUprobe } from '../primitives/facts.ts';
import {
  localIrqDisable,
  localIrqEnable,
  lockdepHardirqsOff,
  lockdepHardirqsOn,
  lockdepHardirqsOnPrepare,
  traceHardirqsOffFinish,
  traceHardirqsOnPrepare,
} from '../primitives/irqflags.ts';
import {
  begin,
  call,
  choose,
  either,
  end,
  event,
  inline,
  instrumented,
  noinstr,
  option,
  type Program,
  repeat,
  when,
} from '../program.ts';

const ENTRY = 'include/linux/entry-common.h';
const COMMON = 'kernel/entry/common.c';

/** Document, "Syscalls": lockdep, RCU / context tracking, tracing. */
export const enterFromUserMode = inline('enter_from_user_mode', kernel(ENTRY, 'enter_from_user_mode'), [
  event('entry.user', 'arch_enter_from_user_mode(regs)'),
  call(lockdepHardirqsOff),
  call(userExitIrqoff),
  begin,
  event('call.transition', 'kmsan_unpoison_entry_regs(regs)'),
  call(traceHardirqsOffFinish),
  end,
]);

/** The reverse, with lockdep in two halves. */
export const exitToUserMode = inline('exit_to_user_mode', kernel(ENTRY, 'exit_to_user_mode'), [
  event('exit.user', '/* nothing but this may come before user mode */'),
  begin,
  call(traceHardirqsOnPrepare),
  call(lockdepHardirqsOnPrepare),
  end,
  call(userEnterIrqoff),
  call(lockdepHardirqsOn),
]);

/** What can wait for a task by the time its flags are read; all of them at once is one of the cases. */
const SET_MEANWHILE = choose('what waits for the task by now', [
  option('nothing'),
  option('a reschedule', ['flag.resched']),
  option('a uprobe', ['flag.uprobe']),
  option('a live patch', ['flag.patch']),
  option('a signal', ['flag.signal']),
  option('task work', ['flag.notify']),
  option('everything', ['flag.resched', 'flag.uprobe', 'flag.patch', 'flag.signal', 'flag.notify']),
]);

export const readThreadFlags = inline('read_thread_flags', kernel('include/linux/thread_info.h', 'read_thread_flags'), [
  SET_MEANWHILE,
  either(anyExitWork, [event('work.read.some')], [event('work.read.none')]),
]);

export const tickNohzUserEnterPrepare = inline(
  'tick_nohz_user_enter_prepare',
  kernel('include/linux/tick.h', 'tick_nohz_user_enter_prepare'),
  [event('work.flush', 'rcu_nocb_flush_deferred_wakeup()')],
);

export const exitToUserModeLoop = inline('exit_to_user_mode_loop', kernel(COMMON, 'exit_to_user_mode_loop'), [
  repeat(
    [
      call(localIrqEnable, { c: 'local_irq_enable_exit_to_user(ti_work)' }),
      when(workResched, [event('work.resched', 'schedule()')]),
      when(workUprobe, [event('work.uprobe', 'uprobe_notify_resume(regs)')]),
      when(workPatch, [event('work.patch', 'klp_update_patch_state(current)')]),
      when(workSignal, [event('work.signal', 'arch_do_signal_or_restart(regs)')]),
      when(workNotify, [event('work.notify', 'resume_user_mode_work(regs)')]),
      call(localIrqDisable, { c: 'local_irq_disable_exit_to_user()' }),
      call(tickNohzUserEnterPrepare),
      call(readThreadFlags),
    ],
    anyExitWork,
  ),
]);

export const exitToUserModePrepare = inline('exit_to_user_mode_prepare', kernel(ENTRY, 'exit_to_user_mode_prepare'), [
  call(tickNohzUserEnterPrepare),
  call(readThreadFlags),
  when(anyExitWork, [call(exitToUserModeLoop)]),
  event('call.transition', 'arch_exit_to_user_mode_prepare(regs, ti_work); lockdep_sys_exit()'),
]);

export const irqentryEnterFromUserMode = noinstr(
  'irqentry_enter_from_user_mode',
  kernel(COMMON, 'irqentry_enter_from_user_mode'),
  [call(enterFromUserMode)],
);
export const irqentryExitToUserMode = noinstr(
  'irqentry_exit_to_user_mode',
  kernel(COMMON, 'irqentry_exit_to_user_mode'),
  [...instrumented(call(exitToUserModePrepare)), call(exitToUserMode)],
);

export const USER_PROGRAMS: readonly Program[] = [
  enterFromUserMode,
  exitToUserMode,
  readThreadFlags,
  tickNohzUserEnterPrepare,
  exitToUserModeLoop,
  exitToUserModePrepare,
  irqentryEnterFromUserMode,
  irqentryExitToUserMode,
];

/** The loop that does the work before user mode (kernel/entry/common.c: exit_to_user_mode_loop): what its calls are. */
import { codeOf } from '../contract/fields.ts';
import type { KnownCall } from './known-calls.ts';

/** resume_user_mode_work() is inlined: several calls, one item. */
const NOTIFY: KnownCall = {
  steps: [{ event: 'work.notify', unless: codeOf('loopStep', 'notify'), unseen: 'call.plain' }],
  source: 'include/linux/resume_user_mode.h: resume_user_mode_work',
};

/** By name, only inside of the loop that runs before user mode: `schedule()` elsewhere is no exit work. */
export const KNOWN_IN_EXIT_LOOP: ReadonlyMap<string, KnownCall> = new Map([
  [
    'schedule',
    {
      steps: [{ event: 'work.resched', unseen: 'call.schedule' }],
      source: 'kernel/entry/common.c: exit_to_user_mode_loop',
    },
  ],
  // The idle task is switched by its own loop, where it is no work of a way to user mode.
  [
    'klp_update_patch_state',
    { steps: [{ event: 'work.patch' }], source: 'kernel/entry/common.c: exit_to_user_mode_loop' },
  ],
  ['task_work_run', NOTIFY],
  ['mem_cgroup_handle_over_high', NOTIFY],
  ['blkcg_maybe_throttle_current', NOTIFY],
  ['__rseq_handle_notify_resume', NOTIFY],
]);

/** Functions that hold that loop, out of line or inlined. */
export const EXIT_LOOPS: ReadonlySet<string> = new Set([
  'exit_to_user_mode_loop',
  'syscall_exit_to_user_mode',
  'irqentry_exit_to_user_mode',
  'do_syscall_64',
  'exit_to_user_mode_prepare',
]);

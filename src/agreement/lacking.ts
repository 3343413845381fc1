/** Steps of the reference that a kernel may be built without, told by the function that it then lacks. */
import type { EventName } from '../contract/alphabet.ts';

/** One of them. */
export interface Lacking {
  readonly event: EventName;
  /** Without a function of this name the step does not exist. */
  readonly symbol: string;
  readonly option: string;
}

export const LACKING: readonly Lacking[] = [
  { event: 'work.patch', symbol: 'klp_update_patch_state', option: 'CONFIG_LIVEPATCH' },
  { event: 'work.uprobe', symbol: 'uprobe_notify_resume', option: 'CONFIG_UPROBES' },
  { event: 'syscall.dispatch', symbol: 'syscall_user_dispatch', option: 'CONFIG_GENERIC_ENTRY' },
  { event: 'syscall.seccomp', symbol: '__secure_computing', option: 'CONFIG_SECCOMP' },
  { event: 'syscall.audit', symbol: '__audit_syscall_entry', option: 'CONFIG_AUDITSYSCALL' },
  { event: 'syscall.exit-audit', symbol: '__audit_syscall_exit', option: 'CONFIG_AUDITSYSCALL' },
  { event: 'syscall.tracepoint', symbol: '__traceiter_sys_enter', option: 'CONFIG_TRACEPOINTS' },
  { event: 'syscall.exit-tracepoint', symbol: '__traceiter_sys_exit', option: 'CONFIG_TRACEPOINTS' },
];

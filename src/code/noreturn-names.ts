/**
 * Global functions that never return although their own code does not show it, or is not here.
 * Source: tools/objtool/noreturns.h of 6.12, and global_noreturns of tools/objtool/check.c, __dead_end_function(), of 6.1.
 */
export const NORETURN_NAMES: ReadonlySet<string> = new Set(
  // Both versions.
  `__module_put_and_kthread_exit __reiserfs_panic __stack_chk_fail __ubsan_handle_builtin_unreachable
  cpu_bringup_and_idle cpu_startup_entry do_exit do_group_exit do_task_dead ex_handler_msr_mce kthread_complete_and_exit
  kthread_exit kunit_try_catch_throw machine_real_restart make_task_dead panic rewind_stack_and_make_dead
  sev_es_terminate snp_abort stop_this_cpu usercopy_abort xen_start_kernel
  __invalid_creds fortify_panic lbug_with_loc
  __fortify_panic __ia32_sys_exit __ia32_sys_exit_group __kunit_abort __tdx_hypercall_failed __x64_sys_exit
  __x64_sys_exit_group arch_cpu_idle_dead bch2_trans_in_restart_error bch2_trans_restart_error bch2_trans_unlocked_error
  hlt_play_dead hv_ghcb_terminate mpt_halt_firmware nmi_panic_self_stop panic_smp_self_stop rest_init rust_begin_unwind
  rust_helper_BUG start_kernel x86_64_start_kernel x86_64_start_reservations xen_cpu_bringup_again`.split(/\s+/),
);

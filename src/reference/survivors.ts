/**
 * Mutants of the reference that no rule minds, each with the reason why that is right. Reviewed: a survivor that is not here is a
 * hole in the contract until somebody says why it is none.
 */

/** Mutants by their texts (`Mutant.says`), and why they are harmless. */
export interface Survivors {
  readonly why: string;
  readonly mutants: readonly string[];
}

/** The table. */
export const SURVIVORS: readonly Survivors[] = [
  {
    why: 'the handler runs with interrupts off, or for a while longer: latency, which no rule of order forbids',
    mutants: [
      'delete exc_alignment_check: local_irq_enable();',
      'delete exc_general_protection: cond_local_irq_enable(regs);',
      'delete exc_general_protection: if (user_mode(regs) || regs->flags & X86_EFLAGS_IF)',
      'delete exc_int3: cond_local_irq_enable(regs);',
      'delete handle_page_fault: if (user_mode(regs) || regs->flags & X86_EFLAGS_IF)',
      'delete handle_page_fault: local_irq_enable();',
      'swap exc_alignment_check: do_trap(X86_TRAP_AC, SIGBUS, "alignment check", ...); <> local_irq_disable();',
      'swap exc_alignment_check: local_irq_enable(); <> do_trap(X86_TRAP_AC, SIGBUS, "alignment check", ...);',
      'swap exc_debug_user: local_irq_enable(); <> send_sigtrap(regs, 0, get_si_code(dr6));',
      'swap exc_debug_user: send_sigtrap(regs, 0, get_si_code(dr6)); <> local_irq_disable();',
      'swap exc_general_protection: gp_user_force_sig_segv(regs, ...); <> if (user_mode(regs) || regs->flags & X86_EFLAGS_IF)',
      'swap exc_general_protection: if (user_mode(regs) || regs->flags & X86_EFLAGS_IF) <> gp_user_force_sig_segv(regs, ...);',
      'swap exc_int3: cond_local_irq_enable(regs); <> do_int3_user(regs);',
      'swap exc_int3: do_int3_user(regs); <> cond_local_irq_disable(regs);',
      'swap handle_page_fault: do_user_addr_fault(regs, error_code, address); <> local_irq_disable();',
      'swap handle_page_fault: if (user_mode(regs) || regs->flags & X86_EFLAGS_IF) <> do_user_addr_fault(regs, error_code, address);',
    ],
  },
  {
    why: 'handle_bug() reports with interrupts off, or closes its window before it disables them: report_bug() may be called both ways, and enabling is a courtesy to other CPUs',
    mutants: [
      'delete handle_bug: if (regs->flags & X86_EFLAGS_IF)',
      'delete handle_bug: raw_local_irq_enable();',
      'swap handle_bug: if (regs->flags & X86_EFLAGS_IF) <> instrumentation_end();',
      'swap handle_bug: if (regs->flags & X86_EFLAGS_IF) <> report_bug(regs->ip, regs);',
      'swap handle_bug: report_bug(regs->ip, regs); <> if (regs->flags & X86_EFLAGS_IF)',
    ],
  },
  {
    why: 'the polling idle loop waits with interrupts off: they wait until need_resched() ends it, which costs time and breaks no order',
    mutants: [
      'delete cpu_idle_poll: raw_local_irq_enable();',
      'swap cpu_idle_poll: do { } while (poll) <> raw_local_irq_disable();',
      'swap cpu_idle_poll: raw_local_irq_enable(); <> do { } while (poll)',
    ],
  },
  {
    why: 'the CPU does not sleep, or sleeps before it lets interrupts in: mwait() may return at once for any reason, and its caller loops',
    mutants: [
      'delete mwait_idle: mwait;',
      'swap mwait_idle: if (sti) <> mwait;',
      'swap mwait_idle: mwait; <> if (sti)',
      'swap cpuidle_enter_state: intel_idle(dev, drv, index); <> instrumentation_end();',
    ],
  },
  {
    why: 'the idle state is entered twice: each time is whole, with its own transitions',
    mutants: ['duplicate cpuidle_enter_state: acpi_idle_enter_bm();', 'duplicate cpuidle_enter_state: if (!rcu_idle)'],
  },
  {
    why: 'the tracer asks its own flag (tracing_irq_cpu): told twice it hears once',
    mutants: [
      'duplicate ct_cpuidle_enter: trace_hardirqs_on_prepare();',
      'duplicate default_idle_call (6.1): trace_hardirqs_on_prepare();',
    ],
  },
  {
    why: '6.1 calls lockdep_hardirqs_on() a second time in this function without any preparation: its idle loop holds no locks that lockdep would mark',
    mutants: ['delete default_idle_call (6.1): lockdep_hardirqs_on_prepare();'],
  },
  {
    why: 'sti where interrupts are on already changes nothing',
    mutants: ['duplicate local_irq_enable: raw_local_irq_enable();', 'duplicate raw_local_irq_enable: sti;'],
  },
  {
    why: 'the window stays open in a function that ends in die(): nothing comes back to close it',
    mutants: ['duplicate exc_double_fault: instrumentation_begin();'],
  },
  {
    why: 'work is looked for once more, with interrupts off and the flags read again: a loop that may go round any number of times goes round once more',
    mutants: [
      'duplicate exit_to_user_mode_loop: do { } while (ti_work & EXIT_TO_USER_MODE_WORK)',
      'duplicate exit_to_user_mode_loop: read_thread_flags();',
      'duplicate exit_to_user_mode_prepare: exit_to_user_mode_loop();',
      'duplicate exit_to_user_mode_prepare: read_thread_flags();',
      'duplicate irqentry_exit_to_user_mode: exit_to_user_mode_prepare();',
      'duplicate syscall_exit_to_user_mode_work: exit_to_user_mode_prepare();',
      'duplicate preempt_schedule_irq: do { } while (need_resched())',
      'duplicate raw_irqentry_exit_cond_resched: preempt_schedule_irq();',
      'duplicate vcpu_enter_guest (SVM): if (again)',
      'duplicate vcpu_enter_guest (VMX): if (again)',
    ],
  },
  {
    why: 'the flags of exit work are read once more and say the same: only the task itself changes them',
    mutants: [
      'duplicate syscall_exit_to_user_mode_prepare: if (!current->syscall_dispatch.on_dispatch)',
      'swap syscall_exit_to_user_mode_prepare: if (!current->syscall_dispatch.on_dispatch) <> work = READ_ONCE(current_thread_info()->syscall_work);',
    ],
  },
  {
    why: 'nobody looks whether to preempt, so that the task runs on until the next interrupt: an exit may always decline to preempt (the document: "it might schedule")',
    mutants: ['delete raw_irqentry_exit_cond_resched: if (!preempt_count())'],
  },
  {
    why: 'the loop schedules before it has asserted that it may, and the state is the same behind it',
    mutants: [
      'swap preempt_schedule_irq: BUG_ON(preempt_count() || !irqs_disabled()); <> do { } while (need_resched())',
    ],
  },
  {
    why: 'the entry of an interrupt that the guest run acknowledged is called twice: spurious, as an interrupt whose device is silent, and whole each time',
    mutants: ['duplicate vmx_handle_exit_irqoff: vmx_do_interrupt_irqoff(entry);'],
  },
  {
    why: 'the guest work is handled after the round instead of before it: the round itself looks for work with interrupts off and gives up where there is some',
    mutants: [
      'swap vcpu_run (SVM): xfer_to_guest_mode_handle_work(); <> vcpu_enter_guest (SVM)();',
      'swap vcpu_run (VMX): xfer_to_guest_mode_handle_work(); <> vcpu_enter_guest (VMX)();',
    ],
  },
  {
    why: 'preemption and interrupts go off, or on, in the other order: a task may be preempted between, before its round has begun or when it is over',
    mutants: [
      'swap vcpu_enter_guest (SVM): local_irq_enable(); <> preempt_enable();',
      'swap vcpu_enter_guest (SVM): preempt_disable(); <> local_irq_disable();',
      'swap vcpu_enter_guest (VMX): local_irq_enable(); <> preempt_enable();',
      'swap vcpu_enter_guest (VMX): preempt_disable(); <> local_irq_disable();',
    ],
  },
  {
    why: 'RCU is told of a quiescent state that context tracking tells it of as well: the CPU is about to be in one either way',
    mutants: ['swap guest_context_enter_irqoff: tracked = context_tracking_guest_enter(); <> if (!tracked)'],
  },
  {
    why: 'noinstr in place of instrumentable is stricter, and of what the function calls the reference has only what noinstr code may call',
    mutants: ['noinstr kvm_vcpu_exit_request', 'noinstr svm_vcpu_run', 'noinstr vmx_handle_exit_irqoff'],
  },
  {
    why: 'a write of nesting or nmi_nesting stands on the other side of a marker or of a tracepoint: RCU watches on both sides, interrupts are off, and an NMI restores what it finds',
    mutants: [
      'move ct_kernel_enter: instrumentation_end(); to WRITE_ONCE(ct->nesting, 1);',
      'swap ct_kernel_enter: WRITE_ONCE(ct->nesting, 1); <> WRITE_ONCE(ct->nmi_nesting, CT_NESTING_IRQ_NONIDLE);',
      'swap ct_kernel_enter: WRITE_ONCE(ct->nmi_nesting, CT_NESTING_IRQ_NONIDLE); <> instrumentation_end();',
      'swap ct_kernel_enter: trace_rcu_watching(TPS("Start"), ...); <> WRITE_ONCE(ct->nesting, 1);',
      'swap ct_kernel_exit: WRITE_ONCE(ct->nmi_nesting, 0); <> instrumentation_begin();',
      'swap ct_kernel_exit: instrumentation_end(); <> WRITE_ONCE(ct->nesting, 0);',
      'swap ct_nmi_enter: instrumentation_end(); <> WRITE_ONCE(ct->nmi_nesting, ct_nmi_nesting() + 1);',
      'swap ct_nmi_enter: instrumentation_end(); <> WRITE_ONCE(ct->nmi_nesting, ct_nmi_nesting() + 2);',
      'swap ct_nmi_exit: WRITE_ONCE(ct->nmi_nesting, 0); <> instrumentation_end();',
      'swap ct_nmi_exit: WRITE_ONCE(ct->nmi_nesting, ct_nmi_nesting() - 2); <> instrumentation_end();',
      'swap ct_nmi_exit: trace_rcu_watching(TPS("--="), ...); <> WRITE_ONCE(ct->nmi_nesting, ct_nmi_nesting() - 2);',
      'swap ct_nmi_exit: trace_rcu_watching(TPS("Endirq"), ...); <> WRITE_ONCE(ct->nmi_nesting, 0);',
    ],
  },
  {
    why: 'two parts of one transition that do not know of each other change places, both in a window while RCU watches and interrupts are off',
    mutants: [
      'swap __ct_user_enter: trace_user_enter(0); <> vtime_user_enter();',
      'swap __ct_user_exit: vtime_user_exit(); <> trace_user_exit(0);',
      'swap ct_nmi_enter: if (!in_nmi()) <> trace_rcu_watching(TPS("++="), ...);',
      'swap enter_from_user_mode: kmsan_unpoison_entry_regs(regs); <> trace_hardirqs_off_finish();',
      'swap irqentry_enter: kmsan_unpoison_entry_regs(regs); <> rcu_irq_enter_check_tick();',
      'swap irqentry_enter: kmsan_unpoison_entry_regs(regs); <> trace_hardirqs_off_finish();',
      'swap irqentry_enter: rcu_irq_enter_check_tick(); <> trace_hardirqs_off_finish();',
      'swap default_idle_call (6.1): trace_cpu_idle(1, smp_processor_id()); stop_critical_timings(); <> trace_hardirqs_on_prepare();',
      'swap exit_to_user_mode_prepare: if (ti_work & EXIT_TO_USER_MODE_WORK) <> arch_exit_to_user_mode_prepare(regs, ti_work); lockdep_sys_exit();',
      'swap handle_softirqs: account_softirq_exit(current); <> if (in_hardirq)',
      'swap handle_softirqs: if (in_hardirq) <> account_softirq_enter(current);',
    ],
  },
  {
    why: 'the pause of the latency tracer ends a step later: it measures, and is no state that others rely on',
    mutants: [
      'swap cpu_idle_poll: start_critical_timings(); trace_cpu_idle(PWR_EVENT_EXIT, ...); <> local_irq_enable();',
      'swap cpuidle_enter_state: start_critical_timings(); trace_cpu_idle(PWR_EVENT_EXIT, dev->cpu); <> local_irq_enable();',
      'swap default_idle_call: start_critical_timings(); trace_cpu_idle(PWR_EVENT_EXIT, ...); <> local_irq_enable();',
    ],
  },
  {
    why: 'a window opens or closes one step away, and that step is one that instrumentable code may take while RCU watches',
    mutants: [
      'move irqentry_enter: instrumentation_begin(); to if (is_idle_task(current))',
      'swap irqentry_enter: lockdep_hardirqs_off(); <> instrumentation_begin();',
      'swap exc_invalid_op: if (!user_mode(regs)) <> instrumentation_end();',
      'swap noist_exc_machine_check: if (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)) <> instrumentation_begin();',
      'swap noist_exc_machine_check: instrumentation_end(); <> if (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0))',
    ],
  },
  {
    why: "__irq_exit_raw() runs no soft interrupts, so that lockdep's context and the count may end in either order: irq_exit_rcu() has the other one",
    mutants: ['swap __irq_exit_raw: lockdep_hardirq_exit(); <> preempt_count_sub(HARDIRQ_OFFSET);'],
  },
  {
    why: 'CR2 and DR7 are both saved before anything can overwrite either: no exception that writes CR2 needs DR7',
    mutants: ['swap arch_nmi_enter: read_cr2(); <> local_db_save();'],
  },
  {
    why: 'CR2 gets what it had before the NMI twice: what may have overwritten it has been handled before the first time',
    mutants: [
      'duplicate arch_nmi_exit: write_cr2();',
      'duplicate exc_nmi: write_cr2(this_cpu_read(nmi_cr2));',
      'duplicate write_cr2: mov val, %cr2;',
    ],
  },
  {
    why: 'the first of the two is only a mark that says which transition begins: the program of an entry has it where the kernel has a name or a comment',
    mutants: [
      'swap enter_from_user_mode: arch_enter_from_user_mode(regs); <> lockdep_hardirqs_off();',
      'swap irqentry_nmi_enter: /* RCU is told */ <> ct_nmi_enter();',
    ],
  },
];

const REASONS: ReadonlyMap<string, string> = new Map(
  SURVIVORS.flatMap(({ why, mutants }) => mutants.map((says) => [says, why] as const)),
);

/** Why a mutant may survive; absent where nobody has said so. */
export const reasonFor = (says: string): string | undefined => REASONS.get(says);

/** Interrupts, exceptions and NMI-like ones, kernel/entry/common.c. */
import { kernel } from '../../contract/source.ts';
import { ctIrqEnter, ctIrqExit, ctNmiEnter, ctNmiExit, rcuIrqEnterCheckTick } from '../primitives/context-tracking.ts';
import { preemptDisable, preemptEnableNoResched } from '../primitives/debug-registers.ts';
import {
  isIdleTask,
  lockdepHardirqsEnabled,
  needResched,
  preemptible,
  regsIrqsOn,
  userMode,
} from '../primitives/facts.ts';
import {
  localIrqDisable,
  localIrqEnable,
  lockdepHardirqEnter,
  lockdepHardirqExit,
  lockdepHardirqsOff,
  lockdepHardirqsOn,
  lockdepHardirqsOnPrepare,
  lockdepOff,
  lockdepOn,
  traceHardirqsOffFinish,
  traceHardirqsOn,
  traceHardirqsOnPrepare,
} from '../primitives/irqflags.ts';
import {
  begin,
  call,
  choose,
  constant,
  either,
  end,
  event,
  give,
  has,
  inline,
  instrumentable,
  instrumented,
  local,
  noinstr,
  option,
  type Program,
  repeat,
  save,
  when,
} from '../program.ts';
import { irqentryEnterFromUserMode, irqentryExitToUserMode } from './user.ts';

const COMMON = 'kernel/entry/common.c';
const HARDIRQ = 'include/linux/hardirq.h';

/** Returns state.exit_rcu. Document, "Interrupts and regular exceptions". */
export const irqentryEnter = noinstr('irqentry_enter', kernel(COMMON, 'irqentry_enter'), [
  when(userMode, [call(irqentryEnterFromUserMode), give(constant(false, 'false'))]),
  event('entry.kernel', '/* from the kernel */'),
  when(isIdleTask, [
    call(lockdepHardirqsOff),
    call(ctIrqEnter),
    begin,
    event('call.transition', 'kmsan_unpoison_entry_regs(regs)'),
    call(traceHardirqsOffFinish),
    end,
    give(constant(true, 'true')),
  ]),
  call(lockdepHardirqsOff),
  begin,
  event('call.transition', 'kmsan_unpoison_entry_regs(regs)'),
  call(rcuIrqEnterCheckTick),
  call(traceHardirqsOffFinish),
  end,
  give(constant(false, 'false')),
]);

const WANTED_MEANWHILE = choose('whether a reschedule is wanted by now', [
  option('no'),
  option('yes', ['flag.resched']),
]);

export const preemptScheduleIrq = instrumentable(
  'preempt_schedule_irq',
  kernel('kernel/sched/core.c', 'preempt_schedule_irq'),
  [
    event('call.preempt', 'BUG_ON(preempt_count() || !irqs_disabled())'),
    repeat(
      [
        call(preemptDisable),
        call(localIrqEnable),
        event('schedule.preempt', '__schedule(SM_PREEMPT)'),
        call(localIrqDisable),
        call(preemptEnableNoResched),
        WANTED_MEANWHILE,
      ],
      needResched,
    ),
  ],
);

export const irqentryExitCondResched = instrumentable(
  'raw_irqentry_exit_cond_resched',
  kernel(COMMON, 'raw_irqentry_exit_cond_resched'),
  [
    event('preempt.check', 'rcu_irq_exit_check_preempt()'),
    when(preemptible, [WANTED_MEANWHILE, when(needResched, [call(preemptScheduleIrq)])]),
  ],
);

export const irqentryExit = noinstr(
  'irqentry_exit',
  kernel(COMMON, 'irqentry_exit'),
  [
    when(userMode, [call(irqentryExitToUserMode), give()]),
    event('exit.kernel', 'lockdep_assert_irqs_disabled()'),
    either(
      regsIrqsOn,
      [
        when(local('exit_rcu'), [
          begin,
          call(traceHardirqsOnPrepare),
          call(lockdepHardirqsOnPrepare),
          end,
          call(ctIrqExit),
          call(lockdepHardirqsOn),
          give(),
        ]),
        begin,
        when(has('preemption', 'IS_ENABLED(CONFIG_PREEMPTION)'), [call(irqentryExitCondResched)]),
        call(traceHardirqsOn),
        end,
      ],
      [when(local('exit_rcu'), [call(ctIrqExit)])],
    ),
  ],
  { params: ['exit_rcu'] },
);

/** lockdep_off() comes before the counter, lockdep_on() after it. */
export const rawNmiEnter = inline('__nmi_enter', kernel(HARDIRQ, '__nmi_enter'), [
  call(lockdepOff),
  event('count.nmi.add', '__preempt_count_add(NMI_OFFSET + HARDIRQ_OFFSET)'),
]);
export const rawNmiExit = inline('__nmi_exit', kernel(HARDIRQ, '__nmi_exit'), [
  event('count.nmi.sub', '__preempt_count_sub(NMI_OFFSET + HARDIRQ_OFFSET)'),
  call(lockdepOn),
]);

/** Returns state.lockdep. Document, "NMI and NMI-like exceptions". */
export const irqentryNmiEnter = noinstr('irqentry_nmi_enter', kernel(COMMON, 'irqentry_nmi_enter'), [
  event('entry.nmi', '/* NMI-like */'),
  save('lockdep', lockdepHardirqsEnabled),
  call(rawNmiEnter),
  call(lockdepHardirqsOff),
  call(lockdepHardirqEnter),
  event('ct.nmi.enter', '/* RCU is told */'),
  call(ctNmiEnter),
  begin,
  event('call.transition', 'kmsan_unpoison_entry_regs(regs)'),
  call(traceHardirqsOffFinish),
  event('call.transition', 'ftrace_nmi_enter()'),
  end,
  give(local('lockdep')),
]);

export const irqentryNmiExit = noinstr(
  'irqentry_nmi_exit',
  kernel(COMMON, 'irqentry_nmi_exit'),
  [
    event('exit.nmi', '/* NMI-like */'),
    begin,
    event('call.transition', 'ftrace_nmi_exit()'),
    when(local('lockdep'), [call(traceHardirqsOnPrepare), call(lockdepHardirqsOnPrepare)]),
    end,
    event('ct.nmi.exit', '/* RCU is told */'),
    call(ctNmiExit),
    call(lockdepHardirqExit),
    when(local('lockdep'), [call(lockdepHardirqsOn)]),
    call(rawNmiExit),
  ],
  { params: ['lockdep'] },
);

/** For code that made no irqentry_nmi_enter(): an NMI that an architecture's driver finds in an interrupt. */
export const nmiEnter = inline('nmi_enter', kernel(HARDIRQ, 'nmi_enter'), [
  call(rawNmiEnter),
  call(lockdepHardirqEnter),
  call(ctNmiEnter),
  ...instrumented(event('call.transition', 'ftrace_nmi_enter()')),
]);
export const nmiExit = inline('nmi_exit', kernel(HARDIRQ, 'nmi_exit'), [
  ...instrumented(event('call.transition', 'ftrace_nmi_exit()')),
  call(ctNmiExit),
  call(lockdepHardirqExit),
  call(rawNmiExit),
]);

export const IRQENTRY_PROGRAMS: readonly Program[] = [
  irqentryEnter,
  preemptScheduleIrq,
  irqentryExitCondResched,
  irqentryExit,
  rawNmiEnter,
  rawNmiExit,
  irqentryNmiEnter,
  irqentryNmiExit,
  nmiEnter,
  nmiExit,
];

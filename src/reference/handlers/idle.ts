/** The idle loop: hlt, mwait, polling, and a cpuidle driver; kernel/sched/idle.c, drivers/cpuidle/cpuidle.c. */
import { kernel } from '../../contract/source.ts';
import { ctIdleEnter, ctIdleExit } from '../primitives/context-tracking.ts';
import {
  localIrqDisable,
  localIrqEnable,
  lockdepHardirqsOff,
  lockdepHardirqsOn,
  lockdepHardirqsOnPrepare,
  rawLocalIrqDisable,
  rawLocalIrqEnable,
  rawSafeHalt,
  traceHardirqsOnPrepare,
} from '../primitives/irqflags.ts';
import {
  begin,
  call,
  choose,
  either,
  end,
  event,
  has,
  inline,
  instrumentable,
  local,
  noinstr,
  not,
  option,
  type Program,
  repeat,
  when,
} from '../program.ts';

const IDLE = 'kernel/sched/idle.c';
const CPUIDLE = 'include/linux/cpuidle.h';
const DRIVER = 'drivers/cpuidle/cpuidle.c';

/** It closes the window that its caller has opened. */
export const ctCpuidleEnter = inline('ct_cpuidle_enter', kernel(CPUIDLE, 'ct_cpuidle_enter', '6.12'), [
  call(traceHardirqsOnPrepare),
  call(lockdepHardirqsOnPrepare),
  end,
  call(ctIdleEnter),
  call(lockdepHardirqsOn),
]);
/** It opens the window that its caller closes. */
export const ctCpuidleExit = inline('ct_cpuidle_exit', kernel(CPUIDLE, 'ct_cpuidle_exit', '6.12'), [
  call(lockdepHardirqsOff),
  call(ctIdleExit),
  begin,
]);

/** mwait with the flag on behind sti, or with ecx = 1: an interrupt ends the sleep and is not taken yet. */
export const mwaitIdle = noinstr(
  'mwait_idle',
  [kernel('arch/x86/kernel/process.c', 'mwait_idle'), kernel('arch/x86/include/asm/mwait.h', 'mwait_idle_with_hints')],
  [
    choose('the sleep', [option('takes interrupts', [], true), option('only wakes by them', [], false)], 'sti'),
    when(local('sti'), [event('irq.enable.shadowed', 'sti')]),
    event('cpu.mwait', 'mwait'),
    when(local('sti'), [call(rawLocalIrqDisable)]),
  ],
);

export const archCpuIdle = noinstr('arch_cpu_idle', kernel('arch/x86/kernel/process.c', 'arch_cpu_idle'), [
  choose('x86_idle', [option('is default_idle()', [], true), option('is mwait_idle()', [], false)], 'halt'),
  either(local('halt'), [call(rawSafeHalt), call(rawLocalIrqDisable)], [call(mwaitIdle)]),
]);

export const defaultIdleCall = noinstr('default_idle_call', kernel(IDLE, 'default_idle_call', '6.12'), [
  begin,
  event('call.transition', 'trace_cpu_idle(1, smp_processor_id()); stop_critical_timings()'),
  call(ctCpuidleEnter),
  call(archCpuIdle),
  call(ctCpuidleExit),
  event('call.transition', 'start_critical_timings(); trace_cpu_idle(PWR_EVENT_EXIT, ...)'),
  call(localIrqEnable),
  end,
]);

export const cpuIdlePoll = noinstr('cpu_idle_poll', kernel(IDLE, 'cpu_idle_poll', '6.12'), [
  begin,
  event('call.transition', 'trace_cpu_idle(0, smp_processor_id()); stop_critical_timings()'),
  call(ctCpuidleEnter),
  call(rawLocalIrqEnable),
  repeat(
    [
      event('cpu.poll', 'cpu_relax()'),
      choose('the loop', [option('ends', [], false), option('goes on', [], true)], 'poll'),
    ],
    local('poll'),
  ),
  call(rawLocalIrqDisable),
  call(ctCpuidleExit),
  event('call.transition', 'start_critical_timings(); trace_cpu_idle(PWR_EVENT_EXIT, ...)'),
  call(localIrqEnable),
  end,
]);

/** A driver without CPUIDLE_FLAG_RCU_IDLE: the second window annotates its indirect call away. */
export const cpuidleEnterState = noinstr('cpuidle_enter_state', kernel(DRIVER, 'cpuidle_enter_state', '6.12'), [
  begin,
  event('call.transition', 'trace_cpu_idle(index, dev->cpu); stop_critical_timings()'),
  choose(
    'the driver',
    [option('leaves RCU to its caller', [], false), option('has CPUIDLE_FLAG_RCU_IDLE', [], true)],
    'rcu_idle',
  ),
  either(
    not(local('rcu_idle')),
    [
      call(ctCpuidleEnter),
      begin,
      event('call.indirect', 'entered_state = target_state->enter(dev, drv, index)'),
      call(mwaitIdle, { c: 'intel_idle(dev, drv, index)' }),
      end,
      call(ctCpuidleExit),
    ],
    [event('call.indirect', 'entered_state = target_state->enter(dev, drv, index)'), call('acpi_idle_enter_bm')],
  ),
  event('call.transition', 'start_critical_timings(); trace_cpu_idle(PWR_EVENT_EXIT, dev->cpu)'),
  call(localIrqEnable),
  end,
]);
/** A driver with CPUIDLE_FLAG_RCU_IDLE. */
export const acpiIdleEnterBm = noinstr(
  'acpi_idle_enter_bm',
  kernel('drivers/acpi/processor_idle.c', 'acpi_idle_enter_bm', '6.12'),
  [
    begin,
    event('call.transition', 'acpi_unlazy_tlb(smp_processor_id())'),
    call(ctCpuidleEnter),
    call(rawSafeHalt, { c: 'acpi_idle_do_entry(cx)' }),
    call(rawLocalIrqDisable),
    call(ctCpuidleExit),
    end,
  ],
);

/** 6.1: arch_cpu_idle() returns with interrupts on, and nothing of it is noinstr. */
export const defaultIdleCallOf61 = instrumentable('default_idle_call (6.1)', kernel(IDLE, 'default_idle_call', '6.1'), [
  event('call.transition', 'trace_cpu_idle(1, smp_processor_id()); stop_critical_timings()'),
  call(traceHardirqsOnPrepare),
  call(lockdepHardirqsOnPrepare),
  call(ctIdleEnter),
  call(lockdepHardirqsOn),
  call(rawSafeHalt, { c: 'arch_cpu_idle()' }),
  call(rawLocalIrqDisable),
  call(lockdepHardirqsOff),
  call(ctIdleExit),
  call(lockdepHardirqsOn),
  call(rawLocalIrqEnable),
  event('call.transition', 'start_critical_timings(); trace_cpu_idle(PWR_EVENT_EXIT, ...)'),
]);

export const doIdle = instrumentable('do_idle', kernel(IDLE, 'do_idle'), [
  call(localIrqDisable),
  either(
    has('idle-noinstr', 'LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)'),
    [
      choose('the idle loop', [option('sleeps', [], false), option('polls', [], true)], 'polls'),
      either(
        local('polls'),
        [call(cpuIdlePoll)],
        [
          choose('cpuidle', [option('has no driver', [], false), option('has a driver', [], true)], 'driver'),
          either(local('driver'), [call(cpuidleEnterState)], [call(defaultIdleCall)]),
        ],
      ),
    ],
    [call(defaultIdleCallOf61)],
  ),
]);

export const IDLE_PROGRAMS: readonly Program[] = [
  ctCpuidleEnter,
  ctCpuidleExit,
  mwaitIdle,
  archCpuIdle,
  defaultIdleCall,
  cpuIdlePoll,
  cpuidleEnterState,
  acpiIdleEnterBm,
  defaultIdleCallOf61,
  doIdle,
];

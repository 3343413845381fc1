/** The idle loop and its drivers, as they are compared. */
import {
  localIrqDisable,
  localIrqEnable,
  rawLocalIrqDisable,
  rawSafeHalt,
} from '../../reference/primitives/irqflags.ts';
import { call, choose, either, end, event, give, has, local, option, repeat, when } from '../../reference/program.ts';
import { type Adaptation, maybe } from '../adaptation.ts';

export const IDLE_ADAPTATIONS: readonly Adaptation[] = [
  {
    program: 'do_idle',
    kind: 'folded',
    why: 'the whole loop, of which the reference runs one sleep; a driver sleeps behind a call, which is walked by itself',
    source: 'kernel/sched/idle.c: do_idle, cpuidle_idle_call',
    only: 'itself',
    to: {
      steps: [
        repeat(
          maybe(
            '!need_resched()',
            call(localIrqDisable),
            event('work.flush'),
            choose('the loop', [option('sleeps', [], true), option('polls', [], false)], 'sleeps'),
            either(
              local('sleeps'),
              [
                choose(
                  'the sleep',
                  [option('is by default', [], true), option('is another, or none', [], false)],
                  'plain',
                ),
                either(
                  local('plain'),
                  [either(has('idle-noinstr'), [call('default_idle_call')], [call('default_idle_call (6.1)')])],
                  [call(localIrqEnable)],
                ),
              ],
              [either(has('idle-noinstr'), [call('cpu_idle_poll')], [call(localIrqEnable)])],
            ),
          ),
          local('asked'),
        ),
        ...maybe('klp_patch_pending(current)', event('work.patch')),
      ],
    },
  },
  {
    program: 'default_idle_call',
    kind: 'allowed',
    why: 'where a reschedule is wanted by now it only enables interrupts',
    source: 'kernel/sched/idle.c: default_idle_call',
    to: {
      edits: [
        {
          op: 'insert',
          program: 'default_idle_call',
          path: '1',
          step: when(local('wanted'), [call(localIrqEnable), end, give()]),
        },
        {
          op: 'insert',
          program: 'default_idle_call',
          path: '1',
          step: choose('a reschedule', [option('is not wanted', [], false), option('is wanted', [], true)], 'wanted'),
        },
      ],
    },
  },
  {
    program: 'mwait_idle',
    kind: 'allowed',
    why: 'it does not sleep where a reschedule is wanted by now',
    source: 'arch/x86/kernel/process.c: mwait_idle',
    to: {
      edits: [
        { op: 'insert', program: 'mwait_idle', path: '0', step: when(local('wanted'), [give()]) },
        {
          op: 'insert',
          program: 'mwait_idle',
          path: '0',
          step: choose('a reschedule', [option('is not wanted', [], false), option('is wanted', [], true)], 'wanted'),
        },
      ],
    },
  },
  {
    program: 'acpi_idle_enter_bm',
    kind: 'allowed',
    why: 'a sleep by mwait, or none where a reschedule is wanted by now; the reference has hlt alone',
    source: 'drivers/acpi/processor_idle.c: acpi_idle_do_entry, acpi_safe_halt',
    to: {
      edits: [
        { op: 'delete', program: 'acpi_idle_enter_bm', path: '4' },
        {
          op: 'replace',
          program: 'acpi_idle_enter_bm',
          path: '3',
          step: either(local('halt'), [call(rawSafeHalt), call(rawLocalIrqDisable)], [call('mwait_idle')]),
        },
        {
          op: 'insert',
          program: 'acpi_idle_enter_bm',
          path: '3',
          step: choose('the state', [option('is entered by hlt', [], true), option('by mwait', [], false)], 'halt'),
        },
      ],
    },
  },
  {
    program: 'cpuidle_enter_state',
    kind: 'folded',
    why: 'which driver a pointer leads to is not known; each is walked by itself',
    source: 'drivers/cpuidle/cpuidle.c: cpuidle_enter_state',
    to: {
      edits: [
        { op: 'delete', program: 'cpuidle_enter_state', path: '3.else.1' },
        { op: 'delete', program: 'cpuidle_enter_state', path: '3.then.3' },
      ],
    },
  },
];

/** The entry and exit functions, as they are compared. */
import { set } from '../../contract/expression.ts';
import { tickNohzUserEnterPrepare } from '../../reference/entry/user.ts';
import { localIrqDisable, localIrqEnable } from '../../reference/primitives/irqflags.ts';
import { asks, call, choose, event, local, not, option, repeat, when } from '../../reference/program.ts';
import { type Adaptation, BY_ITSELF, maybe, TRACEPOINTS } from '../adaptation.ts';

const workSeen = asks('ti_work & EXIT_TO_USER_MODE_WORK', set('workSeen'));
const SOME_BIT = 'of one reading of the flags a walk knows that some bit is set, not which';

export const ENTRY_ADAPTATIONS: readonly Adaptation[] = [
  {
    program: 'irq_enter_rcu',
    kind: 'folded',
    why: BY_ITSELF,
    source: 'kernel/softirq.c: irq_enter_rcu',
    only: 'called',
    to: {
      steps: [
        event('count.hardirq.add'),
        event('lockdep.hardirq-enter'),
        event('tick.irq-enter'),
        event('time.hardirq.enter'),
      ],
    },
  },
  {
    program: 'irq_exit_rcu',
    kind: 'folded',
    why: BY_ITSELF,
    source: 'kernel/softirq.c: irq_exit_rcu',
    only: 'called',
    to: {
      steps: [
        event('time.hardirq.exit'),
        event('count.hardirq.sub'),
        event('tick.irq-exit'),
        event('lockdep.hardirq-exit'),
      ],
    },
  },
  {
    program: 'preempt_schedule_irq',
    kind: 'folded',
    why: BY_ITSELF,
    source: 'kernel/sched/core.c: preempt_schedule_irq',
    only: 'called',
    to: { steps: [event('call.preempt')] },
  },
  {
    program: 'preempt_schedule_irq',
    kind: 'folded',
    why: 'that it is called is told of its caller',
    source: 'kernel/sched/core.c: preempt_schedule_irq',
    only: 'itself',
    to: { edits: [{ op: 'delete', program: 'preempt_schedule_irq', path: '0' }] },
  },
  {
    program: 'read_thread_flags',
    kind: 'folded',
    why: SOME_BIT,
    source: 'include/linux/thread_info.h: read_thread_flags',
    to: {
      steps: [
        choose('the flags', [option('are clear', [], false), option('say that work waits', [], true)], 'some'),
        when(local('some'), [event('work.read.some')]),
        when(not(local('some')), [event('work.read.none')]),
      ],
    },
  },
  {
    program: 'exit_to_user_mode_loop',
    kind: 'folded',
    why: `${SOME_BIT}: each item is done or not, in their order`,
    source: 'kernel/entry/common.c: exit_to_user_mode_loop',
    to: {
      steps: [
        repeat(
          [
            call(localIrqEnable),
            ...maybe('_TIF_NEED_RESCHED', event('work.resched')),
            ...maybe('_TIF_UPROBE', event('work.uprobe')),
            ...maybe('_TIF_PATCH_PENDING', event('work.patch')),
            ...maybe('_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL', event('work.signal')),
            ...maybe('_TIF_NOTIFY_RESUME', event('work.notify')),
            call(localIrqDisable),
            call(tickNohzUserEnterPrepare),
            call('read_thread_flags'),
          ],
          workSeen,
        ),
      ],
    },
  },
  {
    program: 'exit_to_user_mode_prepare',
    kind: 'folded',
    why: SOME_BIT,
    source: 'include/linux/entry-common.h: exit_to_user_mode_prepare',
    to: {
      edits: [
        {
          op: 'replace',
          program: 'exit_to_user_mode_prepare',
          path: '2',
          step: when(workSeen, [call('exit_to_user_mode_loop')]),
        },
      ],
    },
  },
  {
    program: 'syscall_exit_to_user_mode_prepare',
    kind: 'allowed',
    why: 'ct_state() disables preemption around its reading, where lockdep or a debug kernel asks it',
    source: 'include/linux/context_tracking.h: ct_state',
    to: {
      steps: [event('syscall.read-exit-work'), call(TRACEPOINTS), call('syscall_exit_work')],
    },
  },
  {
    program: 'syscall_exit_work',
    kind: 'folded',
    why: 'which work waits is not known: each piece is done or not, in their order',
    source: 'kernel/entry/common.c: syscall_exit_work',
    to: {
      steps: [
        ...maybe('audit_context()', event('syscall.exit-audit')),
        ...maybe('SYSCALL_WORK_SYSCALL_TRACEPOINT', event('syscall.exit-tracepoint')),
        ...maybe('SYSCALL_WORK_SYSCALL_TRACE, or a single step', event('syscall.exit-ptrace')),
      ],
    },
  },
  {
    program: 'handle_softirqs',
    kind: 'folded',
    why: 'one handler for each bit that is set, with its tracepoints; how many is not known',
    source: 'kernel/softirq.c: handle_softirqs',
    to: {
      edits: [
        {
          op: 'replace',
          program: 'handle_softirqs',
          path: '4.body.2',
          step: repeat(
            [
              call(TRACEPOINTS),
              choose(
                'a soft interrupt',
                [option('is none', [], false), option('is raised', ['call.softirq'], true)],
                'more',
              ),
            ],
            local('more'),
          ),
        },
      ],
    },
  },
  {
    program: 'tick_irq_exit',
    kind: 'folded',
    why: 'whether the CPU is idle is asked of the scheduler, whose answer is not known',
    source: 'kernel/softirq.c: tick_irq_exit',
    to: { steps: maybe('sched_core_idle_cpu(cpu)', event('tick.irq-exit')) },
  },
];

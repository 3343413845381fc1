/** Context tracking and RCU's watching, after kernel/context_tracking.c. Names of 6.12; 6.1 has the same order under dynticks_*. */
import { kernel } from '../../contract/source.ts';
import {
  begin,
  call,
  constant,
  either,
  end,
  event,
  give,
  has,
  inline,
  instrumented,
  local,
  noinstr,
  not,
  type Program,
  when,
} from '../program.ts';
import { ctIsGuest, ctIsUser, inNmi, nmiNested, rcuWatching } from './facts.ts';

const CT = 'kernel/context_tracking.c';
const active = has('context-tracking-active', 'ct->active');

/**
 * A static noinstr function that its noinstr callers call outside of windows: to the markers it is part of them.
 * `user`, `guest`: where the CPU goes; neither: into idle. The branch for a process-level nesting above 1 is left out: nothing
 * in entry code makes it 2.
 */
export const ctKernelExit = inline(
  'ct_kernel_exit',
  kernel(CT, 'ct_kernel_exit'),
  [
    event('ct.nmi-nesting.clear', 'WRITE_ONCE(ct->nmi_nesting, 0)'),
    ...instrumented(event('call.transition', 'trace_rcu_watching(TPS("End"), ...)')),
    event('ct.nesting.clear', 'WRITE_ONCE(ct->nesting, 0)'),
    either(
      local('user'),
      [event('ct.user.enter', 'ct_kernel_exit_state(CT_RCU_WATCHING + CT_STATE_USER)')],
      [
        either(
          local('guest'),
          [event('ct.guest.enter', 'ct_kernel_exit_state(CT_RCU_WATCHING + CT_STATE_GUEST)')],
          [event('ct.idle.enter', 'ct_kernel_exit_state(CT_RCU_WATCHING + CT_STATE_IDLE)')],
        ),
      ],
    ),
  ],
  { params: ['user', 'guest'] },
);

export const ctKernelEnter = inline(
  'ct_kernel_enter',
  kernel(CT, 'ct_kernel_enter'),
  [
    either(
      local('user'),
      [event('ct.user.exit', 'ct_kernel_enter_state(CT_RCU_WATCHING - CT_STATE_USER)')],
      [
        either(
          local('guest'),
          [event('ct.guest.exit', 'ct_kernel_enter_state(CT_RCU_WATCHING - CT_STATE_GUEST)')],
          [event('ct.idle.exit', 'ct_kernel_enter_state(CT_RCU_WATCHING - CT_STATE_IDLE)')],
        ),
      ],
    ),
    begin,
    event('call.transition', 'trace_rcu_watching(TPS("Start"), ...)'),
    event('ct.nesting.set', 'WRITE_ONCE(ct->nesting, 1)'),
    event('ct.nmi-nesting.nonidle', 'WRITE_ONCE(ct->nmi_nesting, CT_NESTING_IRQ_NONIDLE)'),
    end,
  ],
  { params: ['user', 'guest'] },
);

const place = (user: boolean, guest: boolean) => ({ user: constant(user), guest: constant(guest) });

export const ctUserEnter = noinstr(
  '__ct_user_enter',
  kernel(CT, '__ct_user_enter'),
  [
    when(not(local('there')), [
      either(
        active,
        [
          when(local('user'), [
            ...instrumented(event('call.transition', 'trace_user_enter(0)'), event('vtime.user.enter')),
          ]),
          call(ctKernelExit, {
            given: { user: local('user'), guest: local('guest') },
            c: 'ct_kernel_exit(true, CT_RCU_WATCHING + state)',
          }),
        ],
        [
          either(
            local('user'),
            [event('ct.user.enter.inactive', 'raw_atomic_add(state, &ct->state)')],
            [event('ct.guest.enter.inactive', 'raw_atomic_add(state, &ct->state)')],
          ),
        ],
      ),
    ]),
  ],
  { params: ['user', 'guest', 'there'], says: '`there` is __ct_state() == state' },
);

export const ctUserExit = noinstr(
  '__ct_user_exit',
  kernel(CT, '__ct_user_exit'),
  [
    when(local('there'), [
      either(
        active,
        [
          call(ctKernelEnter, {
            given: { user: local('user'), guest: local('guest') },
            c: 'ct_kernel_enter(true, CT_RCU_WATCHING - state)',
          }),
          when(local('user'), [
            ...instrumented(event('vtime.user.exit'), event('call.transition', 'trace_user_exit(0)')),
          ]),
        ],
        [
          either(
            local('user'),
            [event('ct.user.exit.inactive', 'raw_atomic_sub(state, &ct->state)')],
            [event('ct.guest.exit.inactive', 'raw_atomic_sub(state, &ct->state)')],
          ),
        ],
      ),
    ]),
  ],
  { params: ['user', 'guest', 'there'], says: '`there` is __ct_state() == state' },
);

const tracked = has('context-tracking', 'context_tracking_enabled()');
const HEADER = 'include/linux/context_tracking.h';

/** Nothing at all where the static key is off. */
export const userEnterIrqoff = inline('user_enter_irqoff', kernel(HEADER, 'user_enter_irqoff'), [
  when(tracked, [
    call(ctUserEnter, { given: { ...place(true, false), there: ctIsUser }, c: '__ct_user_enter(CT_STATE_USER)' }),
  ]),
]);
export const userExitIrqoff = inline('user_exit_irqoff', kernel(HEADER, 'user_exit_irqoff'), [
  when(tracked, [
    call(ctUserExit, { given: { ...place(true, false), there: ctIsUser }, c: '__ct_user_exit(CT_STATE_USER)' }),
  ]),
]);
/** Returns whether context tracking runs on this CPU. */
export const contextTrackingGuestEnter = inline(
  'context_tracking_guest_enter',
  kernel(HEADER, 'context_tracking_guest_enter'),
  [
    when(tracked, [
      call(ctUserEnter, { given: { ...place(false, true), there: ctIsGuest }, c: '__ct_user_enter(CT_STATE_GUEST)' }),
    ]),
    give(active),
  ],
);
export const contextTrackingGuestExit = inline(
  'context_tracking_guest_exit',
  kernel(HEADER, 'context_tracking_guest_exit'),
  [
    when(tracked, [
      call(ctUserExit, { given: { ...place(false, true), there: ctIsGuest }, c: '__ct_user_exit(CT_STATE_GUEST)' }),
    ]),
    give(active),
  ],
);

export const ctIdleEnter = noinstr('ct_idle_enter', kernel(CT, 'ct_idle_enter'), [
  call(ctKernelExit, { given: place(false, false), c: 'ct_kernel_exit(false, CT_RCU_WATCHING + CT_STATE_IDLE)' }),
]);
/** It saves and restores the interrupt flag by itself. */
export const ctIdleExit = noinstr('ct_idle_exit', kernel(CT, 'ct_idle_exit'), [
  call(ctKernelEnter, { given: place(false, false), c: 'ct_kernel_enter(false, CT_RCU_WATCHING - CT_STATE_IDLE)' }),
]);

export const rcuIrqEnterCheckTick = inline(
  'rcu_irq_enter_check_tick',
  kernel('include/linux/hardirq.h', 'rcu_irq_enter_check_tick'),
  [when(has('nohz-full', 'context_tracking_enabled()'), [event('rcu.check-tick')])],
);

export const ctNmiEnter = noinstr('ct_nmi_enter', kernel(CT, 'ct_nmi_enter'), [
  either(
    not(rcuWatching),
    [
      event('ct.watch.begin', 'ct_kernel_enter_state(CT_RCU_WATCHING)'),
      begin,
      event('call.transition', 'trace_rcu_watching(TPS("Startirq"), ...)'),
      end,
      event('ct.nmi-nesting.first', 'WRITE_ONCE(ct->nmi_nesting, ct_nmi_nesting() + 1)'),
    ],
    [
      begin,
      when(not(inNmi), [call(rcuIrqEnterCheckTick)]),
      event('call.transition', 'trace_rcu_watching(TPS("++="), ...)'),
      end,
      event('ct.nmi-nesting.nested', 'WRITE_ONCE(ct->nmi_nesting, ct_nmi_nesting() + 2)'),
    ],
  ),
]);

export const ctNmiExit = noinstr('ct_nmi_exit', kernel(CT, 'ct_nmi_exit'), [
  begin,
  when(nmiNested, [
    event('call.transition', 'trace_rcu_watching(TPS("--="), ...)'),
    event('ct.nmi-nesting.unnested', 'WRITE_ONCE(ct->nmi_nesting, ct_nmi_nesting() - 2)'),
    end,
    give(),
  ]),
  event('call.transition', 'trace_rcu_watching(TPS("Endirq"), ...)'),
  event('ct.nmi-nesting.clear', 'WRITE_ONCE(ct->nmi_nesting, 0)'),
  end,
  event('ct.watch.end', 'ct_kernel_exit_state(CT_RCU_WATCHING)'),
]);

export const ctIrqEnter = noinstr('ct_irq_enter', kernel(CT, 'ct_irq_enter'), [
  event('ct.irq.enter', 'lockdep_assert_irqs_disabled()'),
  call(ctNmiEnter),
]);
export const ctIrqExit = noinstr('ct_irq_exit', kernel(CT, 'ct_irq_exit'), [
  event('ct.irq.exit', 'lockdep_assert_irqs_disabled()'),
  call(ctNmiExit),
]);

export const CONTEXT_TRACKING_PROGRAMS: readonly Program[] = [
  ctKernelExit,
  ctKernelEnter,
  ctUserEnter,
  ctUserExit,
  userEnterIrqoff,
  userExitIrqoff,
  contextTrackingGuestEnter,
  contextTrackingGuestExit,
  ctIdleEnter,
  ctIdleExit,
  rcuIrqEnterCheckTick,
  ctNmiEnter,
  ctNmiExit,
  ctIrqEnter,
  ctIrqExit,
];

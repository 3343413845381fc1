/** NOINSTR-WINDOW: balance, and no transition inside. On an object `noinstr/` also compares where paths meet. */
import { above, all, any, clear, is, not } from '../expression.ts';
import { INSTRUMENTABLE } from '../fields.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { GUEST_ENTERS, GUEST_EXITS, outsideOfWindows, USER_ENTERS, USER_EXITS } from './acts.ts';

const NOINSTR = document('Non-instrumentable code - noinstr');
/** No caller of the running function has a window open: each of the three is noinstr code without one, or instrumentable. */
const NO_CALLER_IN_WINDOW = is(
  'callers',
  ...[0, INSTRUMENTABLE].flatMap((near) =>
    [0, INSTRUMENTABLE].flatMap((middle) => [0, INSTRUMENTABLE].map((far) => near | (middle << 3) | (far << 6))),
  ),
);

export const noinstrWindow: Rule = {
  id: 'NOINSTR-WINDOW',
  says: 'windows balance on every path: none is closed that was not open, none is left open at a return',
  why: 'a window that stays open hides every later call from the check; one closed twice hides the calls of the caller',
  source: [NOINSTR, kernel('include/linux/instrumentation.h', 'instrumentation_begin')],
  note: 'the document shows pairs, and does not say that they must balance or what must not stand between them; objtool knows the first',
  conditions: [
    {
      name: 'closed-twice',
      says: 'a window is closed that was not open',
      fix: 'Remove this instrumentation_end(), or open the window before',
      on: ['window.end'],
      broken: clear('windows'),
      needs: ['markers'],
    },
    {
      name: 'left-open',
      says: 'the code returns with an open window',
      fix: 'Close the window on this path too',
      on: ['return', 'function.return'],
      broken: all(not(clear('windows')), not(is('windows', INSTRUMENTABLE))),
      needs: ['markers'],
    },
    {
      name: 'opened-forever',
      says: 'the seventh window is opened inside of another',
      fix: 'Close the window in the loop that opens it',
      on: ['window.begin'],
      broken: all(above('windows', 5), not(is('windows', INSTRUMENTABLE))),
      needs: ['markers'],
    },
    {
      name: 'transition-in-window',
      says: 'a transition is made inside of a window',
      fix: 'Open the window behind the entry, and close it before the exit',
      on: [
        'entry.user',
        'entry.kernel',
        'entry.nmi',
        'exit.user',
        'exit.kernel',
        'exit.nmi',
        ...USER_EXITS,
        ...USER_ENTERS,
        ...GUEST_EXITS,
        ...GUEST_ENTERS,
        'ct.irq.enter',
        'ct.irq.exit',
        'ct.nmi.enter',
        'ct.nmi.exit',
        'ct.watch.begin',
        'ct.watch.end',
      ],
      broken: any(not(is('windows', 0, INSTRUMENTABLE)), not(NO_CALLER_IN_WINDOW)),
      needs: ['markers'],
    },
    {
      name: 'idle-in-window',
      says: 'context tracking is told of idle inside of a window of the function that tells it',
      fix: 'Close the window before ct_idle_enter(), and open it behind ct_idle_exit()',
      on: ['ct.idle.enter', 'ct.idle.exit'],
      broken: not(outsideOfWindows),
      needs: ['markers'],
    },
  ],
  exceptions: [
    {
      what: 'context tracking is told of idle inside of a window',
      why: 'the governor calls a driver in a window, and one with CPUIDLE_FLAG_RCU_IDLE tells context tracking by itself',
      source: kernel('drivers/cpuidle/cpuidle.c', 'cpuidle_enter_state'),
      conditions: ['transition-in-window'],
    },
  ],
};

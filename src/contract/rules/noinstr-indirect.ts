/** NOINSTR-INDIRECT: calls whose target no reader sees. On an object `noinstr/` looks at every one. */
import { clear } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';

const NOINSTR = document('Non-instrumentable code - noinstr');
export const noinstrIndirect: Rule = {
  id: 'NOINSTR-INDIRECT',
  says: 'indirect calls from noinstr code reach noinstr code where their targets can be known, and stand in a window where not',
  why: 'what a pointer holds is decided elsewhere: nothing shows at the call that its target may be traced',
  source: [NOINSTR, kernel('tools/objtool/check.c', 'noinstr_call_dest')],
  conditions: [
    {
      name: 'unknown-target',
      says: 'noinstr code calls through a pointer outside of a window, and its targets are not known',
      fix: 'Use a static call with noinstr targets, or open a window where RCU watches',
      on: ['call.indirect'],
      broken: clear('windows'),
      needs: ['markers'],
    },
  ],
  exceptions: [
    {
      what: 'cpuidle_enter_state() opens a window around the call of the driver where RCU does not watch',
      why: 'the targets are in .cpuidle.text, which the checker of calls cannot know',
      source: kernel('drivers/cpuidle/cpuidle.c', 'cpuidle_enter_state', '6.12'),
      conditions: ['unknown-target'],
    },
  ],
};

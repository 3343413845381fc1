/** NOINSTR-CALL: on an object `noinstr/` looks at every call; here it judges events. */
import { clear } from '../expression.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';
import { INSTRUMENTABLE_CODE } from './acts.ts';

const NOINSTR = document('Non-instrumentable code - noinstr');
const CHECKER = kernel('tools/objtool/check.c', 'validate_call');

export const noinstrCall: Rule = {
  id: 'NOINSTR-CALL',
  says: 'noinstr code calls only noinstr code, unless an instrumentation window is open',
  why: 'a tracer, a probe or a sanitizer in the called code would run where RCU does not watch or registers are not saved yet',
  source: [NOINSTR, CHECKER],
  conditions: [
    {
      name: 'instrumentable-call',
      says: 'instrumentable code is called from noinstr code outside of a window',
      fix: 'Make the callee noinstr or __always_inline, or open a window around the call where RCU watches',
      on: [...INSTRUMENTABLE_CODE, 'call.warn'],
      broken: clear('windows'),
      needs: ['markers'],
    },
  ],
  exceptions: [
    {
      what: 'calls to __ubsan_handle_*() count as noinstr',
      why: 'a report of undefined behaviour is worth more than the risk of making it',
      source: kernel('tools/objtool/check.c', 'noinstr_call_dest'),
      conditions: [],
      applies: { callees: ['__ubsan_handle_*'] },
    },
    {
      what: 'calls to __sanitizer_cov_*(), __tsan_func_*() and __tsan_atomic_signal_fence() count as noinstr',
      why: 'no attribute keeps every compiler from making them, and the build turns them into nops',
      source: kernel('tools/objtool/check.c', 'is_profiling_func'),
      conditions: [],
      applies: { callees: ['__sanitizer_cov_*', '__tsan_func_*', '__tsan_atomic_signal_fence'] },
    },
  ],
};

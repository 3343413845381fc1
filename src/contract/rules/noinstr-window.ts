/** NOINSTR-WINDOW: balance. On an object `noinstr/` also compares where paths meet. */
import { breaks, drop, fails, keeps, replace, shows } from '../example.ts';
import { above, all, clear, is, not } from '../expression.ts';
import { INSTRUMENTABLE } from '../fields.ts';
import type { Rule } from '../rule.ts';
import { document, kernel } from '../source.ts';

const NOINSTR = document('Non-instrumentable code - noinstr');
const _CHECKER = kernel('tools/objtool/check.c', 'validate_call');

export const noinstrWindow: Rule = {
  id: 'NOINSTR-WINDOW',
  says: 'windows balance on every path: none is closed that was not open, none is left open at a return',
  why: 'a window that stays open hides every later call from the check; one closed twice hides the calls of the caller',
  source: [NOINSTR, kernel('include/linux/instrumentation.h', 'instrumentation_begin')],
  note: 'the document shows pairs and does not say that they must balance; objtool does',
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
  ],
  exceptions: [],
  get examples() {
    return [
      keeps('syscall'),
      keeps('vmx'),
      shows('markers inlined into instrumentable code do not count', { start: 'task' }, ['window.end', 'window.begin']),
      breaks('closed-twice', 'syscall', drop('window.begin', 3)),
      breaks('left-open', 'syscall', replace('window.end', ['window.begin'], 3)),
      breaks('left-open', 'nmi', drop('window.end', 3)),
      fails('left-open', { start: 'task' }, ['function.noinstr', 'window.begin', 'function.return']),
      fails('opened-forever', { start: 'user' }, [
        'enter.syscall',
        ...Array.from({ length: 7 }, () => 'window.begin' as const),
      ]),
    ];
  },
};

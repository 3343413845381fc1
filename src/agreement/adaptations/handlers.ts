/** Exceptions and NMI-like handlers, as they are compared. */
import type { Edit } from '../../reference/edit.ts';
import { regsIrqsOn } from '../../reference/primitives/facts.ts';
import {
  localIrqDisable,
  localIrqEnable,
  rawLocalIrqDisable,
  rawLocalIrqEnable,
} from '../../reference/primitives/irqflags.ts';
import { begin, both, call, choose, end, event, give, local, not, option, when } from '../../reference/program.ts';
import { type Adaptation, maybe, TRACEPOINTS } from '../adaptation.ts';

/** The handler runs with interrupts off, and only where it did not take the exception they go on; `prefix`: where the steps stand. */
const taken = (program: string, prefix: string): readonly Edit[] => [
  { op: 'replace', program, path: `${prefix}2`, step: event('call.exception-handler') },
  {
    op: 'replace',
    program,
    path: `${prefix}3`,
    step: choose('the notification', [option('is not taken', [], false), option('is taken', [], true)], 'taken'),
  },
  {
    op: 'replace',
    program,
    path: `${prefix}4`,
    step: when(not(local('taken')), [call(localIrqEnable), call(localIrqDisable)]),
  },
];

export const HANDLERS_ADAPTATIONS: readonly Adaptation[] = [
  {
    program: 'exc_nmi',
    kind: 'folded',
    why: 'the comparison of CR2 is a reading of its own, and what it comes to is not known',
    source: 'arch/x86/kernel/nmi.c: exc_nmi',
    to: {
      edits: [
        {
          op: 'replace',
          program: 'exc_nmi',
          path: '3.body.5',
          step: choose('CR2', [option('is as it was'), option('has changed', ['cr2.restore'])]),
        },
        { op: 'insert', program: 'exc_nmi', path: '3.body.5', step: event('cr2.read') },
      ],
    },
  },
  {
    program: 'handle_page_fault',
    kind: 'folded',
    why: 'a walk takes a call of do_user_addr_fault() for the handler, behind which interrupts may be on; of do_kern_addr_fault() for any code',
    source: 'arch/x86/mm/fault.c: handle_page_fault',
    to: {
      steps: [
        call(TRACEPOINTS),
        event('call.exception-handler'),
        ...maybe('interrupts are on by now', call(localIrqEnable)),
        call(localIrqDisable),
      ],
    },
  },
  {
    program: 'handle_bug',
    kind: 'folded',
    why: 'a walk does not know what the instruction is, nor what report_bug() says of it: BUG, WARN or UBSAN',
    source: 'arch/x86/kernel/traps.c: handle_bug',
    to: {
      steps: [
        event('bug.check'),
        choose('the instruction', [option('is none of ours', [], false), option('is one', [], true)], 'ours'),
        when(not(local('ours')), [give({ op: 'constant', value: false })]),
        begin,
        when(regsIrqsOn, [call(rawLocalIrqEnable)]),
        event('call.warn'),
        when(regsIrqsOn, [call(rawLocalIrqDisable)]),
        end,
        choose('it', [option('is a WARN', [], true), option('is a BUG', [], false)], 'ours'),
        give(local('ours')),
      ],
    },
  },
  {
    program: 'exc_invalid_op',
    kind: 'allowed',
    why: 'the signal is sent with interrupts on; die() returns where somebody stops it, or in a task that may die alone',
    source: 'arch/x86/kernel/traps.c: do_error_trap; arch/x86/kernel/dumpstack.c: oops_end',
    to: {
      edits: [
        {
          op: 'replace',
          program: 'exc_invalid_op',
          path: '4',
          step: when(both(local('sent'), regsIrqsOn), [call(localIrqEnable), call(localIrqDisable)]),
        },
        {
          op: 'insert',
          program: 'exc_invalid_op',
          path: '4',
          step: choose('the signal', [option('is not sent', [], false), option('is sent', [], true)], 'sent'),
        },
      ],
    },
  },
  {
    program: 'exc_double_fault',
    kind: 'allowed',
    why: 'with CONFIG_VMAP_STACK CR2 is read before anything else',
    source: 'arch/x86/kernel/traps.c: exc_double_fault',
    to: {
      edits: [
        { op: 'move', program: 'exc_double_fault', path: '2', by: -2 },
        // The #GP that it becomes handles it.
        { op: 'insert', program: 'exc_double_fault', path: '2.then.0', step: event('call.nmi-handler') },
      ],
    },
  },
  {
    program: 'exc_alignment_check',
    kind: 'allowed',
    why: 'somebody may take the notification and end it, and die() may return',
    source: 'arch/x86/kernel/traps.c: exc_alignment_check',
    to: {
      edits: [
        { op: 'delete', program: 'exc_alignment_check', path: '2' },
        {
          op: 'replace',
          program: 'exc_alignment_check',
          path: '2',
          step: choose('the notification', [option('is not taken', [], false), option('is', [], true)], 'taken'),
        },
        {
          op: 'replace',
          program: 'exc_alignment_check',
          path: '3',
          step: when(not(local('taken')), [call(localIrqEnable)]),
        },
        { op: 'insert', program: 'exc_alignment_check', path: '4', step: event('call.exception-handler') },
      ],
    },
  },
  {
    program: 'exc_debug_user',
    kind: 'allowed',
    why: 'who is notified may take it, before interrupts go on',
    source: 'arch/x86/kernel/traps.c: exc_debug_user',
    to: { edits: taken('exc_debug_user', '') },
  },
  {
    program: 'exc_int3',
    kind: 'allowed',
    why: 'who is notified may take it, before interrupts go on',
    source: 'arch/x86/kernel/traps.c: do_int3_user',
    to: { edits: taken('exc_int3', '2.then.') },
  },
];

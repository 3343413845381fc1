/** Reports for the tests of formats: a usual one, and one in which every name is hostile. */
import type { Report } from '../src/report/report.ts';

/** One finding of each rule and a gap, with everything that a report can hold. */
export const EXAMPLE: Report = {
  schema: 'kentry.report/1',
  version: '0.1.0',
  objects: [
    {
      file: 'vmlinux.o',
      arch: 'x86-64',
      seen: { functions: 1234, instructions: 56789, entryPoints: 38 },
      gaps: [{ function: 'do_halt', offset: '0x1c', why: 'the callee is not in this file' }],
      notes: ['The file does not tell its kernel version.'],
      roots: [
        { function: 'exc_nmi', source: 'vector nmi', starts: 12, states: 1300, most: 150 },
        {
          function: 'sysvec_threshold',
          source: 'vector interrupt',
          starts: 0,
          states: 0,
          most: 0,
          like: 'sysvec_reboot',
        },
      ],
    },
  ],
  findings: [
    {
      rule: 'NOINSTR-CALL',
      id: '00000000000000a1',
      object: 0,
      function: 'exc_nmi',
      offset: '0x1c3',
      section: '.noinstr.text',
      source: {
        file: 'arch/x86/include/asm/nmi.h',
        line: 12,
        inlined: [{ function: 'note_nmi', file: 'arch/x86/kernel/nmi.c', line: 535 }],
      },
      message: 'call to printk() leaves .noinstr.text: it is instrumentable (.text), and no window is open',
      why: 'A tracer in the called code would run where RCU does not watch.',
      fix: 'Move the call into the window.',
      callee: { name: 'printk', section: '.text' },
      path: [
        { function: 'asm_exc_nmi', offset: '0x0', event: 'entry' },
        { function: 'asm_exc_nmi', offset: '0x40', event: 'call to exc_nmi()' },
        {
          function: 'exc_nmi',
          offset: '0x1b0',
          event: 'branch jne taken',
          note: 'to exc_nmi+0x1c0',
          source: { file: 'arch/x86/kernel/nmi.c', line: 530 },
        },
        {
          function: 'exc_nmi',
          offset: '0x1c3',
          event: 'call',
          source: { file: 'arch/x86/include/asm/nmi.h', line: 12 },
        },
      ],
    },
    {
      rule: 'NOINSTR-WINDOW',
      id: '00000000000000a2',
      object: 0,
      function: 'exc_debug',
      offset: '0x20',
      section: '.noinstr.text',
      message: 'returns with an instrumentation window open',
      also: [
        { function: 'exc_debug', offset: '0x30', source: { file: 'arch/x86/kernel/traps.c', line: 1101 } },
        { function: 'exc_debug', offset: '0x44' },
      ],
      path: [
        { function: 'exc_debug', offset: '0x0', event: 'entry' },
        { function: 'exc_debug', offset: '0x20', event: 'return' },
      ],
    },
    {
      rule: 'NOINSTR-INDIRECT',
      id: '00000000000000a3',
      object: 0,
      function: 'do_idle',
      offset: '0x8',
      section: '.cpuidle.text',
      message: 'call through pv_ops leaves .cpuidle.text: it may reach safe_halt() in .text, and no window is open',
      callee: { name: 'safe_halt', section: '.text' },
      path: [{ function: 'do_idle', offset: '0x8', event: 'call' }],
    },
    {
      rule: 'NOINSTR-WINDOW',
      id: '00000000000000a4',
      object: 0,
      function: 'do_idle',
      offset: '0x30',
      section: '.cpuidle.text',
      message: 'instrumentation_end() closes a window that is not open',
      path: [{ function: 'do_idle', offset: '0x30', event: 'instrumentation_end' }],
    },
  ],
};

/** An escape sequence, C1's CSI, a reversal of writing, line ends, markup, placeholders, half a character. */
export const HOSTILE_NAME =
  'a\u001b[31mb\u009b2Jc\u202ed\r\n::error::e</failure><script>&"\'f\0{0}[x](y)\u2028\ud800\u{e0041}\u200bz';

/** The example with that name wherever a name from a file can stand. */
export const HOSTILE: Report = {
  ...EXAMPLE,
  objects: EXAMPLE.objects.map((object) => ({
    ...object,
    file: HOSTILE_NAME,
    gaps: [{ function: HOSTILE_NAME, offset: '0x0', why: HOSTILE_NAME }],
    notes: [HOSTILE_NAME],
    roots: [{ function: HOSTILE_NAME, source: HOSTILE_NAME, starts: 1, states: 2, most: 2, like: HOSTILE_NAME }],
  })),
  findings: EXAMPLE.findings.map((finding) => ({
    ...finding,
    function: HOSTILE_NAME,
    section: HOSTILE_NAME,
    message: HOSTILE_NAME,
    fix: HOSTILE_NAME,
    source: {
      file: HOSTILE_NAME,
      line: 1,
      inlined: [{ function: HOSTILE_NAME, file: HOSTILE_NAME, line: 0 }],
    },
    callee: { name: HOSTILE_NAME, section: HOSTILE_NAME },
    also: [{ function: HOSTILE_NAME, offset: '0x0', source: { file: HOSTILE_NAME, line: 1 } }],
    path: finding.path.map((step) => ({ ...step, function: HOSTILE_NAME, event: HOSTILE_NAME, note: HOSTILE_NAME })),
  })),
};

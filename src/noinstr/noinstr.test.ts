/** The rules on graphs that are drawn here, an instruction a word: what they find, and by which way. */
import { describe, expect, test } from 'vitest';
import { sectionIndex, sectionOffset, symbolIndex } from '../base/brand.ts';
import type { Callee, Code, Exit, Func, Place, Step } from '../code/code.ts';
import type { ElfObject, ElfSymbol, Section } from '../elf/elf-object.ts';
import type { Flow } from '../isa/instruction.ts';
import { checkNoinstr } from './noinstr.ts';
import type { Violation } from './violation.ts';

const SECTIONS = ['', '.text', '.noinstr.text', '.entry.text', '.cpuidle.text', '.altinstr_aux', '.text..__x86.thunk'];

/**
 * Functions by `section name`, each a line of words; every word is an instruction of one byte:
 * `next` `begin` `end` `ret` `ud2` `lost`; `jmp:L` `jne:L` go to the word `L` that stands before an instruction as `L>`;
 * `call:F` `tail:F` with F a function here, `?F` an undefined one, `*` unknown, `[F,G]` a table; `goto:F` flows into F.
 */
type Drawing = Readonly<Record<string, string>>;

interface Drawn {
  readonly code: Code;
  readonly object: ElfObject;
}

const at = (section: number, offset: number): Place => ({
  section: sectionIndex(section),
  offset: sectionOffset(offset),
});

function draw(drawing: Drawing, hasMarkers = true): Drawn {
  const functions = new Map<string, Func>();
  const words = new Map<string, readonly string[]>();
  const ends = SECTIONS.map(() => 0);
  for (const [title, line] of Object.entries(drawing)) {
    const [sectionName = '', name = '', type] = title.split(' ');
    const section = SECTIONS.indexOf(sectionName);
    const list = line.split(' ');
    const offset = ends[section] ?? 0;
    ends[section] = offset + list.length;
    const start = at(section, offset);
    const symbol: ElfSymbol = {
      index: symbolIndex(functions.size),
      name,
      type: type === 'notype' ? 'notype' : 'func',
      binding: 'global',
      place: { kind: 'defined', ...start },
      size: list.length,
    };
    functions.set(name, { symbol, name, aliases: [name], start, size: list.length, typed: type !== 'notype' });
    words.set(name, list);
  }
  const all = [...functions.values()];
  const functionAt = (place: Place): Func | undefined =>
    all.find(
      (f) =>
        f.start.section === place.section && f.start.offset <= place.offset && place.offset < f.start.offset + f.size,
    );
  const callee = (to: string): Callee => {
    if (to === '*') return { kind: 'indirect', why: 'loaded from memory' };
    if (to.startsWith('?')) {
      const [name = '', lentSection] = to.slice(1).split('@');
      return { kind: 'undefined', name, ...(lentSection !== undefined && { lentSection }) };
    }
    if (to.startsWith('[')) {
      const targets = to.slice(1, -1).split(',').filter(Boolean).map(callee);
      return { kind: 'table-slot', table: 'pv_ops', slot: 3, targets, complete: true };
    }
    const func = functions.get(to);
    if (func === undefined) throw new Error(`the drawing has no ${to}`);
    return { kind: 'function', symbol: func.symbol, place: func.start };
  };
  const step = (place: Place): Step | undefined => {
    const func = functionAt(place);
    if (func === undefined) return undefined;
    const list = words.get(func.name) ?? [];
    const word = (list[place.offset - func.start.offset] ?? '').replace(/^.*>/, '');
    const [op = '', to = ''] = word.split(':');
    const label = (name: string): Place =>
      at(place.section, func.start.offset + list.findIndex((w) => w.startsWith(`${name}>`)));
    const behind = at(place.section, place.offset + 1);
    const branch = (taken: boolean) => ({ kind: 'branch', condition: 'ne', taken }) as const;
    const plain: Flow = { kind: 'next' };
    const jump: Flow = { kind: 'jump', target: sectionOffset(0) };
    const ways: Readonly<Record<string, readonly [Flow, readonly Exit[]]>> = {
      next: [plain, [{ kind: 'flow', to: behind }]],
      begin: [plain, [{ kind: 'flow', to: behind }]],
      end: [plain, [{ kind: 'flow', to: behind }]],
      ret: [{ kind: 'return' }, [{ kind: 'return' }]],
      ud2: [{ kind: 'trap' }, [{ kind: 'end', why: 'ud2' }]],
      lost: [plain, [{ kind: 'lost', why: 'a table without an end' }]],
    };
    const known = ways[op];
    let made: readonly [Flow, readonly Exit[]];
    if (known !== undefined) made = known;
    else if (op === 'jmp') made = [jump, [{ kind: 'flow', to: label(to) }]];
    else if (op === 'goto') made = [jump, [{ kind: 'flow', to: functions.get(to)?.start ?? behind }]];
    else if (op === 'jne') {
      made = [
        { kind: 'conditional-jump', target: sectionOffset(0), condition: 'ne' },
        [
          { kind: 'flow', to: label(to), assumes: branch(true) },
          { kind: 'flow', to: behind, assumes: branch(false) },
        ],
      ];
    } else if (op === 'call') made = [plain, [{ kind: 'call', callee: callee(to), to: behind }]];
    else if (op === 'tail') made = [jump, [{ kind: 'tail-call', callee: callee(to) }]];
    else throw new Error(`the drawing has the word ${word}`);
    const marker = op === 'begin' ? 1 : op === 'end' ? -1 : 0;
    return { place, instruction: { offset: place.offset, length: 1, flow: made[0] }, marker, exits: made[1] };
  };
  const sections: readonly Section[] = SECTIONS.map((name, i) => ({
    index: sectionIndex(i),
    name,
    type: 1,
    executable: true,
    writable: false,
    allocated: true,
    compressed: false,
    size: ends[i] ?? 0,
    entrySize: 0,
  }));
  const object: ElfObject = {
    file: 'drawn.o',
    machine: 'x86-64',
    sections,
    sectionsNamed: (name) => sections.filter((s) => s.name === name),
    contents: () => new Uint8Array(),
    relocations: () => ({ count: 0, between: () => [] }),
    symbol: () => {
      throw new Error('no drawing needs it');
    },
    symbolCount: 0,
    symbolsNamed: () => [],
    symbolsIn: () => [],
  };
  const code: Code = {
    hasMarkers,
    functionsIn: (section) => all.filter((f) => f.start.section === section),
    functionAt,
    step,
    patchedInto: (place) => place,
    decoded: () => 0,
  };
  return { code, object };
}

/** `F+offset RULE kind`, as the expectations have it. */
function told({ code }: Drawn, { place, rule, wrong }: Violation): string {
  const func = code.functionAt(place);
  const offset = place.offset - (func?.start.offset ?? 0);
  const others = wrong.kind === 'left-open' && wrong.others.length > 0 ? `+${wrong.others.length}` : '';
  return `${func?.name}+${offset} ${rule.replace('NOINSTR-', '')} ${wrong.kind}${others}`;
}

const BAD: Drawing = { '.text bad': 'next ret' };

const CASES: readonly (readonly [name: string, drawing: Drawing, expected: readonly string[]])[] = [
  ['noinstr calls noinstr', { '.noinstr.text f': 'call:g ret', '.noinstr.text g': 'ret' }, []],
  ['a call in a window', { '.noinstr.text f': 'begin call:bad end ret' }, []],
  ['a call outside of a window', { '.noinstr.text f': 'call:bad ret' }, ['f+0 CALL call']],
  ['every call, not the first', { '.noinstr.text f': 'call:bad call:bad ret' }, ['f+0 CALL call', 'f+1 CALL call']],
  ['windows nest', { '.noinstr.text f': 'begin begin end call:bad end ret' }, []],
  ['entry code is noinstr', { '.entry.text f': 'call:bad ret' }, ['f+0 CALL call']],
  ['assembly code is walked', { '.entry.text f notype': 'call:bad ret' }, ['f+0 CALL call']],
  ['a thunk may be called', { '.noinstr.text f': 'call:t ret', '.text..__x86.thunk t': 'ret' }, []],
  ['a thunk is not judged', { '.text..__x86.thunk t': 'call:bad ret' }, []],
  ['code that static_cpu_has() borrows', { '.noinstr.text f': 'goto:aux', '.altinstr_aux aux': 'next ret' }, []],
  [
    'a call in borrowed code',
    { '.noinstr.text f': 'goto:aux', '.altinstr_aux aux': 'call:bad ret' },
    ['aux+0 CALL call'],
  ],
  ['instrumentable code is not judged', { '.text f': 'call:bad ret' }, []],
  [
    'a merge of open (taken) and closed',
    { '.noinstr.text f': 'jne:L jmp:M L>begin M>call:bad end ret' },
    ['f+3 CALL call', 'f+4 WINDOW closed-unopened'],
  ],
  [
    'a merge of closed (taken) and open',
    { '.noinstr.text f': 'jne:M begin M>call:bad end ret' },
    ['f+2 CALL call', 'f+3 WINDOW closed-unopened'],
  ],
  ['left open', { '.noinstr.text f': 'begin ret' }, ['f+1 WINDOW left-open']],
  [
    'left open at two returns is one mistake',
    { '.noinstr.text f': 'begin jne:L ret L>ret' },
    ['f+3 WINDOW left-open+1'],
  ],
  [
    'two windows left open at one return are one finding, which counts both',
    { '.noinstr.text f': 'jne:L begin jmp:M L>begin M>ret' },
    ['f+4 WINDOW left-open+1'],
  ],
  ['left open at a tail call', { '.noinstr.text f': 'begin tail:bad' }, ['f+1 WINDOW left-open']],
  ['a closed tail call', { '.noinstr.text f': 'tail:bad' }, ['f+0 CALL call']],
  ['closed without being open', { '.noinstr.text f': 'end ret' }, ['f+0 WINDOW closed-unopened']],
  [
    'closed twice counts on from none',
    { '.noinstr.text f': 'begin end end begin call:bad end ret' },
    ['f+2 WINDOW closed-unopened'],
  ],
  ['BUG() opens a window for good', { '.noinstr.text f': 'begin ud2' }, []],
  ['WARN()', { '.noinstr.text f': 'begin next end ret' }, []],
  ['a loop that opens', { '.noinstr.text f': 'L>begin jmp:L' }, ['f+0 WINDOW opened-in-loop']],
  ['a loop that opens, and returns', { '.noinstr.text f': 'L>begin jne:L ret' }, ['f+2 WINDOW left-open']],
  ['a loop with a balanced window', { '.noinstr.text f': 'L>begin call:bad end jne:L ret' }, []],
  ['an unknown target', { '.noinstr.text f': 'call:* ret' }, ['f+0 INDIRECT indirect']],
  ['an unknown target in a window', { '.noinstr.text f': 'begin call:* end ret' }, []],
  ['an indirect jump of assembly code', { '.entry.text f notype': 'tail:*' }, ['f+0 INDIRECT indirect']],
  ['a table of noinstr code', { '.noinstr.text f': 'call:[g] ret', '.noinstr.text g': 'ret' }, []],
  [
    'a table with one bad target',
    { '.noinstr.text f': 'call:[g,bad] ret', '.noinstr.text g': 'ret' },
    ['f+0 INDIRECT through-table'],
  ],
  ['a table of nothing', { '.noinstr.text f': 'call:[] ret' }, []],
  ['a jump out', { '.entry.text f notype': 'goto:out', '.text out notype': 'next ret' }, ['f+0 CALL leaves']],
  [
    'a jump out in a window, and back',
    { '.noinstr.text f': 'begin goto:out', '.text out notype': 'goto:g', '.noinstr.text g notype': 'end ret' },
    ['g+0 WINDOW closed-unopened'],
  ],
  [
    'a window closed outside',
    { '.noinstr.text f': 'begin goto:out', '.text out notype': 'end next ret' },
    ['out+0 CALL leaves'],
  ],
  [
    'a jump into noinstr code keeps the window',
    { '.noinstr.text f': 'begin goto:g', '.noinstr.text g notype': 'ret' },
    ['g+0 WINDOW left-open'],
  ],
  [
    'reports nothing twice that is jumped to and a start',
    { '.entry.text f notype': 'goto:g', '.entry.text g notype': 'call:bad ret' },
    ['g+0 CALL call'],
  ],
  ['UBSAN may report', { '.noinstr.text f': 'call:?__ubsan_handle_out_of_bounds ret' }, []],
  ['KCOV is removed by the build', { '.noinstr.text f': 'call:?__sanitizer_cov_trace_pc ret' }, []],
  [
    'KASAN is instrumentation wherever it is',
    { '.noinstr.text f': 'call:?__asan_load8_noabort ret' },
    ['f+0 CALL call'],
  ],
  ['a lent section decides', { '.noinstr.text f': 'call:?x@.noinstr.text call:?y@.text ret' }, ['f+1 CALL call']],
];

describe('what is found', () => {
  test.each(CASES)('%s', (_, drawing, expected) => {
    const drawn = draw({ ...drawing, ...BAD });
    expect(checkNoinstr(drawn.code, drawn.object).violations.map((v) => told(drawn, v))).toEqual(expected);
  });
});

describe('what is not seen', () => {
  test.each([
    ['a lost way', { '.noinstr.text f': 'lost' }, 'a table without an end'],
    ['no instruction', { '.noinstr.text f': 'next' }, 'goes on where no instruction is'],
    [
      'an undefined callee',
      { '.noinstr.text f': 'call:?x ret' },
      'calls x(), which is not in this file: whether it is noinstr is not known',
    ],
    [
      'running on into a function',
      { '.noinstr.text f': 'next', '.noinstr.text g': 'ret' },
      'runs on into g(): a call before that may never return',
    ],
  ])('%s', (_, drawing, why) => {
    const drawn = draw(drawing);
    const { violations, unseen } = checkNoinstr(drawn.code, drawn.object);
    expect({ violations, unseen: unseen.map((u) => u.why) }).toEqual({ violations: [], unseen: [why] });
  });

  test('without markers only assembly code is judged', () => {
    const drawn = draw({ '.noinstr.text f': 'call:bad ret', '.entry.text g notype': 'call:bad ret', ...BAD }, false);
    const { violations, unjudged } = checkNoinstr(drawn.code, drawn.object);
    expect(violations.map((v) => told(drawn, v))).toEqual(['g+0 CALL call']);
    expect(unjudged.map((f) => f.name)).toEqual(['f']);
  });
});

describe('the way there', () => {
  test('names branches and windows, and the calls from an entry point that are made with no window open', () => {
    const drawn = draw({
      '.entry.text asm_exc notype': 'next call:exc ret',
      '.noinstr.text shortcut': 'begin call:f end ret',
      '.noinstr.text exc': 'begin call:shortcut end call:f ret',
      '.noinstr.text f': 'begin end jne:L ret L>call:bad ret',
      ...BAD,
    });
    const [violation] = checkNoinstr(drawn.code, drawn.object).violations;
    const words = violation?.path.map(({ place, event }) => {
      const func = drawn.code.functionAt(place);
      return `${func?.name}+${place.offset - (func?.start.offset ?? 0)} ${event.kind}`;
    });
    expect(words).toEqual([
      'asm_exc+0 entry',
      'asm_exc+1 called',
      'exc+3 called',
      'f+0 entry',
      'f+0 window',
      'f+1 window',
      'f+2 assumed',
      'f+4 violation',
    ]);
  });
});

test('a watch can end the search', () => {
  const drawn = draw({ '.noinstr.text f': 'call:bad ret', ...BAD });
  expect(checkNoinstr(drawn.code, drawn.object, { watch: { goOn: () => false } })).toMatchObject({
    finished: false,
    violations: [],
  });
});

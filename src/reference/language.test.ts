/** The language: paths, edits, printing, compiling, and that programs are plain data. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CONFIGURATIONS } from '../contract/configuration.ts';
import { set } from '../contract/expression.ts';
import { document } from '../contract/source.ts';
import { compileCode } from './compile.ts';
import { editLibrary, editProgram } from './edit.ts';
import { PROGRAMS } from './library.ts';
import { stepAt, stepsOf } from './paths.ts';
import { linesOf, textOf } from './print.ts';
import {
  asks,
  call,
  choose,
  either,
  event,
  give,
  has,
  inline,
  type Library,
  libraryOf,
  local,
  noinstr,
  not,
  option,
  type Program,
  repeat,
  save,
  when,
} from './program.ts';

const source = document('Syscalls');
const watching = asks('rcu_is_watching()', set('watching'));

const inner = inline('inner', source, [event('lockdep.off'), give(watching)]);
const outer = noinstr('outer', source, [
  call(inner, { into: 'known' }),
  either(local('known'), [event('lockdep.on')], [event('call.plain', 'f()')]),
  repeat([choose('more', [option('no', [], false), option('yes', [], true)], 'more')], local('more')),
]);
const library = libraryOf([inner, outer]);
const [configuration] = CONFIGURATIONS;
const compiled = (programs: Library, handler = 'outer') =>
  compileCode({
    library: programs,
    configuration,
    roots: [],
    handlers: [handler],
    granularity: 'merged',
    faults: false,
  });
const events = (programs: Library, handler?: string) =>
  compiled(programs, handler).instructions.filter(({ op }) => op === 'event').length;

test('every program of the reference is plain data', () => {
  for (const program of PROGRAMS.values()) expect(JSON.parse(JSON.stringify(program))).toEqual(program);
});

test('paths name every step, in the order in which it is written', () => {
  expect(Array.from(stepsOf(outer), ({ path }) => path)).toEqual(['0', '1', '1.then.0', '1.else.0', '2', '2.body.0']);
  expect(stepAt(outer, '1.else.0')).toEqual(event('call.plain', 'f()'));
  for (const path of ['3', '1.body.0', '1.then.1', '2.then.0', 'then', '1.then', '']) {
    expect(() => stepAt(outer, path), path).toThrow('outer has no step');
  }
});

describe('edits', () => {
  const names = (program: Program) => Array.from(stepsOf(program), ({ step }) => step.op);
  test.each([
    [{ op: 'delete', program: 'outer', path: '1.then.0' }, ['call', 'if', 'event', 'repeat', 'choose']],
    [{ op: 'swap', program: 'outer', path: '0' }, ['if', 'event', 'event', 'call', 'repeat', 'choose']],
    [{ op: 'duplicate', program: 'outer', path: '0' }, ['call', 'call', 'if', 'event', 'event', 'repeat', 'choose']],
    [{ op: 'move', program: 'outer', path: '2', by: -2 }, ['repeat', 'choose', 'call', 'if', 'event', 'event']],
    [
      { op: 'insert', program: 'outer', path: '2.body.0', step: give() },
      ['call', 'if', 'event', 'event', 'repeat', 'return', 'choose'],
    ],
    [{ op: 'replace', program: 'outer', path: '1', step: give() }, ['call', 'return', 'repeat', 'choose']],
  ] as const)('%o', (edit, expected) => {
    expect(names(editProgram(outer, edit))).toEqual(expected);
    expect(names(outer)).toEqual(['call', 'if', 'event', 'event', 'repeat', 'choose']);
  });
  test('the class of a program is one', () => {
    const edited = editLibrary(library, [{ op: 'class', program: 'outer', to: 'instrumentable' }]);
    expect(edited.get('outer')?.class).toBe('instrumentable');
    expect(library.get('outer')?.class).toBe('noinstr');
  });
  test.each([
    [{ op: 'swap', program: 'outer', path: '2' }, 'cannot move'],
    [{ op: 'delete', program: 'outer', path: '9' }, 'no step 9'],
    [{ op: 'delete', program: 'nobody', path: '0' }, 'no program nobody'],
  ] as const)('%o is refused', (edit, why) => {
    expect(() => editLibrary(library, [edit])).toThrow(why);
  });
});

test('a program is printed as C, with the path of each line', () => {
  expect(textOf(outer)).toBe(
    [
      'noinstr outer(void)',
      '{',
      '  known = inner();',
      '  if (known) {',
      '    lockdep_on();',
      '  } else {',
      '    f();',
      '  }',
      '  do {',
      '    /* more: */',
      '      /* - no */',
      '      /* - yes */',
      '  } while (more);',
      '}',
    ].join('\n'),
  );
  for (const program of PROGRAMS.values()) {
    const marked = linesOf(program).filter(({ role }) => role === 'step');
    expect(new Set(marked.map(({ path }) => path))).toEqual(new Set(Array.from(stepsOf(program), ({ path }) => path)));
    expect(marked.length).toBe(Array.from(stepsOf(program)).length);
  }
});

describe('compiling', () => {
  test('a call is expanded, with the events of its frame', () => {
    // lockdep.off, lockdep.on, call.plain; the handler itself begins in noinstr code.
    expect(events(library)).toBe(3);
    const framed = libraryOf([{ ...inner, class: 'noinstr' }, outer]);
    expect(events(framed)).toBe(5);
  });
  test('what the configuration decides is not there', () => {
    const only = (feature: '6.1' | '6.12') =>
      libraryOf([noinstr('outer', source, [when(has(feature), [event('lockdep.off')])])]);
    expect(events(only('6.12'))).toBe(1);
    expect(events(only('6.1'))).toBe(0);
  });
  test('a constant argument decides the branch, and a local one is read where it is', () => {
    const callee = inline('callee', source, [when(not(local('flag')), [event('lockdep.off')])], { params: ['flag'] });
    const caller = (flag: Parameters<typeof not>[0]) =>
      libraryOf([callee, noinstr('outer', source, [save('own', watching), call(callee, { given: { flag } })])]);
    const branches = (programs: Library) => compiled(programs).instructions.filter(({ op }) => op === 'branch').length;
    expect(events(caller({ op: 'constant', value: true }))).toBe(0);
    expect(branches(caller({ op: 'constant', value: false }))).toBe(0);
    expect(branches(caller(local('own')))).toBe(1);
    expect(branches(caller(watching))).toBe(1);
  });
  test.each([
    ['there is no program missing', [call('missing')]],
    ['calls itself', [call('outer')]],
    ['called without its flag', [call('needs')]],
    ['no local variable nothing', [when(local('nothing'), [give()])]],
  ])('refuses: %s', (why, steps) => {
    const needs = inline('needs', source, [when(local('flag'), [give()])], { params: ['flag'] });
    expect(() => compiled(libraryOf([needs, noinstr('outer', source, steps)]))).toThrow(why);
  });
  test('two programs of one name are refused', () => {
    expect(() => libraryOf([inner], [inner])).toThrow('two programs are called inner');
  });
});

test('the example in the documentation is the file', () => {
  const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const [, example] = /```ts\n([\s\S]*?)```/.exec(text('../../docs/adding-a-handler.md')) ?? [];
  expect(example).toBe(text('./handlers/alignment-check.ts'));
  expect(text('./handlers/alignment-check.ts').split('\n').length).toBeLessThan(30);
});

/** Programs as C for people: each line with the path of its step, so that a page can mark where the machine is. */
import { unreachable } from '../base/invariant.ts';
import { eventSpec } from '../contract/alphabet.ts';
import type { StepPath } from './paths.ts';
import type { Program, Step, Test } from './program.ts';

/** One line of a program. */
export interface ProgramLine {
  /** Without its indentation. */
  readonly text: string;
  /** Levels of indentation. */
  readonly indent: number;
  /** The step that the line belongs to; empty for the function's own lines. */
  readonly path: StepPath;
  /** Where the line is an option of a choice: its place. */
  readonly option?: number;
  /** `step` is the line that stands for the step; `close` and `else` only belong to it. */
  readonly role: 'function' | 'step' | 'option' | 'else' | 'close';
}

/** The test as C: `!user_mode(regs)`. */
export function cOfTest(test: Test): string {
  switch (test.op) {
    case 'state':
      return test.c;
    case 'local':
      return test.name;
    case 'has':
      return test.c ?? `has(${test.feature})`;
    case 'constant':
      return test.c ?? String(test.value);
    case 'not': {
      const of = cOfTest(test.of);
      return /^[\w>.-]+(\(.*\))?$/.test(of) ? `!${of}` : `!(${of})`;
    }
    case 'all':
      return test.of.map(inner).join(' && ');
    case 'any':
      return test.of.map(inner).join(' || ');
    default:
      return unreachable(test);
  }
}

const inner = (test: Test): string => (test.op === 'any' || test.op === 'all' ? `(${cOfTest(test)})` : cOfTest(test));

/** A step as one line of C, without what is inside of it. */
export function cOfStep(step: Step): string {
  switch (step.op) {
    case 'event': {
      const [source] = eventSpec(step.event).kernel;
      return semicolon(step.c ?? `${source?.at ?? step.event}()`);
    }
    case 'call': {
      const given = Object.values(step.given ?? {}).map(cOfTest);
      const plain = `${step.callee}(${given.join(', ')})`;
      return semicolon(step.c ?? (step.into === undefined ? plain : `${step.into} = ${plain}`));
    }
    case 'set':
      return `${step.local} = ${cOfTest(step.to)};`;
    case 'if':
      return `if (${cOfTest(step.test)})`;
    case 'while':
      return `while (${cOfTest(step.test)})`;
    case 'repeat':
      return `do { } while (${cOfTest(step.test)})`;
    case 'choose':
      return `/* ${step.says}: */`;
    case 'raise':
      return semicolon(step.c ?? `${step.program}()`);
    case 'return':
      return step.value === undefined ? 'return;' : `return ${cOfTest(step.value)};`;
    case 'panic':
      return semicolon(step.c);
    default:
      return unreachable(step);
  }
}

const semicolon = (text: string): string => (text.endsWith('*/') ? text : `${text};`);

/** The whole function. */
export function linesOf(program: Program): readonly ProgramLine[] {
  const word = { noinstr: 'noinstr ', instrumentable: '', inline: '__always_inline ' }[program.class];
  const own = (text: string): ProgramLine => ({ text, indent: 0, path: '', role: 'function' });
  return [
    own(`${word}${program.name}(${(program.params ?? []).join(', ') || 'void'})`),
    own('{'),
    ...linesOfSteps(program.steps, '', 1),
    own('}'),
  ];
}

function linesOfSteps(steps: readonly Step[], prefix: string, indent: number): readonly ProgramLine[] {
  return steps.flatMap((step, index) => linesOfStep(step, `${prefix}${index}`, indent));
}

function linesOfStep(step: Step, path: StepPath, indent: number): readonly ProgramLine[] {
  const line = (text: string, role: ProgramLine['role'] = 'step'): ProgramLine => ({ text, indent, path, role });
  const list = (name: string, steps: readonly Step[]) => linesOfSteps(steps, `${path}.${name}.`, indent + 1);
  switch (step.op) {
    case 'if':
      return [
        line(`${cOfStep(step)} {`),
        ...list('then', step.then),
        ...(step.else === undefined ? [] : [line('} else {', 'else'), ...list('else', step.else)]),
        line('}', 'close'),
      ];
    case 'while':
      return [line(`${cOfStep(step)} {`), ...list('body', step.body), line('}', 'close')];
    case 'repeat':
      return [line('do {', 'else'), ...list('body', step.body), line(`} while (${cOfTest(step.test)});`)];
    case 'choose':
      return [
        line(cOfStep(step)),
        ...step.options.map(
          (option, index): ProgramLine => ({
            text: `/* - ${option.says} */`,
            indent: indent + 1,
            path,
            option: index,
            role: 'option',
          }),
        ),
      ];
    default:
      return [line(cOfStep(step))];
  }
}

/** The function as text, two spaces a level. */
export const textOf = (program: Program): string =>
  linesOf(program)
    .map(({ text, indent }) => `${'  '.repeat(indent)}${text}`)
    .join('\n');

/** Tests of programs, with their names replaced by bits, and as functions; what the configuration decides is decided here. */
import { unreachable } from '../base/invariant.ts';
import type { Configuration } from '../contract/configuration.ts';
import { compile as compileExpression } from '../contract/evaluate.ts';
import type { BitTest } from './instruction.ts';
import type { Test } from './program.ts';

/** What a name of a function stands for where it is expanded. */
export type Binding = { readonly constant: boolean } | { readonly bit: number };

/** The names that a function knows. */
export interface Scope {
  readonly program: string;
  readonly names: ReadonlyMap<string, Binding>;
  readonly configuration: Configuration;
}

export function bindingOf(name: string, scope: Scope): Binding {
  const binding = scope.names.get(name);
  if (binding === undefined) throw new Error(`${scope.program} has no local variable ${name}`);
  return binding;
}

/** The truth of a test, where it is known already. */
export function decide(test: Test, scope: Scope): boolean | undefined {
  switch (test.op) {
    case 'state':
      return undefined;
    case 'local': {
      const binding = bindingOf(test.name, scope);
      return 'constant' in binding ? binding.constant : undefined;
    }
    case 'has':
      return scope.configuration.features.has(test.feature);
    case 'constant':
      return test.value;
    case 'not': {
      const of = decide(test.of, scope);
      return of === undefined ? undefined : !of;
    }
    case 'all':
      return fold(test.of, false, scope);
    case 'any':
      return fold(test.of, true, scope);
    default:
      return unreachable(test);
  }
}

function fold(of: readonly Test[], decisive: boolean, scope: Scope): boolean | undefined {
  const each = of.map((part) => decide(part, scope));
  if (each.includes(decisive)) return decisive;
  return each.includes(undefined) ? undefined : !decisive;
}

/** The test with its names replaced by bits. */
export function resolve(test: Test, scope: Scope): BitTest {
  const known = decide(test, scope);
  if (known !== undefined) return { op: 'constant', value: known };
  switch (test.op) {
    case 'state':
      return { op: 'state', holds: test.holds };
    case 'local': {
      const binding = bindingOf(test.name, scope);
      return 'bit' in binding ? { op: 'bit', bit: binding.bit } : { op: 'constant', value: binding.constant };
    }
    case 'not':
      return { op: 'not', of: resolve(test.of, scope) };
    case 'all':
    case 'any':
      return { op: test.op, of: test.of.map((part) => resolve(part, scope)) };
    case 'has':
    case 'constant':
      throw new Error('kentry is wrong here: the configuration decides it');
    default:
      return unreachable(test);
  }
}

/** A test over the contract's state at `words[at]` and the bits of the local variables. */
export type CodeTest = (words: Int32Array, at: number, locals: number) => boolean;

/** The test as a function that allocates nothing. */
export function compileTest(test: BitTest): CodeTest {
  switch (test.op) {
    case 'state':
      return compileExpression(test.holds);
    case 'bit': {
      const mask = 1 << test.bit;
      return (_words, _at, locals) => (locals & mask) !== 0;
    }
    case 'constant':
      return () => test.value;
    case 'not': {
      const of = compileTest(test.of);
      return (words, at, locals) => !of(words, at, locals);
    }
    case 'all': {
      const each = test.of.map(compileTest);
      return (words, at, locals) => each.every((part) => part(words, at, locals));
    }
    case 'any': {
      const each = test.of.map(compileTest);
      return (words, at, locals) => each.some((part) => part(words, at, locals));
    }
    default:
      return unreachable(test);
  }
}

/** Which callees of handlers are looked into. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../base/byte-source.ts';
import { present } from '../base/invariant.ts';
import type { Func } from '../code/code.ts';
import { loadCode } from '../code/load-code.ts';
import { openElf } from '../elf/open-elf.ts';
import { createIsa } from '../isa/x86-64/decode.ts';
import { createLifter } from '../isa/x86-64/lift.ts';
import { Cells } from './cells.ts';
import { FlagTable } from './flags.ts';
import { HandlerBodies } from './handler-body.ts';
import { Names } from './names.ts';
import { Program } from './program.ts';
import { Values } from './value.ts';

const FILE = 'bodies.o';

/** Asks in this order, from nothing: a part belongs to whoever was found to be a body before. */
function ask(...calls: readonly (readonly [callee: string, from: string])[]): readonly boolean[] {
  const bytes = readFileSync(join(import.meta.dirname, '../../fixtures/paths', FILE));
  const object = openElf(memorySource(FILE, bytes));
  const code = loadCode(object, createIsa(), {});
  const values = new Values();
  const universe = { values, names: new Names(), cells: new Cells(), flags: new FlagTable(values) };
  const bodies = new HandlerBodies(new Program(code, object, createLifter(), universe));
  const named = (name: string): Func => {
    const place = object.symbolsNamed(name)[0]?.place;
    return present(place?.kind === 'defined' ? code.functionAt(place) : undefined, name);
  };
  return calls.map(([callee, from]) => bodies.isBody(named(callee), named(from)));
}

describe('a callee of a handler is looked into', () => {
  it('where it sets the interrupt flag', () => {
    expect(ask(['body', 'exc_page_fault'])).toEqual([true]);
  });

  it('where it tells of an interrupt', () => {
    expect(ask(['telling', 'exc_page_fault'], ['telling_near', 'exc_page_fault'])).toEqual([true, true]);
  });

  it('not where a byte only looks like sti', () => {
    expect(ask(['plain', 'exc_page_fault'])).toEqual([false]);
  });

  it('not where it takes a lock: releasing it would be a closed box', () => {
    expect(ask(['body', 'exc_page_fault'], ['_lock', 'exc_page_fault'], ['_lock', 'body'])).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a callee of a body is looked into', () => {
  it('where it is small and sets the interrupt flag', () => {
    const asked = ask(['body', 'exc_page_fault'], ['part', 'body'], ['large_part', 'body'], ['plain', 'body']);
    expect(asked).toEqual([true, true, false, false]);
  });

  it('not where the caller is no body, though it sets the interrupt flag too', () => {
    expect(ask(['body', 'exc_page_fault'], ['part', 'vcpu_run'])).toEqual([true, false]);
  });
});

it('a part is no body by itself', () => {
  expect(ask(['part', 'part'])).toEqual([false]);
});

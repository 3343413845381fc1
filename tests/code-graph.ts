/**
 * Draws the graph of a function for tests: a line for each instruction that does not simply go on, with all its ways out.
 *
 *     +0x2 -> +0x9 [e]; -> +0x4 [not e]      ways on, with what they assume
 *     +0x4 call f -> +0x9                    a call; without the arrow it never returns
 *     +0x9 tail f; return; end; lost: why
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memorySource } from '../src/base/byte-source.ts';
import type { Assumption, Callee, Code, Exit, Func, Place, Step } from '../src/code/code.ts';
import { type LoadOptions, loadCode } from '../src/code/load-code.ts';
import type { ElfObject } from '../src/elf/elf-object.ts';
import { openElf } from '../src/elf/open-elf.ts';
import { loadIsa } from '../src/isa/load-isa.ts';

/** An object with its code. */
export interface Loaded {
  readonly object: ElfObject;
  readonly code: Code;
}

export const fixtureBytes = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures', path)));

/** Opens bytes as an x86-64 object. */
export async function loadBytes(name: string, bytes: Uint8Array, options: LoadOptions = {}): Promise<Loaded> {
  const object = openElf(memorySource(name, bytes));
  const isa = await loadIsa('x86-64');
  if (isa === undefined) throw new Error('no decoder');
  return { object, code: loadCode(object, isa, options) };
}

export const loadFixture = (path: string, options: LoadOptions = {}): Promise<Loaded> =>
  loadBytes(path, fixtureBytes(path), options);

/** The function of that name, padding and cold parts not among them. */
export function functionNamed({ object, code }: Loaded, name: string): Func {
  for (const { index, executable } of object.sections) {
    const found = executable ? code.functionsIn(index).find(({ aliases }) => aliases.includes(name)) : undefined;
    if (found !== undefined) return found;
  }
  throw new Error(`no function ${name}`);
}

/** Every instruction that a place leads to within its function, replacement code and cold parts included, in the order of discovery. */
export function stepsFrom({ code }: Loaded, start: Place): readonly Step[] {
  const steps = new Map<string, Step>();
  const stack = [start];
  const home = code.functionAt(start);
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const key = `${place.section}:${place.offset}`;
    const step = steps.has(key) ? undefined : code.step(place);
    if (step === undefined) continue;
    steps.set(key, step);
    for (const exit of step.exits) {
      const next = exit.kind === 'flow' || exit.kind === 'call' ? exit.to : undefined;
      if (next !== undefined && code.functionAt(next) === home) stack.push(next);
      if (exit.kind === 'call' && exit.local === true && exit.callee.kind === 'function') stack.push(exit.callee.place);
    }
  }
  return [...steps.values()];
}

/** The lines of a function, by section and offset. */
export function graphOf(loaded: Loaded, name: string): readonly string[] {
  const { start } = functionNamed(loaded, name);
  const label = labeller(loaded, start);
  return [...stepsFrom(loaded, start)]
    .sort((a, b) => a.place.section - b.place.section || a.place.offset - b.place.offset)
    .filter((step) => !goesOn(step))
    .map((step) => `${label(step.place)} ${markerText(step)}${step.exits.map((e) => exitText(e, label)).join('; ')}`);
}

const markerText = ({ marker }: Step): string => (marker === 0 ? '' : marker > 0 ? 'begin ' : 'finish ');

function goesOn({ place, instruction, marker, exits }: Step): boolean {
  const [exit] = exits;
  if (exits.length !== 1 || exit?.kind !== 'flow' || exit.assumes !== undefined || marker !== 0) return false;
  return exit.to.section === place.section && exit.to.offset === place.offset + instruction.length;
}

type Label = (place: Place) => string;

/** Places as offsets of the function; elsewhere by function or section. */
function labeller({ object, code }: Loaded, start: Place): Label {
  const hex = (n: number): string => `+0x${n.toString(16)}`;
  return (place) => {
    const func = code.functionAt(place);
    const inside = func !== undefined && func.start.section === place.section;
    if (!inside) return `${object.sections[place.section]?.name}${hex(place.offset)}`;
    const own = func.start.section === start.section && func.start.offset === start.offset;
    return `${own ? '' : func.name}${hex(place.offset - func.start.offset)}`;
  };
}

function exitText(exit: Exit, label: Label): string {
  const assumes = 'assumes' in exit && exit.assumes !== undefined ? ` ${assumptionText(exit.assumes)}` : '';
  switch (exit.kind) {
    case 'flow':
      return `-> ${label(exit.to)}${assumes}`;
    case 'call': {
      const to = exit.to === undefined ? '' : ` -> ${label(exit.to)}`;
      const { callee } = exit;
      const whom = exit.local && callee.kind === 'function' ? `local ${label(callee.place)}` : calleeText(callee);
      return `call ${whom}${to}${assumes}`;
    }
    case 'tail-call':
      return `tail ${calleeText(exit.callee)}${assumes}`;
    case 'lost':
      return `lost: ${exit.why}`;
    default:
      return `${exit.kind}${assumes}`;
  }
}

function assumptionText(assumption: Assumption): string {
  switch (assumption.kind) {
    case 'branch':
      return assumption.taken ? `[${assumption.condition}]` : `[not ${assumption.condition}]`;
    case 'static-key':
      return `[${assumption.key} ${assumption.enabled ? 'on' : 'off'}]`;
    case 'alternative':
      return `[feature ${assumption.feature} ${assumption.replaced ? 'in' : 'out'}${assumption.aside ? ', aside' : ''}]`;
    case 'exception':
      return '[faults]';
    case 'jump-table':
      return `[entry ${assumption.index}]`;
    default:
      throw new Error('no such assumption');
  }
}

/** A callee in a word; `?` before what is not in the object, `...` where there may be other targets. */
export function calleeText(callee: Callee): string {
  switch (callee.kind) {
    case 'function':
      return callee.symbol.name;
    case 'undefined':
      return `?${callee.name}${callee.lentSection === undefined ? '' : ` in ${callee.lentSection}`}`;
    case 'static-call':
      return `static ${callee.key}{${targetsText(callee)}}`;
    case 'table-slot':
      return `${callee.table}[${callee.slot}]{${targetsText(callee)}}`;
    case 'indirect':
      return callee.register === undefined ? `* (${callee.why})` : `*${callee.register}`;
    default:
      throw new Error('no such callee');
  }
}

const targetsText = ({
  targets,
  complete,
}: {
  readonly targets: readonly Callee[];
  readonly complete: boolean;
}): string => [...targets.map(calleeText), ...(complete ? [] : ['...'])].join(' ');

/** Everything that walks of one object share, made once: its program, its memory, its roots. */
import { invariant } from '../base/invariant.ts';
import type { Code } from '../code/code.ts';
import type { Monitor } from '../contract/monitor.ts';
import type { ElfObject } from '../elf/elf-object.ts';
import type { Lifter } from '../isa/effect.ts';
import { kernelVersion } from '../noinstr/kernel-version.ts';
import { sectionRoles } from '../noinstr/sections.ts';
import { Analysis } from './analysis.ts';
import { asmRootsOf } from './asm-roots.ts';
import { Cells } from './cells.ts';
import { codeRootsOf } from './code-roots.ts';
import { Executor } from './execute.ts';
import { FlagTable } from './flags.ts';
import { Judge } from './judge.ts';
import { ALSO_ENTERED, type KnownCall } from './known-calls.ts';
import type { WalkTools } from './machine.ts';
import { Memory } from './memory.ts';
import { Names } from './names.ts';
import { Packer } from './pack.ts';
import { type Insn, Program } from './program.ts';
import { rootsOf, type Tracking, trackingsOf, unnamedEntries } from './roots.ts';
import { Territory } from './territory.ts';
import { Values } from './value.ts';
import type { Root } from './walk-types.ts';

/** Returned by `openWorkshop`. */
export interface Workshop {
  readonly tools: WalkTools;
  readonly trackings: readonly Tracking[];
  /** Every way in; none where the object has no variables that could be followed: a driver, or one file of a kernel. */
  readonly roots: readonly Root[];
  /** What the contract needs and the object does not show, as sentences. */
  readonly missing: readonly string[];
  readonly judgeOf: (monitor: Monitor) => Judge;
}

/** What hardware and code enter, and the assembly before the first of them, which does not ask what context tracking does. */
function allRootsOf(program: Program, trackings: readonly Tracking[]): readonly Root[] {
  const roots = rootsOf(program, trackings);
  const named = new Set(roots.map(({ name }) => name));
  const [first] = trackings;
  const assembly = first === undefined ? [] : asmRootsOf(program, first, named);
  return [...roots, ...assembly, ...codeRootsOf(program, trackings)];
}

/** Makes it. */
export function openWorkshop(code: Code, object: ElfObject, lifter: Lifter): Workshop {
  const values = new Values();
  const universe = { values, names: new Names(), cells: new Cells(), flags: new FlagTable(values) };
  const program = new Program(code, object, lifter, universe);
  const version = kernelVersion(object);
  const trackings = trackingsOf(program, version);
  const territory = new Territory(program, sectionRoles(object, version), ALSO_ENTERED);
  const analysis = new Analysis(program, (callee, from) =>
    territory.meanings(callee, from).flatMap((m): readonly (Insn | KnownCall)[] => {
      if (m.kind === 'enter') return [m.entry];
      return m.kind === 'known' ? [m.call] : [];
    }),
  );
  const model = lifter.registers;
  const [result] = model.resultRegisters;
  invariant(result !== undefined, 'a calling convention has a result register');
  const packer = new Packer(model.count, model.stackPointer, result);
  const memory = new Memory(program);
  const judges = new Map<Monitor, Judge>();
  const judgeOf = (monitor: Monitor): Judge => {
    const judge = judges.get(monitor) ?? new Judge(monitor);
    judges.set(monitor, judge);
    return judge;
  };
  const isKernel = memory.variables.length > 0;
  const unknown = unnamedEntries(program).unknown.map(
    (s) => `no vector is known for ${s.name}, which the entry code calls`,
  );
  return {
    tools: { program, analysis, territory, executor: new Executor(model), packer, memory },
    trackings,
    roots: isKernel ? allRootsOf(program, trackings) : [],
    missing: isKernel ? [...memory.missing, ...unknown] : [],
    judgeOf,
  };
}

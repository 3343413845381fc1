/**
 * A scenario as a Promela model, to be checked by Spin: the same states, the same steps, the same rules as assertions. A check of
 * our own search, and the way to depths beyond one machine.
 *
 * The compiled code is the program counter `cpu.place`; a step of Spin is one step of ours: a visible instruction with all that
 * follows it unseen, or an interrupt. So Spin without reduction counts our states, and one more: the one before a root is chosen.
 */
import { present, unreachable } from '../base/invariant.ts';
import { EVENT_NAMES, eventNumber } from '../contract/alphabet.ts';
import { fieldSpec } from '../contract/fields.ts';
import { read } from '../contract/layout.ts';
import { restoredFields } from '../contract/state.ts';
import { type Execution, frameOf } from './execution.ts';
import type { BitTest, Instruction } from './instruction.ts';
import { PROGRAMS } from './library.ts';
import { UNHANDLED } from './own-properties.ts';
import type { Library } from './program.ts';
import { inComment, movingFields, nameOfEvent, PromelaContract } from './promela-contract.ts';
import type { Handler } from './scenario.ts';
import { vectorOf } from './scenario.ts';
import { prepare, type ScenarioOptions } from './scenario-model.ts';
import { textOfLabel } from './tell-step.ts';
import { isCode } from './visible.ts';

/** Steps in one d_step of Spin, which takes at most 2048 of its own states (spin 6.5.2, pangen2.c, MAXDSTEP). */
const GROUP = 16;

/** The whole model as text. */
export function promelaOf(options: ScenarioOptions): string {
  return new PromelaWriter(prepare(options), options.library ?? PROGRAMS).model();
}

class PromelaWriter {
  readonly #execution: Execution;
  readonly #library: Library;
  readonly #contract: PromelaContract;
  readonly #used = new Set<number>();
  #regions = 0;

  constructor(execution: Execution, library: Library) {
    this.#execution = execution;
    this.#library = library;
    this.#contract = new PromelaContract(execution.monitor);
  }

  model(): string {
    const { scenario, monitor, code } = this.#execution;
    const determined = this.#determined();
    const choices = code.instructions.flatMap((instruction, place) => this.#choices(instruction, place));
    const interrupts = scenario.handlers.flatMap((handler) => this.#interrupt(handler));
    const roots = this.#roots();
    const lines = [
      `/* ${inComment(scenario.title)}: ${inComment(scenario.says)}.`,
      `   Kernel: ${inComment(monitor.configuration.says)}. Up to ${monitor.deepest} contexts are interrupted at once.`,
      '   Written by kentry. To check it, and to count its states (one more than kentry counts: the one before a root is chosen):',
      '     spin -a FILE && gcc -O2 -DSAFETY -DNOREDUCE -DVECTORSZ=4096 -o pan pan.c && ./pan -m10000000',
      '   To go deeper: -DBITSTATE, -DNCORE=N, or spin -search -swarm. */',
      '',
      ...this.#contract.record(),
      '',
      'context cpu; /* what runs */',
      `context outer[${Math.max(1, monitor.deepest)}]; /* what was interrupted, the outermost first */`,
      'hidden byte back;',
      '',
      ...this.#contract.entryAndReturn(),
      '',
      ...this.#contract.events(this.#used),
      'active proctype kernel() {',
      ...roots,
      'end_kernel:',
      '  do',
      ...determined,
      ...choices,
      ...interrupts,
      '  od',
      '}',
    ];
    return `${lines.join('\n')}\n`;
  }

  /** Where it begins: one of the roots. */
  #roots(): readonly string[] {
    const { monitor } = this.#execution;
    const fields = movingFields(monitor.configuration);
    const options = this.#execution.initial().map((record, index) => {
      const { place, locals } = frameOf(record);
      const set = fields
        .map((field) => ({ field, value: read(record, 0, field) }))
        .filter(({ value }) => value !== 0)
        .map(({ field, value }) => `cpu.${field} = ${value};`);
      const name = this.#execution.scenario.roots[index]?.name ?? '';
      return `  :: d_step { ${set.join(' ')} cpu.locals = ${locals}; cpu.place = ${place} } /* ${inComment(name)} */`;
    });
    return ['  if', ...options, '  fi;'];
  }

  /** All steps that leave no choice, in groups: what follows them unseen is written once in a group, and jumped to. */
  #determined(): readonly string[] {
    const { instructions } = this.#execution.code;
    const places = [...instructions.keys()].filter((place) =>
      isDetermined(present(instructions[place], 'a key is a place')),
    );
    const groups = Array.from({ length: Math.ceil(places.length / GROUP) }, (_, group) =>
      places.slice(group * GROUP, (group + 1) * GROUP),
    );
    return groups.flatMap((group) => {
      const region = this.#region();
      const options = group.map((place) => {
        const instruction = present(instructions[place], 'a key is a place');
        return `       :: cpu.place == ${place} -> ${this.#determinedStep(instruction, region)} /* ${this.#says(instruction.step)} */`;
      });
      return [
        '  :: d_step {',
        `       ${inRanges('cpu.place', group)} ->`,
        '       if',
        ...options,
        '       fi;',
        ...region.lines(),
        '     }',
      ];
    });
  }

  #determinedStep(instruction: Instruction, region: Region): string {
    switch (instruction.op) {
      case 'event':
        return `${this.#event(instruction.event)}; ${region.go(instruction.next)}`;
      case 'set':
        return `${this.#assign(instruction.bit, instruction.to)}; ${region.go(instruction.next)}`;
      case 'note':
        return region.go(instruction.next);
      case 'leave':
        // What was interrupted is at a place where something can be seen already.
        return `assert(!(${this.#contract.expression(UNHANDLED)})); ${this.#event(instruction.event)}; ${region.end()}`;
      default:
        throw new Error(`kentry is wrong here: ${instruction.op} leaves a choice`);
    }
  }

  /** What the environment can choose at a place, and what begins a context. */
  #choices(instruction: Instruction, place: number): readonly string[] {
    const at = `cpu.place == ${place}`;
    if (instruction.op === 'choose') {
      return instruction.options.flatMap(({ events, bit, value, next, label }) => {
        const mask = 1 << bit;
        const set = bit < 0 ? [] : [`cpu.locals = cpu.locals ${value ? `| ${mask}` : `& ~${mask}`}`];
        return this.#option(label, at, [...events.map((event) => this.#event(event)), ...set], next);
      });
    }
    if (instruction.op !== 'raise') return [];
    const entry = present(this.#execution.code.entries.get(instruction.program), 'a raised program is compiled');
    const guard = `${at} && cpu.depth < ${this.#execution.monitor.deepest}`;
    return this.#push(instruction.step, guard, instruction.event, entry, instruction.next, false);
  }

  #says(label: number): string {
    const known = this.#execution.code.labels[label];
    return known === undefined ? '' : inComment(`${known.program}:${known.path}  ${textOfLabel(known, this.#library)}`);
  }

  #option(label: number, guard: string, statements: readonly string[], next: number): readonly string[] {
    const region = this.#region();
    const first = region.go(next);
    return [
      `  :: d_step { /* ${this.#says(label)} */`,
      `       ${guard} ->`,
      ...statements.map((text) => `       ${text};`),
      `       ${first};`,
      ...region.lines(),
      '     }',
    ];
  }

  /** A new context. `cpu.place` of the interrupted one is where it comes back to. */
  #push(
    label: number,
    guard: string,
    event: number,
    entry: number,
    back: number | undefined,
    machineCheck: boolean,
  ): readonly string[] {
    const statements = [
      ...(back === undefined ? [] : [`cpu.place = ${back}`]),
      this.#event(event),
      'cpu.locals = 0',
      ...(machineCheck ? ['cpu.inMachineCheck = 1'] : []),
    ];
    return this.#option(label, guard, statements, entry);
  }

  #interrupt(handler: Handler): readonly string[] {
    const { code, monitor } = this.#execution;
    const vector = vectorOf(handler.kind);
    const event = present(eventNumber(vector.event), 'a vector has an event');
    const conditions = [
      `cpu.depth < ${monitor.deepest}`,
      this.#contract.deliverable(vector.deliverable),
      // A machine that has stopped takes nothing.
      ...code.instructions.flatMap(({ op }, place) => (op === 'stop' ? [`cpu.place != ${place}`] : [])),
      ...(handler.kind === 'machine-check' ? ['!cpu.inMachineCheck'] : []),
      ...(handler.kind === 'debug'
        ? [`!(cpu.kind == ${fieldSpec('kind').values?.indexOf('debug') ?? 0} && cpu.dr7Saved == 0)`]
        : []),
    ];
    const inKernel = vector.where === 'in instrumentable code' ? [this.#inCode()] : [];
    return (['fromUser', 'fromKernel'] as const).flatMap((origin) => {
      const program = handler[origin];
      if (program === undefined) return [];
      const entry = present(code.entries.get(program), 'every handler is compiled');
      const mode = origin === 'fromUser' ? ['cpu.mode == 1'] : ['cpu.mode != 1', ...inKernel];
      const guard = [...mode, ...conditions].join(' && ');
      return [
        `  /* ${inComment(vector.says)} */`,
        ...this.#push(-1, guard, event, entry, undefined, handler.kind === 'machine-check'),
      ];
    });
  }

  /** Whether instrumentable code runs. */
  #inCode(): string {
    const places = this.#execution.code.instructions.flatMap((instruction, place) =>
      instruction.op === 'event' && isCode(present(EVENT_NAMES[instruction.event], 'events have names')) ? [place] : [],
    );
    return inRanges('cpu.place', places);
  }

  #event(event: number): string {
    this.#used.add(event);
    return `${nameOfEvent(present(EVENT_NAMES[event], 'events have names'))}()`;
  }

  #test(test: BitTest): string {
    switch (test.op) {
      case 'state':
        return this.#contract.expression(test.holds);
      case 'bit':
        return `((cpu.locals >> ${test.bit}) & 1)`;
      case 'constant':
        return String(test.value);
      case 'not':
        return `!(${this.#test(test.of)})`;
      case 'all':
        return test.of.length === 0 ? 'true' : `(${test.of.map((part) => this.#test(part)).join(' && ')})`;
      case 'any':
        return test.of.length === 0 ? 'false' : `(${test.of.map((part) => this.#test(part)).join(' || ')})`;
      default:
        return unreachable(test);
    }
  }

  #assign(bit: number, to: BitTest): string {
    if (bit < 0) return 'skip';
    const mask = 1 << bit;
    return `cpu.locals = (${this.#test(to)} -> cpu.locals | ${mask} : cpu.locals & ~${mask})`;
  }

  #region(): Region {
    const { instructions } = this.#execution.code;
    return new Region(this.#regions++, instructions, (instruction, place, go) => this.#unseen(instruction, place, go));
  }

  #unseen(instruction: Instruction, place: number, go: (place: number) => string): string {
    switch (instruction.op) {
      case 'event':
        return `${this.#event(instruction.event)}; ${go(instruction.next)}`;
      case 'set':
        return `${this.#assign(instruction.bit, instruction.to)}; ${go(instruction.next)}`;
      case 'clear':
        return `cpu.locals = cpu.locals & ~${instruction.mask}; ${go(instruction.next)}`;
      case 'branch':
        return `if :: ${this.#test(instruction.test)} -> ${go(instruction.yes)} :: else -> ${go(instruction.no)} fi`;
      case 'note':
        return `skip; ${go(instruction.next)}`;
      case 'again':
        return `${this.#restored(place)} ${go(instruction.next)}`;
      default:
        throw new Error(`kentry is wrong here: ${instruction.op} is always visible`);
    }
  }

  /** What the CPU was when the root that begins anew there began. */
  #restored(place: number): string {
    const { monitor, scenario, code } = this.#execution;
    const root = scenario.roots.find(({ name }) => code.entries.get(name) === place);
    const words = monitor.initial(present(root, 'a program begins anew where its root began').from);
    const moving = new Set(movingFields(monitor.configuration));
    const same = [...restoredFields(monitor.configuration), 'irq' as const, 'mode' as const]
      .filter((field) => moving.has(field))
      .map((field) => `cpu.${field} == ${read(words, 0, field)}`);
    return `assert(${same.join(' && ')}); /* RESTORED */`;
  }
}

const isDetermined = (instruction: Instruction): boolean =>
  isVisible(instruction) && ['event', 'set', 'note', 'leave'].includes(instruction.op);

function isVisible(instruction: Instruction): boolean {
  switch (instruction.op) {
    case 'event':
    case 'set':
    case 'note':
      return instruction.visible;
    case 'clear':
    case 'branch':
    case 'again':
      return false;
    default:
      return true;
  }
}

type Unseen = (instruction: Instruction, place: number, go: (place: number) => string) => string;

/** What is done unseen in one step of Spin: blocks with jumps between them, each written once. */
class Region {
  readonly #number: number;
  readonly #instructions: readonly Instruction[];
  readonly #unseen: Unseen;
  readonly #wanted = new Set<number>();

  constructor(number: number, instructions: readonly Instruction[], unseen: Unseen) {
    this.#number = number;
    this.#instructions = instructions;
    this.#unseen = unseen;
  }

  /** Goes on at a place: stops there where it can be seen. */
  readonly go = (place: number): string => {
    if (isVisible(present(this.#instructions[place], 'a place is of the code'))) {
      return `cpu.place = ${place}; ${this.end()}`;
    }
    this.#wanted.add(place);
    return `goto L${this.#number}_${place}`;
  };

  /** The step is done. */
  end(): string {
    return `goto E${this.#number}`;
  }

  /** The blocks that were gone to, and those that they go to. */
  lines(): readonly string[] {
    const lines: string[] = [];
    // The iteration meets what is added on the way.
    for (const place of this.#wanted) {
      const instruction = present(this.#instructions[place], 'a place is of the code');
      lines.push(`       L${this.#number}_${place}: ${this.#unseen(instruction, place, this.go)};`);
    }
    return [...lines, `       E${this.#number}: skip`];
  }
}

/** Whether a number is one of these, as a comparison with each range of them. */
function inRanges(what: string, numbers: readonly number[]): string {
  const ranges: { readonly from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.to === number - 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  const each = ranges.map(({ from, to }) =>
    from === to ? `${what} == ${from}` : `(${what} >= ${from} && ${what} <= ${to})`,
  );
  return each.length === 0 ? 'false' : `(${each.join(' || ')})`;
}

/** The contract in Promela: fields as a type, expressions, effects, and each event with its rules as assertions. */
import { unreachable } from '../base/invariant.ts';
import { EVENT_NAMES, type EventName, eventSpec } from '../contract/alphabet.ts';
import type { Configuration } from '../contract/configuration.ts';
import type { Effect } from '../contract/event.ts';
import type { Expression } from '../contract/expression.ts';
import { FIELD_NAMES, type FieldName, fieldSpec, INSTRUMENTABLE } from '../contract/fields.ts';
import { moves } from '../contract/initial.ts';
import { slotOf } from '../contract/layout.ts';
import type { Monitor } from '../contract/monitor.ts';
import { forbidden } from '../contract/rule.ts';
import { wordsOf } from '../contract/wording.ts';

/** Text as the inside of a comment. The C preprocessor reads the file too, and minds a lone quote. */
export const inComment = (text: string): string =>
  text
    .replace(/\/\*|\*\//g, '')
    .replaceAll("'", '’')
    .replaceAll('"', '”')
    .replaceAll('\\', '')
    .trim();

/** An event as an identifier: `ct.user.exit` is `ev_ct_user_exit`. */
export const nameOfEvent = (event: EventName): string => `ev_${event.replace(/[^a-z0-9]/gi, '_')}`;

/** The fields that move in that kernel; the others are 0 throughout. */
export const movingFields = (configuration: Configuration): readonly FieldName[] =>
  FIELD_NAMES.filter((name) => moves(name, configuration));

/** A field's greatest value. */
const greatest = (field: FieldName): number => slotOf(field).mask;

const NOTHING_FIXED: ReadonlyMap<FieldName, number> = new Map();

/** Writes expressions for one kernel. */
export class PromelaContract {
  readonly #monitor: Monitor;
  readonly #moving: ReadonlySet<FieldName>;

  constructor(monitor: Monitor) {
    this.#monitor = monitor;
    this.#moving = new Set(movingFields(monitor.configuration));
  }

  /** Whether hardware can deliver a vector: as the machine does, code runs in a window where nothing counts windows. */
  deliverable(of: Expression): string {
    return this.expression(of, new Map([['windows', INSTRUMENTABLE]]));
  }

  /**
   * A statement about the state, in parentheses where they matter. A field that does not move is 0, or what `fixed` says.
   */
  expression(of: Expression, fixed: ReadonlyMap<FieldName, number> = NOTHING_FIXED): string {
    const inner = (part: Expression): string => this.expression(part, fixed);
    switch (of.op) {
      case 'is':
        return this.#moving.has(of.field)
          ? `cpu.${of.field} == ${of.value}`
          : String(of.value === (fixed.get(of.field) ?? 0));
      case 'above':
        return this.#moving.has(of.field)
          ? `cpu.${of.field} > ${of.value}`
          : String((fixed.get(of.field) ?? 0) > of.value);
      case 'changed':
        return this.#moving.has(of.field)
          ? `(cpu.depth > 0 && cpu.${of.field} != outer[cpu.depth - 1].${of.field})`
          : 'false';
      case 'was':
        return `(cpu.depth > 0 && ${this.#moving.has(of.field) ? `outer[cpu.depth - 1].${of.field}` : '0'} == ${of.value})`;
      case 'not':
        return `!(${inner(of.of)})`;
      case 'all':
        return of.of.length === 0 ? 'true' : `(${of.of.map(inner).join(' && ')})`;
      case 'any':
        return of.of.length === 0 ? 'false' : `(${of.of.map(inner).join(' || ')})`;
      default:
        return unreachable(of);
    }
  }

  /** The record of a context: the contract's level, the place in the code, the local variables. */
  record(): readonly string[] {
    return [
      'typedef context {',
      ...[...this.#moving].map((field) => {
        const { bits, says } = fieldSpec(field);
        return `  ${bits === 1 ? `bit ${field}` : `unsigned ${field} : ${bits}`}; /* ${inComment(says)} */`;
      }),
      '  bit inMachineCheck; /* a second machine check would shut the machine down */',
      '  short place; /* in the code */',
      '  int locals /* local variables, a bit each */',
      '}',
    ];
  }

  /** Names of everything in a record. */
  members(): readonly string[] {
    return [...this.#moving, 'inMachineCheck', 'place', 'locals'];
  }

  /** An event: its rules as assertions, then what it does. */
  event(event: EventName): readonly string[] {
    const conditions = this.#monitor.conditions.filter(({ condition }) => condition.on.includes(event));
    return [
      `/* ${inComment(eventSpec(event).says)} */`,
      `inline ${nameOfEvent(event)}() {`,
      ...conditions.flatMap(({ rule, condition }) => {
        const states = this.expression(forbidden(condition));
        const name = `${rule.id} ${condition.name}: ${inComment(condition.says)}`;
        return [`  assert(!(${states})); /* ${name} */`];
      }),
      ...this.#effects(eventSpec(event).effects, '  '),
      '  skip',
      '}',
    ];
  }

  #effects(effects: readonly Effect[], indent: string): readonly string[] {
    return effects.flatMap((effect) => this.#effect(effect, indent));
  }

  #effect(effect: Effect, indent: string): readonly string[] {
    const { features } = this.#monitor.configuration;
    switch (effect.op) {
      case 'set':
        return this.#moving.has(effect.field) ? [`${indent}cpu.${effect.field} = ${effect.value};`] : [];
      case 'add': {
        const { field, by } = effect;
        if (!this.#moving.has(field)) return [];
        const bound =
          by < 0
            ? `assert(cpu.${field} >= ${-by}); /* PAIR below-zero */`
            : `assert(cpu.${field} <= ${greatest(field) - by}); /* the contract counts no further: a bound */`;
        return [`${indent}${bound}`, `${indent}cpu.${field} = cpu.${field} ${by < 0 ? '-' : '+'} ${Math.abs(by)};`];
      }
      case 'when': {
        const then = this.#effects(effect.then, `${indent}     `);
        if (then.length === 0) return [];
        return [
          `${indent}if /* ${inComment(wordsOf(effect.if))} */`,
          `${indent}:: ${this.expression(effect.if)} ->`,
          ...then,
          `${indent}     skip`,
          `${indent}:: else`,
          `${indent}fi;`,
        ];
      }
      case 'enter':
        return [`${indent}enter();`];
      case 'leave':
        return [`${indent}leave();`];
      case 'call':
        return features.has('markers')
          ? [
              `${indent}assert((cpu.callers << 3) <= ${greatest('callers')}); /* the contract counts no deeper: a bound */`,
              `${indent}cpu.callers = (cpu.callers << 3) | cpu.windows;`,
              `${indent}cpu.windows = ${effect.windows};`,
            ]
          : [];
      case 'return':
        return features.has('markers')
          ? [`${indent}cpu.windows = cpu.callers & 7;`, `${indent}cpu.callers = cpu.callers >> 3;`]
          : [];
      default:
        return unreachable(effect);
    }
  }

  /** A context begins, a context ends: the words that the contract's machine copies, field by field. */
  entryAndReturn(): readonly string[] {
    const own = [...this.#moving].filter((field) => fieldSpec(field).scope === 'context');
    return [
      'inline enter() {',
      ...this.members().map((name) => `  outer[cpu.depth].${name} = cpu.${name};`),
      ...own.filter((field) => field !== 'depth').map((field) => `  cpu.${field} = 0;`),
      '  cpu.origin = cpu.mode;',
      '  cpu.savedIrq = cpu.irq;',
      '  cpu.mode = 0;',
      '  cpu.depth = cpu.depth + 1',
      '}',
      '',
      'inline leave() {',
      '  assert(cpu.depth > 0); /* PAIR below-zero */',
      '  back = cpu.depth - 1;',
      ...['mode', 'irq', ...own, 'inMachineCheck', 'place', 'locals'].map(
        (name) => `  cpu.${name} = outer[back].${name};`,
      ),
      ...this.members().map((name) => `  outer[back].${name} = 0;`),
      '  back = 0',
      '}',
    ];
  }

  /** All events that are used, each as an `inline`. */
  events(used: Iterable<number>): readonly string[] {
    return [...new Set(used)].flatMap((number) => {
      const name = EVENT_NAMES[number];
      return name === undefined ? [] : [...this.event(name), ''];
    });
  }
}

/** The contract turned around: what a function of the kernel is to it, what a search finds. */
import { EVENT_NAMES, type EventName, eventSpec } from '../contract/alphabet.ts';
import { FIELD_NAMES, type FieldName, fieldSpec } from '../contract/fields.ts';
import type { Rule } from '../contract/rule.ts';
import { RULES } from '../contract/rules.ts';
import type { Source } from '../contract/source.ts';

/** A function, macro or section that the contract cites, and for what. */
export interface Cited {
  readonly at: string;
  readonly file: string;
  readonly version?: string;
  /** Events that it is. */
  readonly events: readonly EventName[];
  /** Rules, and exceptions of rules, that it is a source of. */
  readonly rules: readonly Rule[];
}

/** Every place in the kernel that the contract cites, by file and name. */
export const CITED: readonly Cited[] = cited();

function cited(): readonly Cited[] {
  interface Entry {
    readonly source: Source;
    readonly events: Set<EventName>;
    readonly rules: Set<Rule>;
  }
  const entries = new Map<string, Entry>();
  const entryOf = (source: Source): Entry => {
    const key = `${source.file}\0${source.at}\0${source.version ?? ''}`;
    const known = entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { source, events: new Set(), rules: new Set() };
    entries.set(key, entry);
    return entry;
  };
  for (const name of EVENT_NAMES) for (const source of eventSpec(name).kernel) entryOf(source).events.add(name);
  for (const rule of RULES) {
    for (const source of rule.source) entryOf(source).rules.add(rule);
    for (const { source } of rule.exceptions) entryOf(source).rules.add(rule);
  }
  const all = [...entries.values()].map(({ source, events, rules }) => ({
    ...source,
    events: [...events],
    rules: [...rules],
  }));
  return all.sort((one, other) => compare(one.file, other.file) || compare(one.at, other.at));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The words of a search, in lower case. */
export const searchWords = (query: string): readonly string[] =>
  query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');

/** Whether every word of the search stands somewhere in these texts. */
export function matches(words: readonly string[], ...texts: readonly (string | undefined)[]): boolean {
  if (words.length === 0) return true;
  const text = texts.join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The rules that a search finds. */
export const rulesFor = (words: readonly string[]): readonly Rule[] =>
  RULES.filter((rule) =>
    matches(
      words,
      rule.id,
      rule.says,
      rule.why,
      rule.note,
      ...rule.source.flatMap(({ file, at }) => [file, at]),
      ...rule.conditions.flatMap(({ name, says, fix }) => [name, says, fix]),
      ...rule.exceptions.flatMap(({ what, why, source }) => [what, why, source.at]),
    ),
  );

/** The events that a search finds. */
export const eventsFor = (words: readonly string[]): readonly EventName[] =>
  EVENT_NAMES.filter((name) => {
    const { says, kernel } = eventSpec(name);
    return matches(words, name, says, ...kernel.flatMap(({ file, at }) => [file, at]));
  });

/** The places in the kernel that a search finds. */
export const citedFor = (words: readonly string[]): readonly Cited[] =>
  CITED.filter(({ file, at, events, rules }) => matches(words, file, at, ...events, ...rules.map(({ id }) => id)));

/** The fields of the state that a search finds. */
export const fieldsFor = (words: readonly string[]): readonly FieldName[] =>
  FIELD_NAMES.filter((name) => {
    const { says, kernel, values } = fieldSpec(name);
    return matches(words, name, says, kernel, ...(values ?? []));
  });

/** Reads kentry.report/1: nothing that was loaded is believed before it was looked at. */
import { BadInput } from '../base/bad-input.ts';
import { fileOffset } from '../base/brand.ts';
import type {
  Finding,
  FindingPlace,
  Gap,
  Hex,
  InlinedCall,
  ObjectReport,
  PathStep,
  Report,
  SourceLine,
  WalkedRoot,
} from './report.ts';

/** The only schema that this version writes and reads. */
const SCHEMA = 'kentry.report/1';

/**
 * The report in `text`; members that it does not know are left out. Throws `BadInput` with the path of what is wrong
 * (`$.findings[2].rule: wanted a string, found a number`); the offset is 0, since JSON.parse does not tell it.
 */
export function parseReport(text: string, file: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadInput(file, fileOffset(0), `is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  const top = new Node(value, '$', file);
  const schema = top.member('schema');
  if (schema.string() !== SCHEMA) schema.fail(`wanted "${SCHEMA}", found "${schema.string()}"`);
  const objects = top.member('objects').list(objectReport);
  return {
    schema: SCHEMA,
    version: top.member('version').string(),
    objects,
    findings: top.member('findings').list((node) => finding(node, objects.length)),
  };
}

function objectReport(node: Node): ObjectReport {
  const seen = node.member('seen');
  const unjudged = node.optional('unjudged')?.list((rule) => rule.string());
  const notes = node.optional('notes')?.list((note) => note.string());
  const roots = node.optional('roots')?.list(walkedRoot);
  return {
    file: node.member('file').string(),
    arch: node.member('arch').string(),
    seen: {
      functions: seen.member('functions').count(),
      instructions: seen.member('instructions').count(),
      entryPoints: seen.member('entryPoints').count(),
    },
    gaps: node.member('gaps').list(gap),
    ...(unjudged !== undefined && { unjudged }),
    ...(notes !== undefined && { notes }),
    ...(roots !== undefined && { roots }),
  };
}

function walkedRoot(node: Node): WalkedRoot {
  const like = node.optional('like')?.string();
  return {
    function: node.member('function').string(),
    source: node.member('source').string(),
    starts: node.member('starts').count(),
    states: node.member('states').count(),
    most: node.member('most').count(),
    ...(like !== undefined && { like }),
  };
}

const gap = (node: Node): Gap => ({
  function: node.member('function').string(),
  offset: node.member('offset').hex(),
  why: node.member('why').string(),
});

function finding(node: Node, objects: number): Finding {
  const object = node.member('object');
  if (object.count() >= objects) object.fail(`there are only ${objects} objects`);
  const source = node.optional('source');
  const why = node.optional('why')?.string();
  const fix = node.optional('fix')?.string();
  const callee = node.optional('callee');
  const also = node.optional('also')?.list(findingPlace);
  const calleeSection = callee?.optional('section')?.string();
  return {
    rule: node.member('rule').string(),
    id: node.member('id').string(),
    object: object.count(),
    function: node.member('function').string(),
    offset: node.member('offset').hex(),
    section: node.member('section').string(),
    ...(source !== undefined && { source: sourceLine(source) }),
    message: node.member('message').string(),
    ...(why !== undefined && { why }),
    ...(fix !== undefined && { fix }),
    ...(callee !== undefined && {
      callee: {
        name: callee.member('name').string(),
        ...(calleeSection !== undefined && { section: calleeSection }),
      },
    }),
    ...(also !== undefined && { also }),
    path: node.member('path').list(pathStep),
  };
}

function findingPlace(node: Node): FindingPlace {
  const source = node.optional('source');
  return {
    function: node.member('function').string(),
    offset: node.member('offset').hex(),
    ...(source !== undefined && { source: sourceLine(source) }),
  };
}

function pathStep(node: Node): PathStep {
  const note = node.optional('note')?.string();
  const source = node.optional('source');
  return {
    function: node.member('function').string(),
    offset: node.member('offset').hex(),
    event: node.member('event').string(),
    ...(note !== undefined && { note }),
    ...(source !== undefined && { source: sourceLine(source) }),
  };
}

function sourceLine(node: Node): SourceLine {
  const inlined = node.optional('inlined')?.list(inlinedCall);
  return {
    file: node.member('file').string(),
    line: node.member('line').count(),
    ...(inlined !== undefined && { inlined }),
  };
}

const inlinedCall = (node: Node): InlinedCall => ({
  function: node.member('function').string(),
  file: node.member('file').string(),
  line: node.member('line').count(),
});

const isHex = (text: string): text is Hex => /^0x[0-9a-f]+$/.test(text);

const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

/** One value of the file, with its path for messages. */
class Node {
  readonly #value: unknown;
  readonly #path: string;
  readonly #file: string;

  constructor(value: unknown, path: string, file: string) {
    this.#value = value;
    this.#path = path;
    this.#file = file;
  }

  fail(why: string): never {
    throw new BadInput(this.#file, fileOffset(0), `${this.#path}: ${why}`);
  }

  member(name: string): Node {
    return this.optional(name) ?? new Node(undefined, `${this.#path}.${name}`, this.#file);
  }

  optional(name: string): Node | undefined {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.#wanted('an object');
    const own: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
    return own === undefined ? undefined : new Node(own, `${this.#path}.${name}`, this.#file);
  }

  list<T>(read: (node: Node) => T): readonly T[] {
    if (!Array.isArray(this.#value)) return this.#wanted('a list');
    return this.#value.map((value: unknown, index) => read(new Node(value, `${this.#path}[${index}]`, this.#file)));
  }

  string(): string {
    return typeof this.#value === 'string' ? this.#value : this.#wanted('a string');
  }

  hex(): Hex {
    const text = this.string();
    return isHex(text) ? text : this.fail(`wanted a number such as 0x1c, found "${text}"`);
  }

  /** A whole number from 0. */
  count(): number {
    const value = this.#value;
    if (typeof value !== 'number') return this.#wanted('a number');
    return Number.isSafeInteger(value) && value >= 0 ? value : this.fail(`wanted a count, found ${value}`);
  }

  #wanted(what: string): never {
    return this.fail(`wanted ${what}, found ${kindOf(this.#value)}`);
  }
}

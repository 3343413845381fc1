/**
 * Every source that the contract names is there, in every version that it is said to be read in. Needs the unpacked trees:
 * LINUX_6_12=... LINUX_6_1=... npx vitest run src/contract/sources.test.ts
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EVENT_NAMES, eventSpec } from './alphabet.ts';
import { ACTS } from './may.ts';
import { RULES } from './rules.ts';
import type { Source, Version } from './source.ts';
import { VECTORS } from './vectors.ts';

const { LINUX_6_12, LINUX_6_1 } = process.env;
const TREES: readonly (readonly [Version, string | undefined])[] = [
  ['6.12', LINUX_6_12],
  ['6.1', LINUX_6_1],
];

const CITED: readonly (readonly [string, Source])[] = [
  ...EVENT_NAMES.flatMap((name) => eventSpec(name).kernel.map((source) => [name, source] as const)),
  ...RULES.flatMap((rule) => rule.source.map((source) => [rule.id, source] as const)),
  ...RULES.flatMap((rule) => rule.exceptions.map(({ source, what }) => [`${rule.id}: ${what}`, source] as const)),
  ...VECTORS.flatMap(({ kind, source }) => source.map((each) => [kind, each] as const)),
  ...VECTORS.flatMap(({ kind, endsEarly }) => (endsEarly ? [[kind, endsEarly.source] as const] : [])),
  ...ACTS.map(({ name, source }) => [name, source] as const),
];

describe.each(TREES)('sources in %s', (version, tree) => {
  test.skipIf(tree === undefined)(
    tree === undefined ? 'NOT verified: no tree given' : 'are where they are said to be',
    () => {
      const wrong = CITED.filter(([, source]) => source.version === undefined || source.version === version).flatMap(
        ([who, { file, at }]) => {
          const path = join(tree ?? '', file);
          if (!existsSync(path)) return [`${who}: no file ${file}`];
          const text = readFileSync(path, 'utf8');
          const names = at.split(', ').map((name) => name.replace('*', ''));
          return names.filter((name) => !text.includes(name)).map((name) => `${who}: ${file} has no ${name}`);
        },
      );
      expect(wrong).toEqual([]);
    },
  );
});

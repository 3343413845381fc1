/**
 * The fixtures say in their comments what objtool makes of them; here objtool is asked. It is Debian's
 * (linux-kbuild-6.12), or the one that OBJTOOL names.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../src/base/byte-source.ts';
import { checkObject } from '../../src/check/check-object.ts';
import type { Finding } from '../../src/report/report.ts';
import { expectationsOf } from '../expectation.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/noinstr');
const DEBIAN = readdirSync('/usr/lib').find((name) => name.startsWith('linux-kbuild-6.12'));
const OBJTOOL = process.env['OBJTOOL'] ?? `/usr/lib/${DEBIAN}/tools/objtool/objtool`;
const SOURCES = readdirSync(FIXTURES).filter((file) =>
  readFileSync(join(FIXTURES, file), 'utf8').includes('; objtool '),
);

/** `function+0xoffset` of every noinstr complaint of objtool. */
function complaints(file: string): readonly string[] {
  const options = ['--hacks=jump_label', '--noinstr', '--link', '--dry-run', file];
  const { stdout, stderr } = spawnSync(OBJTOOL, options, { encoding: 'utf8', env: { ...process.env, SRCARCH: 'x86' } });
  return [...`${stdout}${stderr}`.matchAll(/objtool: (\S+): (?:call to|return with)/g)].map(([, place]) => place ?? '');
}

const placeOf = (finding: Finding): string => `${finding.function}+${finding.offset}`;

describe.skipIf(!existsSync(OBJTOOL))('objtool', () => {
  test.each(SOURCES)('does with %s what its comments say', async (file) => {
    const wanted = expectationsOf(readFileSync(join(FIXTURES, file), 'utf8')).findings;
    const path = join(FIXTURES, file.replace(/\.[Sc]$/, '.o'));
    const result = await checkObject(memorySource(path, readFileSync(path)), { version: 'test' });
    const findings = result.kind === 'report' ? result.report.findings : [];
    const said = new Set(complaints(path));
    const wrong = wanted.flatMap((want) => {
      const places = findings.filter((f) => f.source?.line === want.line && f.rule === want.rule).map(placeOf);
      const says = places.some((place) => said.has(place));
      return says === (want.objtool === 'says')
        ? []
        : [`line ${want.line}: ${want.objtool}, but at ${places}: ${[...said]}`];
    });
    expect(wrong).toEqual([]);
  });
});

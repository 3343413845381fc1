/**
 * Sessions in tests/cli/*.txt: what a person types at `$ kentry ...`, what kentry answers (both streams, as written), and
 * `[n]` where the exit status is not 0. `BLESS=1` rewrites them. `%tmp` is a folder of the session's own; words in
 * single quotes are one; `< FILE` is standard input. A line with # explains what follows.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadChecker } from '../src/cli/load-checker.ts';
import { record } from './recorded-session.ts';

const { BLESS: bless } = process.env;
const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(import.meta.dirname, 'cli');

/** The words of a command line. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** What the session should look like, by running its commands in the project's folder. */
async function play(session: string): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'kentry-session-'));
  const lines: string[] = [];
  try {
    for (const line of session.split('\n')) {
      if (line.startsWith('#') || line === '') {
        // One empty line before each explanation; those of answers come from the answers.
        if (line.startsWith('#')) lines.push(...(lines.length > 0 && !lines.at(-1)?.startsWith('#') ? [''] : []), line);
        continue;
      }
      if (!line.startsWith('$ kentry')) continue;
      if (lines.length > 0 && !lines.at(-1)?.startsWith('#')) lines.push('');
      lines.push(line, ...(await answer(line, scratch)));
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return `${lines.join('\n')}\n`;
}

async function answer(line: string, scratch: string): Promise<readonly string[]> {
  const [command = '', input] = line.slice('$ kentry'.length).split(' < ');
  const args = words(command).map((word) => word.replace('%tmp', scratch));
  const stdin = input === undefined ? new Uint8Array() : readFileSync(join(ROOT, input));
  const { status, both } = await record(args, { loadChecker, stdin });
  const said = both.replaceAll(scratch, '%tmp').replace(/\n$/, '');
  return [...(said === '' ? [] : said.split('\n')), ...(status === 0 ? [] : [`[${status}]`])];
}

describe('sessions', () => {
  process.chdir(ROOT);
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

  test.each(names)('%s', async (name) => {
    const file = join(FOLDER, name);
    const written = readFileSync(file, 'utf8');
    const played = await play(written);
    if (bless === '1') writeFileSync(file, played);
    else expect(played).toBe(written);
  });
});

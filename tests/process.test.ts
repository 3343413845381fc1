/** The built program as a process: what only a process has, its streams and its status. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const { PATH: path } = process.env;
const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'kentry-build-'));

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'tools/build.mjs'), folder], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a line of shell in the project's folder, with the program as `kentry`. */
function shell(line: string): { readonly status: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--norc', '-o', 'pipefail', '-c', `kentry() { "${folder}/kentry.js" "$@"; }; ${line}`],
    {
      cwd: ROOT,
      encoding: 'utf8',
      env: { PATH: path },
    },
  );
  return { status, out: stdout, err: stderr };
}

test('the version is that of the package, at once', () => {
  expect(shell('kentry --version')).toEqual({ status: 0, out: '0.1.0\n', err: '' });
});

test('statuses leave the process', () => {
  expect(shell('kentry check fixtures/demo/correct.o').status).toBe(0);
  expect(shell('kentry check fixtures/demo/broken.o').status).toBe(1);
  expect(shell('kentry check fixtures/demo/absent.o').status).toBe(2);
});

test('the demo takes every step that it names, and finds its objects beside the program', () => {
  const { status, out, err } = shell('kentry demo');
  // A step that cannot be taken any more would be a complaint.
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out.match(/every rule kept/g)).toHaveLength(3);
  expect(out).toContain('seccomp');
  expect(out).toContain('NMI: exc_nmi()');
  expect(out).toMatch(/document \(full-debug\): .*holds/);
  expect(out).toContain('NMI-ORDER');
  expect(out).toContain('NOINSTR-WINDOW');
});

describe('the code cache', () => {
  const filename = join(folder, 'program.js');
  const cache = join(folder, 'program.cache');

  test('is taken by the Node that built it', () => {
    const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData: readFileSync(cache) });
    expect(script.cachedDataRejected).toBe(false);
  });

  test.each([
    ['of another version of Node', (good: Buffer) => good.fill(0xff, 4, 8)],
    ['that is cut off', (good: Buffer) => good.subarray(0, 1000)],
    ['that is empty', () => Buffer.alloc(0)],
  ])('%s does no harm', (_, spoil) => {
    const good = readFileSync(cache);
    writeFileSync(cache, spoil(Buffer.from(good)));
    try {
      const { status, err } = shell('kentry check fixtures/demo/correct.o');
      expect({ status, err }).toEqual({ status: 0, err: '' });
    } finally {
      writeFileSync(cache, good);
    }
  });
});

test('a reader that leaves early is no mistake', () => {
  const { status, err } = shell('kentry explain NOINSTR-CALL IRQS-OFF PAIR | head -1; echo $PIPESTATUS >&2');
  expect({ status, err }).toEqual({ status: 0, err: '0\n' });
});

test('a report that could not be written is no clean one', () => {
  expect(shell('kentry check fixtures/demo/correct.o > /dev/full')).toEqual({
    status: 2,
    out: '',
    err: 'kentry: cannot write: ENOSPC: no space left on device, write\n',
  });
});

test('standard input may be a pipe', () => {
  expect(shell('cat fixtures/demo/broken.o | kentry check -q -f objtool -').status).toBe(1);
});

test('colours come only when they are asked for', () => {
  expect(shell('kentry check fixtures/demo/broken.o').out).not.toContain('\u001b');
  expect(shell('FORCE_COLOR=1 kentry check fixtures/demo/broken.o').out).toContain('\u001b');
});

#!/usr/bin/env node
// kentry beside objtool on the same objects, and beside bare Node for start-up: time and peak memory, as ratios. Of kentry
// both: all rules, and the three NOINSTR rules alone, which are what objtool's one rule is.
//
//   node tools/bench.mjs [--runs N] [FILE...]
//
// Without FILE: the object of ../shared, and tools/bench-explore.mjs after it. objtool is Debian's (linux-kbuild-6.12), or
// what OBJTOOL names. The runs take turns, so that all see the same machine; a time is the median of N.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const kentry = join(root, 'dist/kentry.js');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '7' } },
});
const runs = Math.max(1, Number(values.runs));

/** Where Debian puts it: the newest. */
function findObjtool() {
  if (process.env.OBJTOOL !== undefined) return process.env.OBJTOOL;
  const folders = readdirSync('/usr/lib').filter((name) => name.startsWith('linux-kbuild-6.12'));
  return folders.map((name) => `/usr/lib/${name}/tools/objtool/objtool`).find((file) => existsSync(file));
}

/** A command that is measured; `accepts` says which exit statuses mean that it did its work. */
const objtoolOn = (objtool, file) => ({
  name: 'objtool, its one rule',
  command: [objtool, '--noinstr', '--link', '--dry-run', file],
  accepts: (status) => status === 0,
});
const kentryOn = (name, file, ...args) => ({
  name,
  command: [process.execPath, kentry, 'check', '--quiet', ...args, file],
  accepts: (status) => status === 0 || status === 1 || status === 2,
});
const NOINSTR = ['--rules', 'NOINSTR-CALL,NOINSTR-INDIRECT,NOINSTR-WINDOW'];
const start = (name, ...args) => ({
  name,
  command: [process.execPath, ...args],
  accepts: (status) => status === 0,
});

const options = { env: { ...process.env, SRCARCH: 'x86' } };

/** Milliseconds of one run. */
function time({ name, command: [program, ...args], accepts }) {
  const before = performance.now();
  const { status, stderr, error } = spawnSync(program, args, { ...options, maxBuffer: 1 << 28 });
  const took = performance.now() - before;
  if (!accepts(status)) throw new Error(`${name} ended with ${status ?? error}: ${stderr}`);
  return took;
}

/** Peak resident megabytes of one run: the kernel's own high-water mark, read every millisecond until the process ends. */
function memory({ command: [program, ...args] }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: 'ignore' });
    let peak = 0;
    const timer = setInterval(() => {
      try {
        const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
        if (kilobytes !== undefined) peak = Math.max(peak, Number(kilobytes) / 1024);
      } catch {
        // It has ended.
      }
    }, 1);
    child.on('error', reject);
    child.on('exit', () => {
      clearInterval(timer);
      resolve(peak);
    });
  });
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Measures all, by turns. */
async function measure(subjects) {
  const times = subjects.map(() => []);
  for (const subject of subjects) time(subject);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, subject] of subjects.entries()) times[index].push(time(subject));
  }
  const results = [];
  for (const [index, subject] of subjects.entries()) {
    results.push({ name: subject.name, milliseconds: median(times[index]), megabytes: await memory(subject) });
  }
  return results;
}

/** One line for each, beside the last: how many times as fast, and how much of its memory. */
function print(title, results) {
  console.log(`${title} (median of ${runs})`);
  const beside = results.at(-1);
  for (const { name, milliseconds, megabytes } of results) {
    const faster = (beside.milliseconds / milliseconds).toFixed(2);
    const share = (megabytes / beside.megabytes).toFixed(2);
    const time = `${milliseconds.toFixed(0).padStart(6)} ms ${megabytes.toFixed(0).padStart(6)} MB`;
    const ratio =
      name === beside.name
        ? ''
        : `   ${faster} times as fast as ${beside.name.replace(/,.*/, '')}, ${share} of its memory`;
    console.log(`  ${name.padEnd(24)} ${time}${ratio}`);
  }
}

const hasDebugInformation = (file) => spawnSync('grep', ['-qa', '-m1', '\\.debug_line', file]).status === 0;

print('start-up', await measure([start('kentry --version', kentry, '--version'), start('node -e 0', '-e', '0')]));

const packed = join(root, '../shared/corpus/x86/base/vmlinux.o.xz');
const scratch = mkdtempSync(join(tmpdir(), 'kentry-bench-'));
try {
  const files = [...positionals];
  if (files.length === 0 && existsSync(packed)) {
    const file = join(scratch, 'vmlinux.o');
    const { status, stderr } = spawnSync('sh', ['-c', 'xz -dc "$1" > "$2"', 'sh', packed, file], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`cannot unpack ${packed}: ${stderr}`);
    files.push(file);
  }
  const objtool = findObjtool();
  if (objtool === undefined) console.log('objtool is not here (linux-kbuild-6.12, or OBJTOOL): kentry alone');
  for (const file of files) {
    const results = await measure([
      kentryOn('kentry, all rules', file),
      kentryOn('kentry, noinstr rules', file, ...NOINSTR),
      ...(objtool === undefined ? [] : [objtoolOn(objtool, file)]),
    ]);
    print(`${basename(file)}, ${hasDebugInformation(file) ? 'with' : 'without'} debug information`, results);
  }
  if (files.length === 0) console.log('no object: give one, or put ../shared beside the project');
} finally {
  rmSync(scratch, { recursive: true });
}
if (positionals.length === 0) {
  spawnSync(process.execPath, [join(root, 'tools/bench-explore.mjs')], { stdio: 'inherit' });
}

#!/usr/bin/env node
// The long run of the fuzzer: broken objects by the ten thousand.
//
//   node tools/fuzz.mjs [--runs N] [--seed FIRST] [--write FILE] [OBJECT...]
//
// Inputs are numbered by their seeds, from FIRST on: each is made of one of the objects (without any: the fixtures) by
// mutations. A defect is told with its seed, and `--seed N --runs 1` repeats it; `--write FILE` only writes that input.
// The status is 1 where there was a defect: an exception, an input that took more than a minute of the processor's time, or memory beyond 1 GB.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { icedPlugin } from './iced-plugin.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    write: { type: 'string' },
  },
});
const runs = Number(values.runs);
const first = Number(values.seed);
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(first))
  throw new Error('--runs and --seed are numbers');

/** Inputs in one thread: then a new one, so that nothing adds up unseen. */
const AT_ONCE = 5000;
/** Of the processor's time: another's load is no hang. In microseconds. */
const HANGS_AFTER = 60_000_000;
const MOST_MEGABYTES = 1024;

const folder = mkdtempSync(join(tmpdir(), 'kentry-fuzz-'));
await build({
  absWorkingDir: root,
  entryPoints: {
    worker: 'tests/fuzz/worker.ts',
    campaign: 'tests/fuzz/campaign.ts',
    originals: 'tests/fuzz/originals.ts',
  },
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  plugins: [icedPlugin],
  loader: { '.wasm': 'binary' },
  logLevel: 'warning',
});
const load = (name) => import(pathToFileURL(join(folder, `${name}.mjs`)).href);
const { fixtures, original } = await load('originals');
const originals = positionals.length > 0 ? positionals.map(original) : fixtures(join(root, 'fixtures'));

/** The processor's time of this process with its threads, in microseconds. */
function spent() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Judges some inputs in a thread of their own. */
function judge(from, count) {
  return new Promise((resolve) => {
    let current = `seed ${from}`;
    let alive = spent();
    const worker = new Worker(join(folder, 'worker.mjs'), {
      workerData: { first: from, runs: count, originals },
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
    });
    const end = (outcome) => {
      clearInterval(watch);
      worker.terminate().then(() => resolve(outcome));
    };
    const failed = (why) => end({ defects: [`${current}: ${why}`] });
    const watch = setInterval(() => {
      if (spent() - alive > HANGS_AFTER) failed(`hangs: no end after ${HANGS_AFTER / 1e6} s of the processor`);
    }, 1000);
    worker.on('message', (message) => {
      alive = spent();
      if (message.kind === 'done') end(message.tally);
      else current = `seed ${message.seed}, ${message.file}, ${message.applied.join(' + ')}`;
    });
    worker.on('error', (error) => failed(`${error.code ?? ''} ${error.stack ?? error}`));
  });
}

let defects = 0;
try {
  if (values.write !== undefined) {
    const { trialOf } = await load('campaign');
    writeFileSync(values.write, trialOf(first, originals).bytes);
  } else {
    const began = Date.now();
    const sum = { reports: 0, refusals: 0, findings: 0, slowest: 0 };
    for (let done = 0; done < runs; ) {
      const count = Math.min(AT_ONCE, runs - done);
      const tally = await judge(first + done, count);
      for (const defect of tally.defects) console.log(defect);
      defects += tally.defects.length;
      for (const name of ['reports', 'refusals', 'findings']) sum[name] += tally[name] ?? 0;
      sum.slowest = Math.max(sum.slowest, tally.slowest ?? 0);
      done += count;
      const seconds = Math.round((Date.now() - began) / 1000);
      const megabytes = Math.round(process.memoryUsage().rss / 1e6);
      console.log(
        `seeds ${first} to ${first + done - 1}: ${sum.reports} reports with ${sum.findings} findings, ${sum.refusals} refusals, ` +
          `${defects} defects; slowest ${Math.round(sum.slowest)} ms; ${seconds} s, ${megabytes} MB`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = defects > 0 ? 1 : 0;

#!/usr/bin/env node
// How fast the search is: two-phase commit with 7 and 9 resource managers, and scenarios of the reference three contexts deep, beside
// Spin on the same models where Spin and gcc are there.
// `node tools/bench-explore.mjs [RUNS]`: the best of RUNS (3), each in a process of its own so that its peak memory is its own.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Distinct states of TwoPhase with so many resource managers, as published; the speed and memory that the project asks for. */
const PUBLISHED = new Map([
  [7, 296_448],
  [9, 10_340_352],
]);
/** Scenarios of the reference, in the first configuration. */
const SCENARIOS = ['document', 'interrupt'];
const DEPTH = 3;
const LEAST_STATES_PER_SECOND = 1_200_000;
const MOST_MEGABYTES = 700;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What one process does: warms the compiler up on 5 managers, then searches and says what it took. */
const RUNNER = `
import { twoPhaseCommit } from './src/explore/models/two-phase.ts';
import { Search } from './src/explore/search.ts';
new Search(twoPhaseCommit(5)).advance(Infinity);
const search = new Search(twoPhaseCommit(Number(process.argv[2])));
const start = performance.now();
while (search.progress().phase === 'forward') search.advance(100_000);
const forward = performance.now();
while (search.advance(100_000));
const { verdict, extent } = search.result();
console.log(JSON.stringify({
  verdict, states: extent.states, transitions: extent.transitions,
  seconds: (forward - start) / 1000, backwardSeconds: (performance.now() - forward) / 1000,
  megabytes: process.resourceUsage().maxRSS / 1024,
}));
`;

/** The same for a scenario: `node scenario.mjs NAME DEPTH`, or with `promela` behind it its model for Spin. */
const SCENARIO_RUNNER = `
import { CONFIGURATIONS } from './src/contract/configuration.ts';
import { Exploration } from './src/reference/exploration.ts';
import { promelaOf } from './src/reference/promela.ts';
import { scenarioNamed } from './src/reference/scenarios.ts';
const [, , name, depth, promela] = process.argv;
const options = { scenario: scenarioNamed(name), configuration: CONFIGURATIONS[0], deepest: Number(depth) };
if (promela !== undefined) process.stdout.write(promelaOf(options));
else {
  const warm = new Exploration({ ...options, deepest: 1 });
  while (warm.advance(100_000));
  const start = performance.now();
  const exploration = new Exploration(options);
  while (exploration.progress().phase === 'forward') exploration.advance(100_000);
  const forward = performance.now();
  while (exploration.advance(100_000));
  const { verdict, states, transitions } = exploration.report();
  console.log(JSON.stringify({
    verdict, states, transitions,
    seconds: (forward - start) / 1000, backwardSeconds: (performance.now() - forward) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
  }));
}
`;

/** Bundles a runner into one file. */
async function bundle(folder, name, contents) {
  const outfile = join(folder, `${name}.mjs`);
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'warning' });
  return outfile;
}

/** Runs every size; returns one sentence for each thing that is not as it must be. */
export async function benchExplore(runs = 3) {
  const folder = mkdtempSync(join(tmpdir(), 'kentry-bench-'));
  try {
    const runner = await bundle(folder, 'runner', RUNNER);
    const scenario = await bundle(folder, 'scenario', SCENARIO_RUNNER);
    return [
      ...[...PUBLISHED].flatMap(([n, states]) => benchSize(folder, runner, n, states, runs)),
      ...SCENARIOS.flatMap((name) => benchScenario(folder, scenario, name, runs)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function benchSize(folder, runner, n, states, runs) {
  console.log(
    `two-phase commit, ${n} resource managers (${states.toLocaleString('en')} distinct states are published)`,
  );
  const measured = Array.from({ length: runs }, () =>
    JSON.parse(execFileSync(process.execPath, [runner, String(n)], { encoding: 'utf8' })),
  );
  const best = measured.reduce((a, b) => (a.seconds < b.seconds ? a : b));
  const megabytes = Math.max(...measured.map((m) => m.megabytes));
  line('kentry', best.states, best.transitions, best.seconds, megabytes);
  console.log(`  ${'AG EF'.padEnd(8)} decided in ${best.backwardSeconds.toFixed(2)} s more`);
  // -E: a state without a step is an end here. -w: a hash table of as many slots as ours has in the end.
  const peer = spin(folder, promela(n), ['-E', '-m10000', n > 7 ? '-w24' : '-w19']);
  if (peer === undefined) console.log('  spin     not here, or no gcc: not compared');
  else line('spin', peer.states, peer.transitions, peer.seconds, peer.megabytes);

  const wrong = [];
  const differing = measured.some(
    (m) => m.states !== states || m.transitions !== best.transitions || m.verdict !== 'holds',
  );
  if (differing) wrong.push(`${n} managers: ${measured.map((m) => `${m.verdict}, ${m.states} states`).join('; ')}`);
  if (peer !== undefined && peer.states !== states) wrong.push(`${n} managers: Spin counts ${peer.states} states`);
  // The small one is over before a rate means anything.
  const rate = best.states / best.seconds;
  if (n === 9 && rate < LEAST_STATES_PER_SECOND) wrong.push(`${n} managers: ${Math.round(rate)} states a second`);
  if (megabytes > MOST_MEGABYTES) wrong.push(`${n} managers: ${Math.round(megabytes)} MB`);
  return wrong;
}

/** Ours and Spin's take turns, so that both see the same machine; the best of each counts. */
function benchScenario(folder, runner, name, runs) {
  console.log(`reference: ${name}, ${DEPTH} contexts deep`);
  const ours = [];
  const theirs = [];
  const model = execFileSync(process.execPath, [runner, name, String(DEPTH), 'promela'], { maxBuffer: 1 << 26 });
  const pan = compileSpin(folder, model);
  for (let run = 0; run < runs; run += 1) {
    ours.push(JSON.parse(execFileSync(process.execPath, [runner, name, String(DEPTH)], { encoding: 'utf8' })));
    if (pan !== undefined) theirs.push(runSpin(pan, ['-m10000000', '-w22']));
  }
  const fastest = (all) => all.reduce((a, b) => (a.seconds < b.seconds ? a : b));
  const best = fastest(ours);
  line('kentry', best.states, best.transitions, best.seconds, best.megabytes);
  console.log(`  ${'AG EF'.padEnd(8)} decided in ${best.backwardSeconds.toFixed(2)} s more`);
  const wrong = [];
  if (ours.some((m) => m.verdict !== 'holds' || m.states !== best.states)) {
    wrong.push(`${name}: ${ours.map((m) => `${m.verdict}, ${m.states} states`).join('; ')}`);
  }
  if (pan === undefined) {
    console.log('  spin     not here, or no gcc: not compared');
    return wrong;
  }
  const peer = fastest(theirs);
  // Spin counts the state before a root is chosen, too.
  line('spin', peer.states - 1, peer.transitions, peer.seconds, peer.megabytes);
  console.log(`  ${(peer.seconds / best.seconds).toFixed(2)} times as fast as Spin (at least 1 is asked for)`);
  if (peer.states - 1 !== best.states) wrong.push(`${name}: Spin counts ${peer.states - 1} states`);
  if (best.seconds > peer.seconds) wrong.push(`${name}: slower than Spin`);
  return wrong;
}

function line(name, states, transitions, seconds, megabytes) {
  const rate = seconds > 0 ? `${(states / seconds / 1e6).toFixed(2)} M states/s` : 'too short to say';
  const counts = `${states.toLocaleString('en')} states  ${transitions.toLocaleString('en')} transitions`;
  console.log(`  ${name.padEnd(8)} ${counts}  ${seconds.toFixed(2)} s  ${rate}  ${Math.round(megabytes)} MB`);
}

/** Spin on the same model, all states and no reduction; undefined where it is not installed. */
function spin(folder, model, args) {
  const pan = compileSpin(folder, model);
  return pan === undefined ? undefined : runSpin(pan, args);
}

function compileSpin(folder, model) {
  const has = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
  if (!has('spin') || !has('gcc')) return undefined;
  const run = (program, args) => execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(join(folder, 'model.pml'), model);
  run('spin', ['-a', 'model.pml']);
  run('gcc', ['-O2', '-w', '-DSAFETY', '-DNOREDUCE', '-DVECTORSZ=4096', '-o', 'pan', 'pan.c']);
  return join(folder, 'pan');
}

function runSpin(pan, args) {
  const start = performance.now();
  const text = execFileSync(pan, args, { cwd: dirname(pan), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const elapsed = (performance.now() - start) / 1000;
  const number = (pattern) => Number(pattern.exec(text)?.[1] ?? Number.NaN);
  return {
    states: number(/(\d+) states, stored/),
    // Spin counts the step into the initial state too.
    transitions: number(/(\d+) transitions/) - 1,
    seconds: number(/elapsed time ([\d.]+) seconds/) || elapsed,
    megabytes: number(/([\d.]+)\s+total actual memory usage/),
  };
}

/** src/explore/models/two-phase.ts in Promela; d_step, so that a step is one transition as it is there. */
function promela(n) {
  const managers = Array.from({ length: n }, (_, i) => i);
  return `byte rm[${n}]; bit known[${n}]; bit said[${n}]; byte tm;
active proctype two_phase() {
  do
  :: d_step { tm == 0 && ${managers.map((i) => `known[${i}]`).join(' && ')} -> tm = 1 }
  :: d_step { tm == 0 -> tm = 2 }
${managers
  .map(
    (i) => `  :: d_step { tm == 0 && said[${i}] && !known[${i}] -> known[${i}] = 1 }
  :: d_step { rm[${i}] == 0 -> rm[${i}] = 1; said[${i}] = 1 }
  :: d_step { rm[${i}] == 0 -> rm[${i}] = 3 }
  :: d_step { tm == 1 && rm[${i}] != 2 -> rm[${i}] = 2 }
  :: d_step { tm == 2 && rm[${i}] != 3 -> rm[${i}] = 3 }`,
  )
  .join('\n')}
  od
}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wrong = await benchExplore(Number(process.argv[2] ?? 3));
  for (const sentence of wrong) console.error(`not as it must be: ${sentence}`);
  if (wrong.length > 0) process.exit(1);
}

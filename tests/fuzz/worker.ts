/** A part of the long run, in a thread: tools/fuzz.mjs starts it, and ends it where one input takes too long. */
import { parentPort, workerData } from 'node:worker_threads';
import { campaign, type Original } from './campaign.ts';

/** What the thread is given. */
interface Job {
  readonly first: number;
  readonly runs: number;
  readonly originals: readonly Original[];
}

// tools/fuzz.mjs gives exactly this.
const { first, runs, originals } = workerData as Job;

const tally = await campaign(first, runs, originals, {
  begins: ({ seed, file, applied }) => parentPort?.postMessage({ kind: 'begins', seed, file, applied }),
});
parentPort?.postMessage({ kind: 'done', tally });

/** A run of the fuzzer over many inputs. */
import { layoutOf } from './elf-layout.ts';
import { mutated } from './mutations.ts';
import { judge, type Verdict } from './properties.ts';
import { Random } from './random.ts';

/** Every so many inputs, one lends its symbols too. */
const LENDS = 4;

/** The fixture that borrows: its callees are undefined. */
const BORROWER = /\blone\.o$/;

/** A sound object. */
export interface Original {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** One input and what came of it. */
export interface Trial {
  readonly seed: number;
  readonly file: string;
  readonly applied: readonly string[];
  readonly bytes: Uint8Array;
}

/** What a run comes to. */
export interface Tally {
  readonly runs: number;
  readonly reports: number;
  readonly refusals: number;
  readonly findings: number;
  readonly slowest: number;
  readonly defects: readonly string[];
}

/** The input of a seed: the same for ever, as long as the originals and the mutations are the same. */
export function trialOf(seed: number, originals: readonly Original[]): Trial {
  const random = new Random(seed);
  const { file, bytes } = random.pick(originals);
  const changed = mutated(bytes, layoutOf(bytes), random);
  return { seed, file, ...changed };
}

/** Whoever watches a run. */
export interface Watcher {
  /** Before an input is judged: whoever sees no other for long knows which one hangs. */
  readonly begins?: (trial: Trial) => void;
  readonly ends?: (trial: Trial, verdict: Verdict) => void;
}

/** Judges the inputs of `runs` seeds from `first` on. */
export async function campaign(
  first: number,
  runs: number,
  originals: readonly Original[],
  { begins, ends }: Watcher = {},
): Promise<Tally> {
  const tally = { reports: 0, refusals: 0, findings: 0, slowest: 0 };
  const defects: string[] = [];
  const borrower = originals.find(({ file }) => BORROWER.test(file));
  for (let seed = first; seed < first + runs; seed += 1) {
    const trial = trialOf(seed, originals);
    begins?.(trial);
    const verdict = await judge(trial.file, trial.bytes, seed % LENDS === 0 ? borrower?.bytes : undefined);
    ends?.(trial, verdict);
    if (verdict.outcome === 'report') tally.reports += 1;
    else tally.refusals += 1;
    tally.findings += verdict.findings;
    tally.slowest = Math.max(tally.slowest, verdict.milliseconds);
    if (verdict.defect !== undefined) {
      defects.push(`seed ${seed}, ${trial.file}, ${trial.applied.join(' + ')}: ${verdict.defect}`);
    }
  }
  return { runs, ...tally, defects };
}

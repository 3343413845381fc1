/** A toy: NMIs that nest without end but for a bound, each doing its entry and, backwards, its exit. For tests. */
import type { Model, Step } from '../model.ts';

/** For each NMI, outermost first, how many of its steps were done. */
type Frames = readonly number[];

/** What an NMI does on entry, in the order in which it must. */
export const DOCUMENTED_ENTRY = ['preempt+', 'lockdep+', 'rcu+', 'trace+'] as const;

type EntryStep = (typeof DOCUMENTED_ENTRY)[number];
const EXIT_OF = { 'preempt+': 'preempt-', 'lockdep+': 'lockdep-', 'rcu+': 'rcu-', 'trace+': 'trace-' } as const;
const LABELS = ['nmi', ...DOCUMENTED_ENTRY, 'trace-', 'rcu-', 'lockdep-', 'preempt-', 'iret'] as const;
type Label = (typeof LABELS)[number];

/** At most `deepest` NMIs at once; each enters in the given order, and leaves with the reverse of `undone`. */
export function nestedNmi(
  deepest: number,
  entry: readonly EntryStep[] = DOCUMENTED_ENTRY,
  undone: readonly EntryStep[] = entry,
): Model<Frames, Label> {
  const steps: readonly Label[] = [...entry, ...undone.toReversed().map((step) => EXIT_OF[step])];
  const counter = (frames: Frames, plus: EntryStep) => {
    const done = frames.flatMap((place) => steps.slice(0, place));
    return done.filter((step) => step === plus).length - done.filter((step) => step === EXIT_OF[plus]).length;
  };
  return {
    name: `NMIs, ${deepest} deep`,
    labels: LABELS,
    initial: [[]],
    key: (frames) => frames.join(),
    successors: function* (frames): Generator<Step<Frames, Label>> {
      if (frames.length < deepest) yield { label: 'nmi', state: [...frames, 0] };
      const place = frames.at(-1);
      if (place === undefined) return;
      const outer = frames.slice(0, -1);
      const label = steps[place];
      yield label === undefined ? { label: 'iret', state: outer } : { label, state: [...outer, place + 1] };
    },
    always: [
      {
        name: 'RCU is told only while in_nmi()',
        holds: (frames) => counter(frames, 'rcu+') === 0 || counter(frames, 'preempt+') > 0,
      },
    ],
    sometimes: [
      { name: 'an NMI nests inside another', reached: (frames) => counter(frames, 'preempt+') === 2 },
      { name: 'three NMIs nest', reached: (frames) => frames.length === 3 },
    ],
    alwaysPossible: [{ name: 'every NMI returns', reached: (frames) => frames.length === 0 }],
  };
}

/** Every interleaving of an experiment, explored in a worker; the shortest counterexample becomes the run. */

import { counted } from '../../../report/columns.ts';
import { type Experiment, experimentQuery } from '../../scenario/experiment.ts';
import type { ExploreNews } from '../../scenario/explore-message.ts';
import { Tag } from '../tag.tsx';
import { useExploration } from './use-exploration.ts';

interface Props {
  readonly experiment: Experiment;
  /** The experiment's address without where one looks. */
  readonly subject: string;
  readonly found: (news: ExploreNews & { readonly kind: 'broken' }) => void;
}

/** The panel. */
export function ExplorePanel({ experiment, found }: Props) {
  const { scenario, deepest } = experiment;
  const { t: _, r: __, ...query } = experimentQuery(experiment);
  const given = Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );
  // What is explored does not depend on the run that is shown.
  const { state, start, cancel } = useExploration(JSON.stringify([scenario.name, given]), found);
  return (
    <section aria-label="Exploration" class="explore">
      {state.kind === 'progress' ? (
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      ) : (
        <button type="button" onClick={() => start({ scenario: scenario.name, query: given })}>
          Explore every interleaving
        </button>
      )}
      <div role="status">
        <Told state={state} deepest={deepest} />
      </div>
    </section>
  );
}

const count = (states: number): string => counted(states, 'state');

function Told({
  state,
  deepest,
}: {
  readonly state: ReturnType<typeof useExploration>['state'];
  readonly deepest: number;
}) {
  switch (state.kind) {
    case 'idle':
      return null;
    case 'progress':
      return (
        <p>
          {count(state.states)}, {state.depth} steps deep
        </p>
      );
    case 'holds':
      return (
        <p>
          <Tag tone="on" label="holds" /> {count(state.states)} in {(state.took / 1000).toFixed(1)} s, up to{' '}
          {counted(deepest, 'context')} interrupted at once
        </p>
      );
    case 'incomplete':
      return (
        <p>
          <Tag tone="off" label="not all was seen" /> {count(state.states)}: {state.why}
        </p>
      );
    case 'broken':
      return (
        <p>
          <Tag tone="bad" label="broken" /> {state.property}, in {state.steps.length} steps; {count(state.states)} seen
        </p>
      );
    case 'mistake':
      return (
        <div class="failure">
          <p>The exploration failed:</p>
          <pre>{state.message}</pre>
        </div>
      );
  }
}

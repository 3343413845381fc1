/** Scenarios: a run of the reference, step by step; what is true at each; what may be called; what hardware may bring; edits. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { CONFIGURATIONS } from '../../../contract/configuration.ts';
import type { Edit } from '../../../reference/edit.ts';
import { injectionsAt } from '../../../reference/injection.ts';
import type { Run } from '../../../reference/run.ts';
import { existsIn } from '../../../reference/scenario.ts';
import { SCENARIOS } from '../../../reference/scenarios.ts';
import { type Turn, turnsBefore, withTurn } from '../../../reference/turn.ts';
import { type Route, routeHash } from '../../route.ts';
import { experimentOfPath } from '../../scenario/counterexample.ts';
import { type Experiment, experimentQuery, libraryOf, parseExperiment, runOf } from '../../scenario/experiment.ts';
import { timelineOf } from '../../scenario/lanes.ts';
import { sentence } from '../../sentence.ts';
import { LaneValues, stepForKey, TimelineView } from '../timeline/timeline-view.tsx';
import { go } from '../use-route.ts';
import { ChangesPanel } from './changes-panel.tsx';
import { EventTable } from './event-table.tsx';
import { ExplorePanel } from './explore-panel.tsx';
import { InjectPanel } from './inject-panel.tsx';
import { MayPanel } from './may-panel.tsx';
import { ProgramPanel } from './program-panel.tsx';
import { momentWords, VerdictPanel } from './verdict-panel.tsx';

/** The run, or why there is none. */
type Outcome = { readonly run: Run } | { readonly problem: string };

function outcomeOf(experiment: Experiment): Outcome {
  try {
    return { run: runOf(experiment) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The part. */
export function ScenariosPart({ route }: { readonly route: Route }) {
  const { path, query } = route;
  // Everything but where one looks decides what is run.
  const { at: asked, ...rest } = query;
  const subject = routeHash('scenarios', path.slice(0, 1), rest);
  const experiment = useMemo(() => parseExperiment(path[0], rest), [subject]);
  const outcome = useMemo(() => outcomeOf(experiment), [experiment]);
  const show = (next: Experiment, at: number | undefined, how: 'push' | 'replace' = 'push'): void => {
    const where = { ...experimentQuery(next), at: at === undefined ? undefined : String(at) };
    go(routeHash('scenarios', [next.scenario.name], where), how);
  };
  const edit = (edits: readonly Edit[]): void => show({ ...experiment, edits, turns: [] }, undefined);
  return (
    <div class="scenarios-part">
      <Choices experiment={experiment} show={show} />
      {'problem' in outcome ? (
        <div class="failure" role="alert">
          <p>These programs cannot be run: {outcome.problem}.</p>
          <button type="button" onClick={() => edit(experiment.edits.slice(0, -1))}>
            Undo the last edit
          </button>
        </div>
      ) : (
        <Stage experiment={experiment} run={outcome.run} asked={asked} show={show} edit={edit} subject={subject} />
      )}
    </div>
  );
}

interface Showing {
  readonly experiment: Experiment;
  readonly show: (next: Experiment, at: number | undefined, how?: 'push' | 'replace') => void;
}

function Choices({ experiment, show }: Showing) {
  const { scenario, configuration, root, deepest, handlers, armed } = experiment;
  const fresh = { ...experiment, turns: [] };
  return (
    <div class="choices">
      <label>
        scenario
        <select
          value={scenario.name}
          onChange={({ currentTarget }) => {
            const next = parseExperiment(currentTarget.value, { c: configuration.name, d: String(deepest) });
            show(next, undefined);
          }}
        >
          {SCENARIOS.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {scenario.roots.length < 2 ? undefined : (
        <label>
          from
          <select
            value={root ?? scenario.roots[0].name}
            onChange={({ currentTarget }) => show({ ...fresh, root: currentTarget.value }, undefined)}
          >
            {scenario.roots.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        kernel
        <select
          value={configuration.name}
          onChange={({ currentTarget }) => {
            const next = CONFIGURATIONS.find(({ name }) => name === currentTarget.value) ?? configuration;
            show({ ...fresh, configuration: next }, undefined);
          }}
        >
          {CONFIGURATIONS.filter((one) => existsIn(scenario, one)).map(({ name, says }) => (
            <option key={name} value={name} title={says}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        depth
        <select
          value={String(deepest)}
          onChange={({ currentTarget }) => show({ ...fresh, deepest: Number(currentTarget.value) }, undefined)}
        >
          {[1, 2, 3, 4].map((depth) => (
            <option key={depth} value={depth}>
              {depth}
            </option>
          ))}
        </select>
      </label>
      <label title="A hardware breakpoint is armed, so that #DB can come">
        <input
          type="checkbox"
          checked={armed}
          onChange={({ currentTarget }) => show({ ...fresh, armed: currentTarget.checked }, undefined)}
        />
        breakpoint armed
      </label>
      <p class="says">
        {sentence(scenario.says)} <span class="faint">{sentence(configuration.says)}</span>
        {handlers.length === 0 ? '' : ' Handlers are not the kernel’s.'}
      </p>
    </div>
  );
}

interface StageProps extends Showing {
  readonly run: Run;
  readonly asked: string | undefined;
  readonly edit: (edits: readonly Edit[]) => void;
  readonly subject: string;
}

function Stage({ experiment, run, asked, show, edit, subject }: StageProps) {
  const { moments } = run;
  const timeline = useMemo(() => timelineOf(run, experiment.configuration), [run]);
  const library = useMemo(() => libraryOf(experiment), [experiment]);
  // User mode has nothing to show: one begins with what comes next.
  const number = asked === undefined ? (moments[0].next === undefined ? 1 : 0) : Number(asked);
  const at = Number.isInteger(number) ? Math.min(Math.max(number, 0), moments.length - 1) : 0;
  const moment = moments[at] ?? moments[0];
  const injections = injectionsAt(moment, run);
  const choose = (step: number): void => show(experiment, step, 'replace');
  const turn = (next: Turn): void => show({ ...experiment, turns: withTurn(experiment.turns, next) }, at + 1);
  const keys = useRef<(event: KeyboardEvent) => void>(undefined);
  keys.current = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // Keys that are typed or that choose belong to the field that has the focus, scrolling to what scrolls.
    const target = event.target instanceof Element ? event.target : undefined;
    if (target?.closest('input, select, textarea, summary, [role=listbox]')) return;
    const step = /^(ArrowUp|ArrowDown|Page|Home|End)/.test(event.key)
      ? undefined
      : stepForKey(event.key, at, moments.length);
    const injection = injections.find(({ key, whyNot }) => key === event.key && whyNot === undefined);
    if (step !== undefined) choose(step);
    else if (injection !== undefined) turn({ at, kind: 'inject', vector: injection.vector.kind, nth: injection.nth });
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    const press = (event: KeyboardEvent): void => keys.current?.(event);
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return (
    <div class="stage">
      <div class="program-column">
        <ProgramPanel moment={moment} library={library} edits={experiment.edits} edit={edit} />
      </div>
      <div class="time-column">
        <TimelineView timeline={timeline} step={at} choose={choose} says={momentWords(moment)}>
          <JumpField run={run} at={at} choose={choose} />
        </TimelineView>
        <VerdictPanel run={run} moment={moment} at={at} />
        <LaneValues timeline={timeline} step={at} />
        <InjectPanel
          injections={injections}
          moment={moment}
          library={library}
          at={at}
          turns={experiment.turns}
          turn={turn}
          remove={(removed) => show({ ...experiment, turns: turnsBefore(experiment.turns, removed.at) }, removed.at)}
        />
        <div class="panels">
          <MayPanel run={run} moment={moment} />
          <div>
            <ChangesPanel
              experiment={experiment}
              edit={edit}
              handle={(handlers) => show({ ...experiment, handlers, turns: [] }, undefined)}
            />
            <ExplorePanel
              experiment={experiment}
              subject={subject}
              found={(news) => {
                const next = experimentOfPath(experiment, news);
                show(next, news.steps.length);
              }}
            />
          </div>
        </div>
        <EventTable run={run} at={at} choose={choose} />
      </div>
    </div>
  );
}

function JumpField({
  run,
  at,
  choose,
}: {
  readonly run: Run;
  readonly at: number;
  readonly choose: (step: number) => void;
}) {
  return (
    <input
      type="search"
      class="jump"
      aria-label="Jump to the next event with these letters"
      placeholder="jump to event"
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        const part = event.currentTarget.value.trim().toLowerCase();
        const found = (from: number, to: number): number =>
          run.moments.findIndex(
            ({ step }, index) =>
              index > from && index <= to && step?.events.some((name) => name.includes(part)) === true,
          );
        const next = found(at, run.moments.length);
        const target = next >= 0 ? next : found(-1, at);
        if (part !== '' && target >= 0) choose(target);
      }}
    />
  );
}

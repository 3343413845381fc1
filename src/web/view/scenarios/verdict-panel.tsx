/** What led to a moment, in words, and the rule that it broke. */
import { eventSpec } from '../../../contract/alphabet.ts';
import { RULES } from '../../../contract/rules.ts';
import { vectorName } from '../../../reference/injection.ts';
import type { Moment, Run } from '../../../reference/run.ts';
import { sentence } from '../../sentence.ts';
import { EventLink, RuleLink, SourceLink } from '../contract/links.tsx';
import { Tag } from '../tag.tsx';

/** One line for a moment, for whoever hears it. */
export function momentWords({ step }: Moment): string {
  if (step === undefined) return 'the beginning';
  const broken = step.broken === undefined ? '' : ', which breaks a rule';
  if (step.handler !== undefined) return `${vectorName(step.handler.kind)} comes${broken}`;
  const events = step.events.map((name) => eventSpec(name).says).join('; ');
  const place = step.place === undefined ? '' : `${step.place.program}: `;
  return `${place}${events === '' ? step.kind : events}${broken}`;
}

interface Props {
  readonly run: Run;
  readonly moment: Moment;
  readonly at: number;
}

/** The panel. */
export function VerdictPanel({ run, moment: { step }, at }: Props) {
  return (
    <section aria-label="This step" class="verdict-panel">
      {step === undefined ? (
        <p>The beginning.</p>
      ) : (
        <p>
          {step.handler === undefined ? undefined : <b>{vectorName(step.handler.kind)} comes. </b>}
          {step.place === undefined ? undefined : <code>{step.place.program}(): </code>}
          {step.events.length === 0 ? <span class="faint">nothing that the contract sees</span> : undefined}
          {step.events.map((name, index) => (
            <span key={index}>
              {index > 0 ? '; ' : ''}
              {eventSpec(name).says} (<EventLink name={name} />)
            </span>
          ))}
        </p>
      )}
      {step?.broken === undefined ? undefined : <Broken broken={step.broken} />}
      {run.refused !== undefined && at === run.moments.length - 1 ? (
        <p>
          <Tag tone="off" label="refused" />{' '}
          {run.refused.kind === 'inject' ? vectorName(run.refused.vector) : `answer ${run.refused.option + 1}`} cannot
          come here, so the run ends.
        </p>
      ) : undefined}
      {run.cut ? <p class="faint">The run goes on; it is shown up to here.</p> : undefined}
    </section>
  );
}

function Broken({ broken }: { readonly broken: NonNullable<NonNullable<Moment['step']>['broken']> }) {
  if (typeof broken === 'string') {
    return (
      <div class="failure">
        <p>
          <Tag tone="bad" label="broken" /> {broken}
        </p>
      </div>
    );
  }
  const { rule, condition } = broken;
  const known = RULES.find(({ id }) => id === rule.id) ?? rule;
  return (
    <div class="failure">
      <p>
        <Tag tone="bad" label="broken" /> <RuleLink id={rule.id} />: {sentence(condition.says)}
      </p>
      <p>{sentence(known.says)}</p>
      <p>Why: {sentence(known.why)}</p>
      {condition.fix === undefined ? undefined : <p>Fix: {sentence(condition.fix)}</p>}
      <p>
        {known.source.map((source, index) => (
          <span key={index}>
            {index > 0 ? '; ' : ''}
            <SourceLink source={source} />
          </span>
        ))}
      </p>
    </div>
  );
}

/** One event of the alphabet: what it is in the kernel, what it does to the state, which conditions look at it. */
import { type EventName, eventSpec } from '../../../contract/alphabet.ts';
import { judgesOf } from '../../../contract/judges.ts';
import { wordsOfEffect } from '../../../contract/wording.ts';
import { sentence } from '../../sentence.ts';
import { RuleLink, SourceLink } from './links.tsx';
import { ShownLink } from './shown-link.tsx';

/** The page of an event. */
export function EventPage({ name }: { readonly name: EventName }) {
  const { says, kernel, effects, needs } = eventSpec(name);
  const judges = judgesOf(name);
  return (
    <article aria-labelledby="event">
      <h1 id="event">
        <code>{name}</code>
      </h1>
      <p class="lead">{sentence(says)}</p>
      <ShownLink ask={(shown) => shown.event(name)} />
      <dl class="facts">
        <dt>kernel</dt>
        <dd>
          <ul class="plain">
            {kernel.map((source) => (
              <li key={`${source.file} ${source.at} ${source.version}`}>
                <SourceLink source={source} />
              </li>
            ))}
          </ul>
        </dd>
        <dt>does</dt>
        <dd>
          {effects.length === 0 ? (
            'nothing to the state'
          ) : (
            <ul class="plain code">
              {effects.map((effect, index) => (
                <li key={index}>{wordsOfEffect(effect)}</li>
              ))}
            </ul>
          )}
        </dd>
        {needs === undefined ? undefined : (
          <>
            <dt>needs</dt>
            <dd>{needs.join(', ')}</dd>
          </>
        )}
      </dl>
      <h2>What judges it</h2>
      {judges.length === 0 ? <p>No condition: it is always legal.</p> : undefined}
      <ul class="judges">
        {judges.map(({ rule, condition }) => (
          <li key={`${rule.id} ${condition.name}`}>
            <RuleLink id={rule.id} /> {condition.says}
          </li>
        ))}
      </ul>
    </article>
  );
}

/** One rule: its sentence, why, its sources, what breaks it, what is allowed, and its examples. */
import type { Condition, Exception, Rule } from '../../../contract/rule.ts';
import { wordsOf } from '../../../contract/wording.ts';
import { sentence } from '../../sentence.ts';
import { ExampleList } from './example-list.tsx';
import { EventLink, SourceLink } from './links.tsx';
import { ShownLink } from './shown-link.tsx';

/** The page of a rule. */
export function RulePage({ rule }: { readonly rule: Rule }) {
  return (
    <article class="rule-page" aria-labelledby="rule">
      <h1 id="rule">
        <code>{rule.id}</code>
      </h1>
      <p class="lead">{sentence(rule.says)}</p>
      <ShownLink ask={(shown) => shown.rule(rule)} />
      <dl class="facts">
        <dt>why</dt>
        <dd>{sentence(rule.why)}</dd>
        {rule.note === undefined ? undefined : (
          <>
            <dt>note</dt>
            <dd>{sentence(rule.note)}</dd>
          </>
        )}
        <dt>source</dt>
        <dd>
          <ul class="plain">
            {rule.source.map((source) => (
              <li key={`${source.file} ${source.at}`}>
                <SourceLink source={source} />
              </li>
            ))}
          </ul>
        </dd>
      </dl>
      <h2>What breaks it</h2>
      <ol class="conditions">
        {rule.conditions.map((condition) => (
          <ConditionItem key={condition.name} condition={condition} />
        ))}
      </ol>
      {rule.exceptions.length === 0 ? undefined : (
        <>
          <h2>What is allowed</h2>
          <ul class="conditions">
            {rule.exceptions.map((exception) => (
              <ExceptionItem key={exception.what} exception={exception} />
            ))}
          </ul>
        </>
      )}
      <ExampleList rule={rule} />
    </article>
  );
}

/** More events than these are shown when asked for. */
const SHOWN_EVENTS = 6;

function ConditionItem({ condition: { name, says, fix, on, when, broken, needs } }: { readonly condition: Condition }) {
  return (
    <li>
      <p>
        <b>{sentence(says)}</b> <code class="faint">{name}</code>
      </p>
      {fix === undefined ? undefined : (
        <p>
          <span class="label">fix</span> {sentence(fix)}
        </p>
      )}
      <p class="formula">
        <span class="label">on</span>{' '}
        {on.length <= SHOWN_EVENTS ? (
          on.map((event, index) => (
            <span key={event}>
              {index > 0 ? ', ' : ''}
              <EventLink name={event} />
            </span>
          ))
        ) : (
          <details class="inline">
            <summary>{on.length} events</summary>
            {on.map((event, index) => (
              <span key={event}>
                {index > 0 ? ', ' : ''}
                <EventLink name={event} />
              </span>
            ))}
          </details>
        )}
      </p>
      {when === undefined ? undefined : (
        <p class="formula">
          <span class="label">while</span> <code>{wordsOf(when)}</code>
        </p>
      )}
      <p class="formula">
        <span class="label">if</span> <code>{wordsOf(broken)}</code>
      </p>
      {needs === undefined ? undefined : (
        <p class="formula">
          <span class="label">needs</span> {needs.join(', ')}
        </p>
      )}
    </li>
  );
}

function ExceptionItem({ exception: { what, why, source } }: { readonly exception: Exception }) {
  return (
    <li>
      <p>
        <b>{sentence(what)}</b>
      </p>
      <p>
        <span class="label">since</span> {sentence(why)}
      </p>
      <p class="formula">
        <SourceLink source={source} />
      </p>
    </li>
  );
}

/** One field of the state: what it says, the kernel's name for it, which events move it, which rules look at it. */
import { EVENT_NAMES, eventSpec } from '../../../contract/alphabet.ts';
import { fieldsOf } from '../../../contract/evaluate.ts';
import type { Effect } from '../../../contract/event.ts';
import { type FieldName, fieldSpec } from '../../../contract/fields.ts';
import { forbidden } from '../../../contract/rule.ts';
import { RULES } from '../../../contract/rules.ts';
import { sentence } from '../../sentence.ts';
import { EventLink, RuleLink } from './links.tsx';

const touches = (effects: readonly Effect[], name: FieldName): boolean =>
  effects.some((effect) => {
    if (effect.op === 'set' || effect.op === 'add') return effect.field === name;
    return effect.op === 'when' && touches(effect.then, name);
  });

/** The page of a field. */
export function FieldPage({ name }: { readonly name: FieldName }) {
  const { says, kernel, values, bits, scope, restored, needs } = fieldSpec(name);
  const movers = EVENT_NAMES.filter((event) => touches(eventSpec(event).effects, name));
  const rules = RULES.filter(({ conditions }) =>
    conditions.some((condition) => fieldsOf(forbidden(condition)).includes(name)),
  );
  return (
    <article aria-labelledby="field">
      <h1 id="field">
        <code>{name}</code>
      </h1>
      <p class="lead">{sentence(says)}</p>
      <dl class="facts">
        {kernel === undefined ? undefined : (
          <>
            <dt>kernel</dt>
            <dd>
              <code>{kernel}</code>
            </dd>
          </>
        )}
        <dt>values</dt>
        <dd>{values === undefined ? `0 to ${2 ** bits - 1}` : values.join(', ')}</dd>
        <dt>belongs</dt>
        <dd>
          {scope === 'cpu' ? 'to the CPU' : 'to the running context'}
          {restored === true ? '; a context must give it back unchanged' : ''}
        </dd>
        {needs === undefined ? undefined : (
          <>
            <dt>needs</dt>
            <dd>{needs.join(', ')}</dd>
          </>
        )}
      </dl>
      <h2>What moves it</h2>
      {movers.length === 0 ? <p>Only the beginning or the end of a context.</p> : undefined}
      <ul class="judges">
        {movers.map((event) => (
          <li key={event}>
            <EventLink name={event} /> {eventSpec(event).says}
          </li>
        ))}
      </ul>
      <h2>Which rules look at it</h2>
      {rules.length === 0 ? <p>None by itself.</p> : undefined}
      <ul class="judges">
        {rules.map(({ id, says: sentence }) => (
          <li key={id}>
            <RuleLink id={id} /> {sentence}
          </li>
        ))}
      </ul>
    </article>
  );
}

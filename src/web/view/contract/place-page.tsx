/** A function, macro or section of the document: the events that it is, and the rules that cite it. */
import { eventSpec } from '../../../contract/alphabet.ts';
import type { Cited } from '../../contract-index.ts';
import { EventLink, RuleLink } from './links.tsx';
import { ShownLink } from './shown-link.tsx';

/** The page of all places of that name. */
export function PlacePage({ at, places }: { readonly at: string; readonly places: readonly Cited[] }) {
  return (
    <article aria-labelledby="place">
      <h1 id="place">
        <code>{at}</code>
      </h1>
      <ShownLink
        ask={(shown) =>
          shown.place(at) ??
          places
            .flatMap(({ events }) => events)
            .map(shown.event)
            .find((one) => one !== undefined)
        }
      />
      {places.map(({ file, version, events, rules }) => (
        <section key={`${file} ${version}`}>
          <p class="lead">
            <code>{file}</code>
            {version === undefined ? '' : ` (${version})`}
          </p>
          {events.length === 0 ? undefined : <h2>Events</h2>}
          <ul class="judges">
            {events.map((event) => (
              <li key={event}>
                <EventLink name={event} /> {eventSpec(event).says}
              </li>
            ))}
          </ul>
          {rules.length === 0 ? undefined : <h2>Rules that cite it</h2>}
          <ul class="judges">
            {rules.map(({ id, says }) => (
              <li key={id}>
                <RuleLink id={id} /> {says}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </article>
  );
}

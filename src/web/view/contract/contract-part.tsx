/** The contract: rules, events, the kernel's functions, the state; a list with a search on the left, one of them on the right. */
import { useEffect, useRef } from 'preact/hooks';
import { EVENT_NAMES, eventSpec, isEventName } from '../../../contract/alphabet.ts';
import { FIELD_NAMES, fieldSpec } from '../../../contract/fields.ts';
import { RULES, ruleNamed } from '../../../contract/rules.ts';
import { CITED, citedFor, eventsFor, fieldsFor, rulesFor, searchWords } from '../../contract-index.ts';
import { type Route, routeHash } from '../../route.ts';
import { go } from '../use-route.ts';
import { EventPage } from './event-page.tsx';
import { FieldPage } from './field-page.tsx';
import { PlacePage } from './place-page.tsx';
import { RulePage } from './rule-page.tsx';

const TOPICS = ['rules', 'events', 'kernel', 'state'] as const;
type Topic = (typeof TOPICS)[number];

const TITLES: Readonly<Record<Topic, string>> = {
  rules: 'Rules',
  events: 'Events',
  kernel: 'Functions',
  state: 'State',
};

const COUNTS: Readonly<Record<Topic, number>> = {
  rules: RULES.length,
  events: EVENT_NAMES.length,
  kernel: new Set(CITED.map(({ at }) => at)).size,
  state: FIELD_NAMES.length,
};

/** `#/contract`, `#/contract/NMI-ORDER`, `#/contract/events/ct.nmi.enter`. */
function placeOf([first, second]: readonly string[]): { readonly topic: Topic; readonly item: string | undefined } {
  const topic = TOPICS.find((one) => one === first);
  if (topic !== undefined) return { topic, item: second };
  return { topic: 'rules', item: first };
}

const address = (topic: Topic, item: string | undefined, q: string | undefined): string =>
  routeHash('contract', [...(topic === 'rules' ? [] : [topic]), ...(item === undefined ? [] : [item])], { q });

/** The part. */
export function ContractPart({ route }: { readonly route: Route }) {
  const { topic, item } = placeOf(route.path);
  const { q = '' } = route.query;
  const words = searchWords(q);
  const detail = useRef<HTMLDivElement>(null);
  useEffect(() => {
    detail.current?.scrollTo(0, 0);
  }, [topic, item]);
  const found: Readonly<Record<Topic, number>> | undefined =
    words.length === 0
      ? undefined
      : {
          rules: rulesFor(words).length,
          events: eventsFor(words).length,
          kernel: new Set(citedFor(words).map(({ at }) => at)).size,
          state: fieldsFor(words).length,
        };
  return (
    <div class={`two ${item === undefined ? 'listed' : 'detailed'}`}>
      <div class="side">
        <div class="search">
          <input
            type="search"
            aria-label="Search the contract"
            placeholder="Search rules, events, functions"
            value={q}
            onInput={({ currentTarget }) => go(address(topic, item, currentTarget.value), 'replace')}
          />
          <nav class="tabs" aria-label="Topics">
            {TOPICS.map((one) => (
              <a key={one} href={address(one, undefined, q)} aria-current={one === topic ? 'true' : undefined}>
                {TITLES[one]} <small>{found === undefined ? COUNTS[one] : found[one]}</small>
              </a>
            ))}
          </nav>
        </div>
        <ItemList topic={topic} item={item} q={q} />
      </div>
      <div class="detail" ref={detail}>
        {item === undefined ? undefined : (
          <a class="back" href={address(topic, undefined, q)}>
            ← {TITLES[topic]}
          </a>
        )}
        <Detail topic={topic} item={item} />
      </div>
    </div>
  );
}

interface Item {
  readonly id: string;
  readonly says: string;
}

function itemsOf(topic: Topic, q: string): readonly Item[] {
  const words = searchWords(q);
  switch (topic) {
    case 'rules':
      return rulesFor(words).map(({ id, says }) => ({ id, says }));
    case 'events':
      return eventsFor(words).map((id) => ({ id, says: eventSpec(id).says }));
    case 'kernel':
      return [...new Map(citedFor(words).map(({ at, file }) => [at, { id: at, says: file }])).values()];
    case 'state':
      return fieldsFor(words).map((id) => ({ id, says: fieldSpec(id).says }));
  }
}

function ItemList({
  topic,
  item,
  q,
}: {
  readonly topic: Topic;
  readonly item: string | undefined;
  readonly q: string;
}) {
  const items = itemsOf(topic, q);
  if (items.length === 0) {
    return <p class="empty">Nothing under {TITLES[topic].toLowerCase()} has all of these words.</p>;
  }
  return (
    <ul class="items">
      {items.map(({ id, says }) => (
        <li key={id}>
          <a href={address(topic, id, q)} aria-current={id === item ? 'true' : undefined}>
            <code>{id}</code>
            <span>{says}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function Detail({ topic, item }: { readonly topic: Topic; readonly item: string | undefined }) {
  if (item === undefined) return <Overview />;
  if (topic === 'rules') {
    const rule = ruleNamed(item);
    return rule === undefined ? <Missing what="rule" item={item} /> : <RulePage key={rule.id} rule={rule} />;
  }
  if (topic === 'events') return isEventName(item) ? <EventPage name={item} /> : <Missing what="event" item={item} />;
  if (topic === 'state') {
    const field = FIELD_NAMES.find((name) => name === item);
    return field === undefined ? <Missing what="part of the state" item={item} /> : <FieldPage name={field} />;
  }
  const places = CITED.filter(({ at }) => at === item);
  return places.length === 0 ? <Missing what="function" item={item} /> : <PlacePage at={item} places={places} />;
}

function Missing({ what, item }: { readonly what: string; readonly item: string }) {
  return (
    <p class="empty">
      There is no {what} <code>{item}</code>.
    </p>
  );
}

function Overview() {
  return (
    <div class="prose">
      <h1>The contract</h1>
      <p>
        Every switch between user mode, guest, kernel and idle must update lockdep, RCU, the preemption counter, tracing
        and time, in an order that depends on the kind of transition. Here is that order as {RULES.length} rules over{' '}
        {EVENT_NAMES.length} events. The command line, the exploration and the check of an object judge by exactly
        these.
      </p>
      <p>
        Each rule says what must hold, what breaks without it, who says so, and what the kernel does on purpose though
        the sentence forbids it. Its examples are sequences of events: those that keep it, and for each condition one
        that breaks it.
      </p>
    </div>
  );
}

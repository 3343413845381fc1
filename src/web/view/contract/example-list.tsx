/** The examples of a rule: those that keep it and those that break it; one opens as a table of its events. */

import { useState } from 'preact/hooks';
import { examplesOf } from '../../../contract/examples.ts';
import type { Example, Rule } from '../../../contract/rule.ts';
import { exampleRows } from '../../example-table.ts';
import { Tag } from '../tag.tsx';
import { EventLink, FieldLink, RuleLink } from './links.tsx';

/** Both kinds; of each kind one is open at the beginning. */
export function ExampleList({ rule }: { readonly rule: Rule }) {
  const kept = examplesOf(rule.id).filter(({ breaks }) => breaks === undefined);
  const broken = examplesOf(rule.id).filter(({ breaks }) => breaks !== undefined);
  return (
    <>
      <h2>Examples that break it</h2>
      {broken.map((example, index) => (
        <ExampleBox key={`${index} ${example.name}`} rule={rule} example={example} begin={index === 0} />
      ))}
      <h2>Examples that keep it</h2>
      {kept.map((example, index) => (
        <ExampleBox key={`${index} ${example.name}`} rule={rule} example={example} begin={false} />
      ))}
    </>
  );
}

interface Props {
  readonly rule: Rule;
  readonly example: Example;
}

function ExampleBox({ rule, example, begin }: Props & { readonly begin: boolean }) {
  const [open, setOpen] = useState(begin);
  const { from, events, breaks } = example;
  const start = [from.start, ...Object.entries(from.but ?? {}).map(([field, value]) => `${field} = ${value}`)].join(
    ', ',
  );
  return (
    <details class="example" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {breaks === undefined ? <Tag tone="on" label="kept" /> : <Tag tone="bad" label="broken" />}{' '}
        <span class="example-name">{breaks ?? example.name}</span>{' '}
        <span class="faint">
          from {start}, {events.length} {events.length === 1 ? 'event' : 'events'}
          {example.configuration === undefined ? '' : `, ${example.configuration}`}
        </span>
      </summary>
      {open ? <ExampleTable rule={rule} example={example} /> : undefined}
    </details>
  );
}

function ExampleTable({ rule, example }: Props) {
  return (
    <div class="scroll">
      <table class="events">
        <thead>
          <tr>
            <th scope="col" class="number">
              #
            </th>
            <th scope="col">event</th>
            <th scope="col">what happens</th>
            <th scope="col">what changes</th>
          </tr>
        </thead>
        <tbody>
          {exampleRows(rule, example).map(({ event, says, changes, broken }, index, rows) => {
            const last = index === rows.length - 1 && example.breaks !== undefined;
            return (
              <tr key={index} class={last ? 'broken' : ''}>
                <td class="number">{index + 1}</td>
                <td>
                  <EventLink name={event} />
                </td>
                <td>
                  {says}
                  {broken.map((judged, place) => (
                    <p key={judged.condition.name} class="verdict">
                      {place === 0 && last ? <Tag tone="bad" label="broken" /> : <span class="faint">also</span>}{' '}
                      <RuleLink id={judged.rule.id} />: {judged.condition.says}
                    </p>
                  ))}
                </td>
                <td class="changes">
                  {changes.map(({ field, before, after }) => (
                    <span key={field}>
                      <FieldLink name={field} /> {before} → {after}
                    </span>
                  ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

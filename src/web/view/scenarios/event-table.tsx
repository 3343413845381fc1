/** The steps of a run as a table: those around the current one. */

import { vectorName } from '../../../reference/injection.ts';
import type { Run } from '../../../reference/run.ts';
import { counted } from '../../../report/columns.ts';
import { EventLink, FieldLink } from '../contract/links.tsx';

interface Props {
  readonly run: Run;
  readonly at: number;
  readonly choose: (step: number) => void;
}

/** Steps that are shown before and behind the current one. */
const AROUND = 12;

/** The table. */
export function EventTable({ run: { moments }, at, choose }: Props) {
  const from = Math.max(0, Math.min(at - AROUND, moments.length - 2 * AROUND));
  const to = Math.min(moments.length, from + 2 * AROUND);
  return (
    <section aria-labelledby="steps" class="steps">
      <h2 id="steps">Steps</h2>
      <div class="scroll">
        {from > 0 ? <p class="faint">{counted(from, 'step')} before</p> : undefined}
        <table class="events path">
          <thead>
            <tr>
              <th scope="col" class="number">
                #
              </th>
              <th scope="col">function</th>
              <th scope="col">event</th>
              <th scope="col">what changes</th>
            </tr>
          </thead>
          <tbody>
            {moments.slice(from, to).map(({ step, contexts }, index) => {
              const place = from + index;
              const classes = `${place === at ? 'current' : ''}${step?.broken === undefined ? '' : ' broken'}`;
              return (
                <tr key={place} class={classes} aria-current={place === at ? 'step' : undefined}>
                  <td class="number">
                    <button type="button" class="step" onClick={() => choose(place)} aria-label={`Step ${place + 1}`}>
                      {place + 1}
                    </button>
                  </td>
                  <td class={`depth-${Math.min(Math.max(contexts.length - 2, 0), 8)}`}>
                    <code>
                      {step?.handler === undefined
                        ? (step?.place?.program ?? 'beginning')
                        : vectorName(step.handler.kind)}
                    </code>
                  </td>
                  <td>
                    {step?.events.map((name, number) => (
                      <span key={number}>
                        {number > 0 ? ', ' : ''}
                        <EventLink name={name} />
                      </span>
                    ))}
                  </td>
                  <td class="changes">
                    {step?.kind === 'interrupt' || step?.kind === 'return'
                      ? undefined
                      : step?.changes.map(({ field, before, after }) => (
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
        {to < moments.length ? <p class="faint">{counted(moments.length - to, 'step')} behind</p> : undefined}
      </div>
    </section>
  );
}

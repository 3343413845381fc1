/** What may come at a moment: hardware's vectors, the environment's answers; and what was made to come in this run. */

import type { Injection } from '../../../reference/injection.ts';
import { vectorName } from '../../../reference/injection.ts';
import type { CodeLabel } from '../../../reference/instruction.ts';
import { stepAt } from '../../../reference/paths.ts';
import type { Library } from '../../../reference/program.ts';
import type { Moment } from '../../../reference/run.ts';
import type { Turn } from '../../../reference/turn.ts';

interface Props {
  readonly injections: readonly Injection[];
  readonly moment: Moment;
  readonly library: Library;
  readonly at: number;
  readonly turns: readonly Turn[];
  readonly turn: (turn: Turn) => void;
  readonly remove: (turn: Turn) => void;
}

/** The panel. */
export function InjectPanel({ injections, moment, library, at, turns, turn, remove }: Props) {
  const options = moment.moves.filter(({ step }) => step.kind === 'choice');
  return (
    <section aria-label="What may come here" class="inject">
      <div class="controls">
        <span class="label">inject</span>
        {injections.map(({ vector, nth, name, key, whyNot }) => (
          <button
            key={name}
            type="button"
            aria-disabled={whyNot === undefined ? undefined : 'true'}
            class={whyNot === undefined ? '' : 'cannot'}
            title={whyNot ?? vector.says}
            aria-description={whyNot ?? vector.says}
            onClick={() => {
              if (whyNot === undefined) turn({ at, kind: 'inject', vector: vector.kind, nth });
            }}
          >
            {name} <kbd>{key}</kbd>
          </button>
        ))}
      </div>
      <WhyNot injections={injections} />
      {options.length === 0 ? undefined : (
        <div class="controls">
          <span class="label">the environment answers</span>
          {options.map((move, index) => {
            const option = move.step.place?.option ?? index;
            return (
              <button key={option} type="button" onClick={() => turn({ at, kind: 'choose', option })}>
                {optionWords(move.step.place, library)}
              </button>
            );
          })}
        </div>
      )}
      {turns.length === 0 ? undefined : (
        <div class="controls">
          <span class="label">in this run</span>
          {turns.map((one) => (
            <button
              key={one.at}
              type="button"
              class="chip"
              aria-label={`Take back ${turnWords(one)}`}
              onClick={() => remove(one)}
            >
              {turnWords(one)} ✕
            </button>
          ))}
        </div>
      )}
    </section>
  );
}

/** The words of an option of a choice. */
function optionWords(place: CodeLabel | undefined, library: Library): string {
  const program = place === undefined ? undefined : library.get(place.program);
  const step = place === undefined || program === undefined ? undefined : stepAt(program, place.path);
  const option = step?.op === 'choose' ? step.options[place?.option ?? 0] : undefined;
  return option?.says ?? '';
}

const turnWords = (turn: Turn): string =>
  turn.kind === 'inject'
    ? `${vectorName(turn.vector)} at ${turn.at + 1}`
    : `answer ${turn.option + 1} at ${turn.at + 1}`;

/** Why what cannot come cannot: one line a reason. */
function WhyNot({ injections }: { readonly injections: readonly Injection[] }) {
  const reasons = new Map<string, string[]>();
  for (const { name, whyNot } of injections) {
    if (whyNot !== undefined) reasons.set(whyNot, [...(reasons.get(whyNot) ?? []), name]);
  }
  if (reasons.size === 0) return null;
  return (
    <ul class="plain why-not">
      {[...reasons].map(([reason, names]) => (
        <li key={reason}>
          <span>{names.join(', ')}</span>: {reason}
        </li>
      ))}
    </ul>
  );
}

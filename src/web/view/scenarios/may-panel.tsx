/** What may be called at a moment, and the rule that says no. */

import { read } from '../../../contract/layout.ts';
import { ACTS, may } from '../../../contract/may.ts';
import { type Moment, type Run, wordsOf } from '../../scenario/run.ts';
import { RuleLink } from '../contract/links.tsx';
import { Tag } from '../tag.tsx';

/** The questions with their answers. */
export function MayPanel({ run: { monitor }, moment }: { readonly run: Run; readonly moment: Moment }) {
  const words = wordsOf(moment, monitor);
  const inKernel = read(words, 0, 'mode') === 0;
  return (
    <section aria-labelledby="may" class="may">
      <h2 id="may">May I, here?</h2>
      {inKernel ? (
        <ul>
          {ACTS.map((act) => {
            const answer = may(monitor, words, 0, act);
            const question = act.question.replace(/^may /, '').replace(/ here\?$/, '');
            return (
              <li key={act.name}>
                <span class="answer">{answer.may ? <Tag tone="on" label="yes" /> : <Tag tone="bad" label="no" />}</span>
                <span>
                  {question}
                  {answer.may ? (
                    answer.but === undefined ? undefined : (
                      <span class="faint"> · {answer.but}</span>
                    )
                  ) : (
                    <span class="because">
                      <RuleLink id={answer.broken[0].rule.id} /> {answer.broken[0].condition.says}
                    </span>
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      ) : (
        <p class="faint">No kernel code runs here.</p>
      )}
    </section>
  );
}

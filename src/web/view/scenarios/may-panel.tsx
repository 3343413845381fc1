/** What may be called at a moment, and the rule that says no. */

import { read } from '../../../contract/layout.ts';
import { ACTS, type Act, may } from '../../../contract/may.ts';
import { type Moment, type Run, wordsOf } from '../../../reference/run.ts';
import { RuleLink } from '../contract/links.tsx';
import { Tag } from '../tag.tsx';

const SHORT: Readonly<Record<Act['name'], string>> = {
  trace: 'be traced',
  call: 'call any function',
  print: 'printk()',
  lock: 'take a lock',
  fault: 'touch memory that faults',
  sleep: 'sleep',
  'enable-interrupts': 'enable interrupts',
};

/** The questions with their answers. */
export function MayPanel({ run: { monitor }, moment }: { readonly run: Run; readonly moment: Moment }) {
  const words = wordsOf(moment, monitor);
  const answers = ACTS.map((act) => may(monitor, words, 0, act));
  const inKernel = read(words, 0, 'mode') === 0;
  return (
    <section aria-labelledby="may" class="may">
      <h2 id="may">May I, here?</h2>
      {inKernel ? (
        <ul>
          {answers.map((answer, index) => {
            const before = answers[index - 1];
            const reason = answer.may ? undefined : answer.broken[0];
            const same =
              before?.may === false && reason !== undefined && before.broken[0].condition === reason.condition;
            return (
              <li key={answer.act.name}>
                <span class="answer">{answer.may ? <Tag tone="on" label="yes" /> : <Tag tone="bad" label="no" />}</span>
                <span>{SHORT[answer.act.name]}</span>
                {answer.may ? <span class="faint">{answer.but}</span> : undefined}
                {reason === undefined ? undefined : (
                  <span class="because">
                    <RuleLink id={reason.rule.id} /> {same ? 'likewise' : reason.condition.says}
                  </span>
                )}
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

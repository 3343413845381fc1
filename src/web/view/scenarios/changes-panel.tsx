/** What is different from the kernel: edits, and other programs for handlers. */
import { type Edit, editLibrary } from '../../../reference/edit.ts';
import { editWords } from '../../../reference/edit-text.ts';
import { vectorName } from '../../../reference/injection.ts';
import { PROGRAMS } from '../../../reference/library.ts';
import { handlerPrograms } from '../../../reference/scenario.ts';
import type { Experiment, OtherHandler } from '../../scenario/experiment.ts';

interface Props {
  readonly experiment: Experiment;
  readonly edit: (edits: readonly Edit[]) => void;
  readonly handle: (handlers: readonly OtherHandler[]) => void;
}

/** The panel. */
export function ChangesPanel({ experiment: { scenario, edits, handlers }, edit, handle }: Props) {
  const programs = handlerPrograms(scenario);
  const wordsAt = (index: number): string => {
    const one = edits[index];
    return one === undefined ? '' : editWords(one, editLibrary(PROGRAMS, edits.slice(0, index)));
  };
  return (
    <section aria-labelledby="break">
      <h2 id="break">Break it</h2>
      <details class="handlers" open={handlers.length > 0}>
        <summary>Who handles what</summary>
        <div class="handler-grid">
          {scenario.handlers.map(({ kind, fromUser, fromKernel }, index) => {
            const own = fromKernel ?? fromUser ?? '';
            return (
              <label key={index}>
                {vectorName(kind)}
                <select
                  value={handlers.find((one) => one.index === index)?.program ?? ''}
                  onChange={({ currentTarget: { value } }) =>
                    handle([
                      ...handlers.filter((one) => one.index !== index),
                      ...(value === '' ? [] : [{ index, program: value }]),
                    ])
                  }
                >
                  <option value="">
                    {fromUser !== undefined && fromKernel !== undefined && fromUser !== fromKernel
                      ? `${fromUser}, ${fromKernel}`
                      : own}
                  </option>
                  {programs
                    .filter((name) => name !== own)
                    .map((name) => (
                      <option key={name} value={name}>
                        {name}
                      </option>
                    ))}
                </select>
              </label>
            );
          })}
        </div>
      </details>
      {edits.length === 0 ? (
        <p class="faint">
          Tick <i>edit</i> above the program to leave out, move or repeat a line, or to set a marker before it.
        </p>
      ) : (
        <ul class="plain edits">
          {edits.map((_, index) => (
            <li key={index}>
              <button
                type="button"
                class="chip"
                aria-label={`Undo: ${wordsAt(index)}, and what was edited after it`}
                onClick={() => edit(edits.slice(0, index))}
              >
                ✕
              </button>{' '}
              {wordsAt(index)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The steps of a path as a table; of a long one the part around the current step. */
import { counted } from '../../../report/columns.ts';
import { terminalText } from '../../../report/escape-terminal.ts';
import type { PathStep } from '../../../report/report.ts';

interface Props {
  readonly path: readonly PathStep[];
  readonly step: number;
  readonly choose: (step: number) => void;
}

/** Steps that are shown before and behind the current one. */
const AROUND = 60;
const DEEPEST = 8;

/** The table. */
export function PathTable({ path, step, choose }: Props) {
  const from = Math.max(0, Math.min(step - AROUND, path.length - 2 * AROUND));
  const to = Math.min(path.length, from + 2 * AROUND);
  const depths = depthsOf(path);
  return (
    <div class="scroll">
      {from > 0 ? <p class="faint">{counted(from, 'step')} before</p> : undefined}
      <table class="events path">
        <thead>
          <tr>
            <th scope="col" class="number">
              #
            </th>
            <th scope="col">place</th>
            <th scope="col">event</th>
            <th scope="col">source</th>
          </tr>
        </thead>
        <tbody>
          {path.slice(from, to).map(({ function: name, offset, event, note, source }, index) => {
            const at = from + index;
            const classes = `${at === step ? 'current' : ''}${at === path.length - 1 ? ' broken' : ''}`;
            return (
              <tr key={at} class={classes} aria-current={at === step ? 'step' : undefined}>
                <td class="number">
                  <button type="button" class="step" onClick={() => choose(at)} aria-label={`Step ${at + 1}`}>
                    {at + 1}
                  </button>
                </td>
                <td class={`depth-${depths[at] ?? 0}`}>
                  <code>
                    {terminalText(name)}+{offset}
                  </code>
                </td>
                <td>
                  {at === path.length - 1 ? <b aria-hidden="true">✕ </b> : ''}
                  {terminalText(event)}
                  {note === undefined ? '' : ` (${terminalText(note)})`}
                </td>
                <td>
                  {source === undefined ? (
                    ''
                  ) : (
                    <code class="faint">{`${terminalText(source.file)}:${source.line}`}</code>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {to < path.length ? <p class="faint">{counted(path.length - to, 'step')} behind</p> : undefined}
    </div>
  );
}

/** How deep in calls each step is, as the text report indents it. */
function depthsOf(path: readonly PathStep[]): readonly number[] {
  let depth = 0;
  return path.map((step, index) => {
    const here = Math.min(depth, DEEPEST);
    if (step.event.startsWith('call to ') && path[index + 1]?.function !== step.function) depth += 1;
    else if (step.event === 'return') depth = Math.max(0, depth - 1);
    return here;
  });
}

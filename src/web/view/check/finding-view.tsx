/** One finding: the words of the text report, its path as a timeline, and the path's steps. */
import { useMemo } from 'preact/hooks';
import { ruleNamed } from '../../../contract/rules.ts';
import { terminalText } from '../../../report/escape-terminal.ts';
import type { Finding, Report, SourceLine } from '../../../report/report.ts';
import { findingTimeline } from '../../finding-timeline.ts';
import { routeHash } from '../../route.ts';
import { TimelineView } from '../timeline/timeline-view.tsx';
import { PathTable } from './path-table.tsx';

interface Props {
  readonly report: Report;
  readonly finding: Finding;
  readonly step: number;
  readonly choose: (step: number) => void;
}

/** The finding. */
export function FindingView({ report, finding, step: asked, choose }: Props) {
  const { rule, message, function: name, offset, section, source, callee, also, why, fix, id, path } = finding;
  const object = report.objects.length > 1 ? report.objects[finding.object] : undefined;
  const timeline = useMemo(() => findingTimeline(path), [path]);
  const step = Number.isInteger(asked) ? Math.min(Math.max(asked, 0), Math.max(path.length - 1, 0)) : 0;
  const here = path[step];
  const known = ruleNamed(rule);
  return (
    <article aria-labelledby="finding">
      <h1 id="finding" class="finding-title">
        {known === undefined ? (
          <span class="rule">{terminalText(rule)}</span>
        ) : (
          <a class="rule" href={routeHash('contract', [known.id])}>
            {known.id}
          </a>
        )}{' '}
        {terminalText(message)}
      </h1>
      <dl class="facts">
        <dt>at</dt>
        <dd>
          <code>
            {object === undefined ? '' : `${terminalText(object.file)}: `}
            {terminalText(name)}+{offset}
          </code>{' '}
          in {terminalText(section)}
          {source === undefined ? undefined : <SourceLines source={source} />}
        </dd>
        {callee === undefined ? undefined : (
          <>
            <dt>to</dt>
            <dd>
              <code>{terminalText(callee.name)}()</code>
              {callee.section === undefined ? '' : ` in ${terminalText(callee.section)}`}
            </dd>
          </>
        )}
        {also === undefined ? undefined : (
          <>
            <dt>also</dt>
            <dd>
              <code>{also.map((place) => `${terminalText(place.function)}+${place.offset}`).join(', ')}</code>
            </dd>
          </>
        )}
        {why === undefined ? undefined : (
          <>
            <dt>why</dt>
            <dd>{terminalText(why)}</dd>
          </>
        )}
        {fix === undefined ? undefined : (
          <>
            <dt>fix</dt>
            <dd>{terminalText(fix)}</dd>
          </>
        )}
        <dt>id</dt>
        <dd>
          <code>{terminalText(id)}</code>
        </dd>
      </dl>
      {path.length === 0 ? undefined : (
        <>
          <h2>Path</h2>
          <TimelineView
            timeline={timeline}
            step={step}
            choose={choose}
            says={
              here === undefined ? '' : `${terminalText(here.function)}+${here.offset}: ${terminalText(here.event)}`
            }
          />
          <PathTable path={path} step={step} choose={choose} />
        </>
      )}
    </article>
  );
}

/** The line and, from the inside out, the calls that were inlined around it. */
function SourceLines({ source }: { readonly source: SourceLine }) {
  const inlined = source.inlined ?? [];
  return (
    <ul class="plain">
      {[source, ...inlined].map(({ file, line }, index) => {
        const inside = inlined[index]?.function;
        return (
          <li key={index}>
            <code>
              {terminalText(file)}:{line}
            </code>
            {inside === undefined ? '' : ` in ${terminalText(inside)}(), inlined at`}
          </li>
        );
      })}
    </ul>
  );
}

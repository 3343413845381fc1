/** A timeline with its lanes' names, buttons and keys. For whoever does not see it, it is a slider that says each step. */
import { useEffect, useRef } from 'preact/hooks';
import type { Timeline } from '../../timeline.ts';
import { Tag } from '../tag.tsx';
import { heightOf, TimelineCanvas } from './timeline-canvas.ts';

interface Props {
  readonly timeline: Timeline;
  readonly step: number;
  readonly choose: (step: number) => void;
  /** What the step is, in words. */
  readonly says: string;
  /** More buttons. */
  readonly children?: preact.ComponentChildren;
}

/** The step that a key leads to; `undefined` for a key that is none of ours. */
export function stepForKey(key: string, step: number, length: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
    case 'j':
      return Math.min(step + 1, length - 1);
    case 'ArrowLeft':
    case 'ArrowUp':
    case 'k':
      return Math.max(step - 1, 0);
    case 'PageDown':
      return Math.min(step + 10, length - 1);
    case 'PageUp':
      return Math.max(step - 10, 0);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}

/** The timeline. */
export function TimelineView({ timeline, step, choose, says, children }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef<TimelineCanvas>(undefined);
  const chosen = useRef(choose);
  chosen.current = choose;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (canvas.current === null || context === null || context === undefined) return undefined;
    const made = new TimelineCanvas(canvas.current, context, (at) => chosen.current(at));
    drawing.current = made;
    return () => made.end();
  }, []);
  useEffect(() => drawing.current?.show(timeline), [timeline]);
  useEffect(() => drawing.current?.select(step), [timeline, step]);
  const { length, lanes } = timeline;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '+' || event.key === '=') drawing.current?.zoom(1.5);
    else if (event.key === '-') drawing.current?.zoom(1 / 1.5);
    else if (event.key === '0') drawing.current?.fit();
    else {
      const to = stepForKey(event.key, step, length);
      if (to === undefined) return;
      choose(to);
    }
    event.preventDefault();
  };
  return (
    <div class="timeline">
      <div class="lanes" style={{ height: `${heightOf(lanes.length)}px` }}>
        <ul class="lane-names" aria-hidden="true">
          {lanes.map(({ name, says: meaning }) => (
            <li key={name} title={meaning}>
              {name}
            </li>
          ))}
        </ul>
        <div
          class="strip"
          role="slider"
          tabIndex={0}
          aria-label="Time"
          aria-valuemin={1}
          aria-valuemax={Math.max(length, 1)}
          aria-valuenow={step + 1}
          aria-valuetext={`step ${step + 1} of ${length}: ${says}`}
          onKeyDown={onKeyDown}
        >
          <canvas ref={canvas} />
        </div>
      </div>
      <div class="controls">
        <button type="button" onClick={() => choose(0)} disabled={step === 0} aria-label="To the beginning">
          ⇤
        </button>
        <button type="button" onClick={() => choose(step - 1)} disabled={step === 0} aria-label="Step back">
          ←
        </button>
        <output class="position">
          {step + 1} / {length}
        </output>
        <button type="button" onClick={() => choose(step + 1)} disabled={step >= length - 1} aria-label="Step forward">
          →
        </button>
        <button type="button" onClick={() => choose(length - 1)} disabled={step >= length - 1} aria-label="To the end">
          ⇥
        </button>
        <span class="gap" />
        <button type="button" onClick={() => drawing.current?.zoom(1 / 1.5)} aria-label="Zoom out">
          −
        </button>
        <button type="button" onClick={() => drawing.current?.zoom(1.5)} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={() => drawing.current?.fit()}>
          fit
        </button>
        <span class="gap" />
        {children}
      </div>
    </div>
  );
}

/** The value of every lane at one step, as a list. */
export function LaneValues({ timeline, step }: { readonly timeline: Timeline; readonly step: number }) {
  return (
    <dl class="values">
      {timeline.lanes.map(({ name, looks, codes, says }) => {
        const look = looks[codes[step] ?? 0];
        return (
          <div key={name} title={says}>
            <dt>{name}</dt>
            <dd>{look === undefined ? '' : <Tag tone={look.tone} label={look.label} />}</dd>
          </div>
        );
      })}
    </dl>
  );
}

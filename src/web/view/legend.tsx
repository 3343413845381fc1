/** What the colours mean: told once, true everywhere. Every colour has a pattern, a mark or a word beside it. */
import { useEffect, useRef } from 'preact/hooks';
import type { Tone } from '../../report/lane.ts';
import { Tag } from './tag.tsx';

const MEANINGS: readonly (readonly [tone: Tone, example: string, says: string])[] = [
  ['on', 'on', 'on, watching, open, allowed'],
  ['off', 'off', 'off, not watching, noinstr: what ordinary code relies on is not there'],
  ['bad', 'broken', 'a rule is broken here'],
  ['count', '2', 'a counter, a depth'],
  ['user', 'user', 'user mode, or time charged to it'],
  ['guest', 'guest', 'a guest, or time charged to it'],
  ['idle', 'idle', 'the idle task'],
  ['plain', 'kernel', 'ordinary: the kernel, system time, no value of note'],
];

/** A button that opens the legend. */
export function Legend() {
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const inside = event.target instanceof Node && box.current?.contains(event.target) === true;
      const leaves = event instanceof KeyboardEvent && event.key === 'Escape';
      if (box.current !== null && (leaves || (event.type === 'pointerdown' && !inside))) box.current.open = false;
    };
    addEventListener('pointerdown', close);
    addEventListener('keydown', close);
    return () => {
      removeEventListener('pointerdown', close);
      removeEventListener('keydown', close);
    };
  }, []);
  return (
    <details class="legend" ref={box}>
      <summary>Legend</summary>
      <dl>
        {MEANINGS.map(([tone, example, says]) => (
          <div key={tone}>
            <dt>
              <Tag tone={tone} label={example} />
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

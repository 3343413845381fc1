/** A value with the look of its meaning. */
import type { Tone } from '../../report/lane.ts';

/** The value as a small box; its words say what it is, the colour only repeats it. */
export function Tag({ tone, label }: { readonly tone: Tone; readonly label: string }) {
  return (
    <span class={`tag ${tone}`}>
      {tone === 'bad' ? <span aria-hidden="true">✕ </span> : undefined}
      {label}
    </span>
  );
}

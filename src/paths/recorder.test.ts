/** The graph that a recorder keeps of what it is told. */
import { expect, test } from 'vitest';
import { sectionIndex, sectionOffset } from '../base/brand.ts';
import type { EventName } from '../contract/alphabet.ts';
import { ENTERED, RETURNED, Recorder } from './recorder.ts';

test('goes back to where ways part, and joins states that are met again', () => {
  const recorder = new Recorder();
  const tell = (event: EventName): void =>
    recorder.step(
      { kind: 'event', event, place: { section: sectionIndex(1), offset: sectionOffset(0) } },
      event === 'call.plain',
    );
  recorder.reached(0);
  recorder.begin(0);
  tell('irq.disable');
  const mark = recorder.mark;
  tell('call.plain');
  recorder.reached(1);
  recorder.rewind(mark);
  tell('irq.enable');
  recorder.breaks('PAIR');
  recorder.rewind(mark);
  recorder.reached(1);
  recorder.begin(1);
  recorder.returned();
  const edges = recorder.edges.map(({ from, to, step, open, breaks }) => [
    from,
    step?.kind === 'event' ? step.event : '',
    open,
    breaks ?? '',
    to,
  ]);
  expect(edges).toEqual([
    [ENTERED, '', false, '', 2],
    [2, 'irq.disable', false, '', 3],
    [3, 'call.plain', true, '', 4],
    [4, '', false, '', 5],
    [3, 'irq.enable', false, 'PAIR', 6],
    [3, '', false, '', 5],
    [5, '', false, '', RETURNED],
  ]);
});

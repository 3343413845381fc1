/** A program of the page that only tests load: a timeline of many steps, scrolled and zoomed as fast as frames come. */
import { TONES } from '../../src/report/lane.ts';
import type { Timeline } from '../../src/web/timeline.ts';
import { heightOf, TimelineCanvas } from '../../src/web/view/timeline/timeline-canvas.ts';

/** What the test calls and reads; times in milliseconds. */
declare global {
  var measureTimeline: (
    steps: number,
    frames: number,
  ) => Promise<{ readonly median: number; readonly mean: number; readonly drawing: number; readonly show: number }>;
}

const LANES = 8;

/** Lanes that change every few steps: more runs than any real one. */
function busy(length: number): Timeline {
  const looks = TONES.map((tone, index) => ({ label: `${tone} ${index}`, tone }));
  const lanes = Array.from({ length: LANES }, (_, lane) => ({
    name: `lane ${lane}`,
    says: '',
    looks,
    codes: Uint16Array.from({ length }, (_step, step) => Math.floor((step * (lane + 3)) / (lane + 5)) % looks.length),
  }));
  return { length, lanes, marks: [length - 1] };
}

globalThis.measureTimeline = async (steps, frames) => {
  const host = document.body.appendChild(document.createElement('div'));
  const canvas = host.appendChild(document.createElement('canvas'));
  canvas.style.cssText = `display: block; width: 1200px; height: ${heightOf(LANES)}px`;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  const timeline = new TimelineCanvas(canvas, context, () => {});
  const shown = busy(steps);
  const begin = performance.now();
  timeline.show(shown);
  timeline.draw();
  const show = performance.now() - begin;
  const times: number[] = [];
  let drawing = 0;
  let last = await new Promise<number>(requestAnimationFrame);
  for (let frame = 0; frame < frames; frame++) {
    // In and out over the whole range of scales, scrolling all the time.
    timeline.zoom(Math.floor(frame / 60) % 2 === 0 ? 1.15 : 1 / 1.15, 600);
    timeline.pan(frame % 2 === 0 ? 90 : 40);
    const before = performance.now();
    timeline.draw();
    drawing += performance.now() - before;
    const now = await new Promise<number>(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  timeline.end();
  host.remove();
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const median = times.toSorted((one, other) => one - other)[times.length >> 1] ?? mean;
  return { median, mean, drawing: drawing / frames, show };
};

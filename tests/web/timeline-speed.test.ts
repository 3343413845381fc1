/** A timeline of a hundred thousand steps scrolls and zooms at 50 frames a second or better. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite, type Site, visit } from './browser.ts';

/** Milliseconds. */
interface Measured {
  readonly median: number;
  readonly mean: number;
  readonly drawing: number;
  readonly show: number;
}

let site: Site;

beforeAll(async () => {
  site = await openSite({ 'timeline-speed': 'tests/web/timeline-speed.ts' });
});
afterAll(() => site.close());

test('100,000 steps in 8 lanes', async () => {
  const { page, leave } = await visit(site, '#/contract');
  await page.evaluate(`import(${JSON.stringify(`${site.address}timeline-speed.js`)})`);
  const measured = await page.evaluate<Measured>('measureTimeline(100_000, 240)');
  process.stdout.write(
    `timeline: ${(1000 / measured.median).toFixed(0)} frames a second (mean ${(1000 / measured.mean).toFixed(0)}), ` +
      `${measured.drawing.toFixed(2)} ms of drawing each, first shown in ${measured.show.toFixed(0)} ms\n`,
  );
  expect(measured.median).toBeLessThan(20);
  expect(measured.drawing).toBeLessThan(10);
  await leave();
});

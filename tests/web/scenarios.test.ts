/** Scenarios in the page: stepping, injecting, breaking, exploring, and addresses that give it all back. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONFIGURATIONS } from '../../src/contract/configuration.ts';
import { SCENARIOS } from '../../src/reference/scenarios.ts';
import { openSite, type Site, visit } from './browser.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const time = (page: Page) => page.getByRole('slider', { name: 'Time' });
const stepOf = async (page: Page): Promise<number> => Number(await time(page).getAttribute('aria-valuenow'));
const lengthOf = async (page: Page): Promise<number> => Number(await time(page).getAttribute('aria-valuemax'));
/** The value of a lane at the current step. */
const lane = (page: Page, name: string): Promise<string> =>
  page
    .locator('.values > div', { has: page.locator(`dt:text-is("${name}")`) })
    .locator('dd')
    .innerText();

describe('a scenario', () => {
  test('of each name, in each kernel that has it, runs without a finding', async () => {
    const { page, leave } = await visit(site, '#/scenarios');
    for (const { name, title } of SCENARIOS) {
      await page.locator('.choices select').first().selectOption({ label: title });
      await expect.poll(() => page.url()).toContain(`#/scenarios/${name}`);
      await page.getByRole('button', { name: 'To the end' }).click();
      expect(await stepOf(page)).toBe(await lengthOf(page));
      expect(await page.locator('.failure').count()).toBe(0);
    }
    for (const { name } of CONFIGURATIONS) {
      await visitHash(page, `#/scenarios/syscall?c=${name}`);
      await time(page).waitFor();
      expect(await page.locator('.failure').count()).toBe(0);
    }
    await leave();
  });

  test('is stepped by buttons and keys; the line, the lanes and the address follow', async () => {
    const { page, leave } = await visit(site, '#/scenarios/document?at=1');
    await time(page).waitFor();
    expect(await lane(page, 'RCU')).toContain('not watching');
    expect(await lane(page, 'instrumentation')).toBe('noinstr');
    const marked = page.locator('.listing .next');
    const before = await marked.innerText();
    for (const [key, at] of [
      ['j', 2],
      ['ArrowRight', 3],
      ['j', 4],
      ['k', 3],
      ['ArrowLeft', 2],
      ['j', 3],
      ['j', 4],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => stepOf(page)).toBe(at + 1);
      expect(page.url()).toContain(`at=${at}`);
    }
    expect(await lane(page, 'RCU')).toContain('watching, kernel');
    expect(await marked.innerText()).not.toBe(before);
    await page.getByRole('button', { name: 'Step back' }).click();
    await expect.poll(() => stepOf(page)).toBe(4);
    await page.getByRole('button', { name: 'To the end' }).click();
    await expect.poll(async () => (await stepOf(page)) === (await lengthOf(page))).toBe(true);
    await leave();
  });

  test('jumps to an event', async () => {
    const { page, leave } = await visit(site, '#/scenarios/document');
    await page.getByLabel('Jump to the next event').fill('irq.enable');
    await page.keyboard.press('Enter');
    await expect.poll(() => lane(page, 'interrupts')).toBe('on');
    expect(await page.locator('.events tr.current').innerText()).toContain('irq.enable');
    await leave();
  });

  test('says what may be called, and the rule that says no', async () => {
    const { page, leave } = await visit(site, '#/scenarios/document?at=1');
    const printk = page.locator('.may li', { hasText: 'printk()' });
    await printk.getByText(/ no$/).waitFor();
    expect(await printk.innerText()).toContain('NOINSTR-CALL');
    await page.getByLabel('Jump to the next event').fill('syscall.invoke');
    await page.keyboard.press('Enter');
    await printk.getByText('yes', { exact: true }).waitFor();
    await leave();
  });
});

describe('inject', () => {
  test('an NMI by its key: it nests, and everything comes back', async () => {
    const { page, leave } = await visit(site, '#/scenarios/document?at=25');
    const length = await lengthOf(page);
    await page.keyboard.press('n');
    await expect.poll(() => lane(page, 'domain')).toBe('user › syscall › nmi');
    expect(page.url()).toContain('t=25-nmi');
    expect(await lengthOf(page)).toBeGreaterThan(length + 10);
    await page.keyboard.press('n');
    // Hardware holds a second one off.
    expect(page.url()).toContain('t=25-nmi');
    await page.getByRole('button', { name: 'To the end' }).click();
    expect(await lane(page, 'domain')).toBe('user');
    expect(await page.locator('.failure').count()).toBe(0);
    await page.getByRole('button', { name: 'Take back NMI at 26' }).click();
    await expect.poll(() => lengthOf(page)).toBe(length);
    await leave();
  });

  test('says why something cannot come', async () => {
    const { page, leave } = await visit(site, '#/scenarios/document?at=3');
    await page.getByRole('button', { name: 'interrupt i' }).click({ force: true });
    expect(page.url()).not.toMatch(/[?&]t=/);
    expect(await page.locator('.why-not').innerText()).toContain('interrupt: hardware holds it off: it needs irq = 1');
    await leave();
  });

  test('answers of the environment', async () => {
    const { page, leave } = await visit(site, '#/scenarios/syscall');
    const length = await lengthOf(page);
    const answers = page.locator('.inject .controls', { hasText: 'the environment answers' });
    for (let step = 0; step < length && (await answers.count()) === 0; step++) await page.keyboard.press('j');
    expect(await answers.getByRole('button').count()).toBeGreaterThan(1);
    await answers.getByRole('button').nth(1).click();
    await expect.poll(() => page.url()).toMatch(/t=\d+\.1/);
    await leave();
  });
});

describe('break it', () => {
  test('a step that is left out: the shortest counterexample becomes the timeline', async () => {
    const { page, leave } = await visit(site, '#/scenarios/document?d=1');
    await page.getByLabel('Show a function').selectOption('irqentry_nmi_enter');
    await page.getByLabel('edit').check();
    await page.getByRole('button', { name: 'Leave out __nmi_enter();' }).click();
    await page.getByText('left out of irqentry_nmi_enter(): __nmi_enter();').waitFor();
    await page.getByRole('button', { name: 'Explore every interleaving' }).click();
    const failure = page.locator('.failure');
    await failure.waitFor();
    expect(await failure.innerText()).toContain('NMI-ORDER');
    expect(await failure.innerText()).toContain('lockdep is told before the counter says NMI');
    expect(await failure.innerText()).toContain('kernel/entry/common.c');
    expect(await stepOf(page)).toBe(await lengthOf(page));
    // Another window shows the same.
    const again = await visit(site, page.url().slice(site.address.length));
    await again.page.locator('.failure').waitFor();
    expect(await again.page.locator('.failure').innerText()).toBe(await failure.innerText());
    await again.leave();
    await page.goBack();
    await expect.poll(() => failure.count()).toBe(0);
    await page.goForward();
    await failure.waitFor();
    await leave();
  });

  test('a handler of another class', async () => {
    const { page, leave } = await visit(site, '#/scenarios/document?d=1');
    await page.getByText('Who handles what').click();
    await page.locator('.handler-grid select').nth(2).selectOption('do_interrupt');
    await page.getByRole('button', { name: 'Explore every interleaving' }).click();
    await page.locator('.failure').waitFor();
    expect(await page.locator('.failure').innerText()).toMatch(/NMI-CLASS|NMI-ORDER/);
    await leave();
  });

  test('nothing: every interleaving holds', async () => {
    const { page, leave } = await visit(site, '#/scenarios/document?d=1');
    await page.getByRole('button', { name: 'Explore every interleaving' }).click();
    await page.locator('.explore').getByText('holds').waitFor();
    await leave();
  });

  test('an edit that cannot be run says so, and can be undone', async () => {
    const { page, leave } = await visit(site, '#/scenarios/document?e=d*irqentry_nmi_enter*99');
    await page.getByRole('alert').getByText('irqentry_nmi_enter has no step 99').waitFor();
    await page.getByRole('button', { name: 'Undo the last edit' }).click();
    await time(page).waitFor();
    await leave();
  });

  test('an exploration can be cancelled', async () => {
    const { page, leave } = await visit(site, '#/scenarios/syscall?d=3');
    await page.getByRole('button', { name: 'Explore every interleaving' }).click();
    await page
      .locator('.explore')
      .getByText(/\d states, \d+ steps deep/)
      .waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Explore every interleaving' }).waitFor();
    await leave();
  });
});

const visitHash = (page: Page, hash: string): Promise<void> => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);

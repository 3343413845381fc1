/** The contract in the page: every rule with its examples, events and functions, search, and deep links. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examplesOf } from '../../src/contract/examples.ts';
import { RULES } from '../../src/contract/rules.ts';
import { openSite, type Site, visit } from './browser.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

describe('rules', () => {
  test('are all there, each with its own page', async () => {
    const { page, leave } = await visit(site, '#/contract');
    for (const rule of RULES) {
      await page.getByRole('link', { name: rule.id }).first().click();
      await page.getByRole('heading', { level: 1, name: rule.id }).waitFor();
      const text = await page.getByRole('article').innerText();
      expect(text.toLowerCase()).toContain(rule.says.toLowerCase());
      expect(text.toLowerCase()).toContain(rule.why.toLowerCase());
      for (const condition of rule.conditions) expect(text).toContain(condition.name);
      for (const exception of rule.exceptions) expect(text.toLowerCase()).toContain(exception.what.toLowerCase());
      expect(await page.locator('.example').count()).toBe(examplesOf(rule.id).length);
    }
    await leave();
  });

  test('show the event that breaks them, with the state before it', async () => {
    const { page, leave } = await visit(site, '#/contract/NMI-ORDER');
    const example = page.locator('.example', { hasText: 'count-before-lockdep-off' }).first();
    await example.locator('summary').click();
    const broken = example.locator('tr.broken');
    await broken.first().waitFor();
    expect(await broken.count()).toBe(1);
    expect(await broken.innerText()).toContain('the counter is raised before lockdep_off()');
    expect(await broken.innerText()).toContain('count.nmi.add');
    await leave();
  });

  test('lead to events, functions and fields, and back', async () => {
    const { page, leave } = await visit(site, '#/contract/NMI-ORDER');
    await page.getByRole('article').getByRole('link', { name: 'count.nmi.add' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'count.nmi.add' }).waitFor();
    await page.getByRole('article').getByRole('link', { name: '__nmi_enter' }).first().click();
    await page.getByRole('heading', { level: 1, name: '__nmi_enter' }).waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'NMI-ORDER' }).waitFor();
    await leave();
  });
});

test('each leads to the scenario that shows it', async () => {
  const { page, leave } = await visit(site, '#/contract/KVM-ORDER');
  await page.getByRole('link', { name: 'A guest on VMX' }).click();
  await page.getByRole('slider', { name: 'Time' }).waitFor();
  expect(page.url()).toContain('#/scenarios/kvm-vmx?');
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'KVM-ORDER' }).waitFor();
  await leave();
});

describe('search', () => {
  test('narrows every list, and stands in the address', async () => {
    const { page, leave } = await visit(site, '#/contract');
    await page.getByRole('searchbox').fill('lockdep_off before');
    await expect.poll(() => page.locator('.items li').count()).toBeLessThan(5);
    expect(await page.locator('.items').innerText()).toContain('NMI-ORDER');
    expect(page.url()).toContain('q=lockdep_off+before');
    await page.reload();
    expect(await page.getByRole('searchbox').inputValue()).toBe('lockdep_off before');
    await page.getByRole('searchbox').fill('xyzzy');
    await page.getByText('has all of these words').waitFor();
    await leave();
  });

  test('does not fill the history with every letter', async () => {
    const { page, leave } = await visit(site, '#/check');
    await page.getByRole('link', { name: 'Contract' }).click();
    await page.getByRole('searchbox').pressSequentially('watching');
    await page.goBack();
    await page.getByRole('main', { name: 'Check' }).waitFor();
    await leave();
  });
});

/** The page around its parts: size, navigation, addresses, keyboard, theme, accessibility. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe, openSite, type Site, visit } from './browser.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** A program and everything that it imports at once, by name. */
function loadedWith(program: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(program)) return seen;
  seen.add(program);
  const text = readFileSync(join(site.folder, program), 'utf8');
  for (const [, file = ''] of text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) loadedWith(file, seen);
  return seen;
}

describe('the files', () => {
  test('of the page and any part of it are below 300 kB together, and the decoder is not among them', () => {
    const shell = loadedWith('page.js');
    const parts = [...readFileSync(join(site.folder, 'page.js'), 'utf8').matchAll(/import\("\.\/([^"]+)"\)/g)];
    expect(parts).toHaveLength(3);
    for (const [, part = ''] of parts) {
      const loaded = [...new Set([...shell, ...loadedWith(part)]), 'page.css', 'index.html', 'icon.svg'];
      const total = loaded.reduce((sum, file) => sum + statSync(join(site.folder, file)).size, 0);
      process.stdout.write(`the page with ${part}: ${(total / 1000).toFixed(0)} kB\n`);
      expect(total).toBeGreaterThan(50_000);
      expect(total).toBeLessThan(300_000);
      expect(loaded.filter((file) => readFileSync(join(site.folder, file), 'utf8').includes('WebAssembly'))).toEqual(
        [],
      );
    }
  });

  test('hold no inline script or style, and no address of elsewhere', () => {
    const html = readFileSync(join(site.folder, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:/);
  });
});

describe('navigation', () => {
  test('by links, back and forward', async () => {
    const { page, leave } = await visit(site, '');
    const nav = page.getByRole('navigation', { name: 'Parts' });
    for (const part of ['Check', 'Contract', 'Scenarios']) {
      await nav.getByRole('link', { name: part }).click();
      await page.getByRole('main', { name: part }).waitFor();
      expect(await nav.locator('[aria-current=page]').innerText()).toBe(part);
      expect(await page.title()).toContain(part);
    }
    await page.goBack();
    await page.getByRole('main', { name: 'Contract' }).waitFor();
    await page.goBack();
    await page.getByRole('main', { name: 'Check' }).waitFor();
    await page.goForward();
    await page.getByRole('main', { name: 'Contract' }).waitFor();
    await leave();
  });

  test('by keyboard alone, with the focus in the content behind a link', async () => {
    const { page, leave } = await visit(site, '#/contract');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Search the contract');
    await page.getByRole('link', { name: 'Check', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('main', { name: 'Check' }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
    await leave();
  });

  test('by addresses that make no sense', async () => {
    for (const hash of [
      '#/%zz',
      '#/contract/NO-RULE',
      '#/contract/events/%3Cb%3E',
      '#/check?finding=x&step=NaN',
      '#x',
    ]) {
      const { page, leave } = await visit(site, hash);
      await page.getByRole('main').waitFor();
      await leave();
    }
  });
});

describe('theme', () => {
  test('follows the system until one is chosen, which stays', async () => {
    const { page, leave } = await visit(site, '#/contract', { colorScheme: 'dark' });
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await ground();
    await page.getByRole('button', { name: 'Theme: auto' }).click();
    const light = await ground();
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await ground()).toBe(light);
    await page.getByRole('button', { name: 'Theme: light' }).click();
    expect(await ground()).toBe(dark);
    await leave();
  });
});

describe('axe-core finds nothing serious', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const hash of [
      '#/scenarios',
      '#/scenarios/document?t=25-nmi&at=33',
      '#/scenarios/document?e=d*irqentry_nmi_enter*2&t=0-nmi&at=99',
      '#/check',
      '#/contract',
      '#/contract/NMI-ORDER',
      '#/contract/events/ct.nmi.enter',
    ]) {
      test(`${hash} ${colorScheme}`, async () => {
        const { page, leave } = await visit(site, hash, { colorScheme });
        await page.getByText('Legend').click();
        expect(await axe(page)).toEqual([]);
        await leave();
      });
    }
  }

  test('and would find something', async () => {
    const { page, leave } = await visit(site, '#/contract');
    await page.evaluate('document.querySelector("input").removeAttribute("aria-label")');
    await page.evaluate('document.querySelector("input").removeAttribute("placeholder")');
    expect(await axe(page)).not.toEqual([]);
    await leave();
  });
});

test('a phone shows one column, and nothing is wider than it', async () => {
  const viewport = { width: 390, height: 844 };
  for (const hash of ['#/scenarios', '#/check', '#/contract', '#/contract/KVM-ORDER', '#/contract/kernel/exc_nmi']) {
    const { page, leave } = await visit(site, hash, { viewport });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await page.evaluate('document.querySelector("main").scrollWidth')).toBeLessThanOrEqual(390);
    await leave();
  }
});

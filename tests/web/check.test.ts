/** A file in the page: objects, reports, whatever somebody may drop. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseReport } from '../../src/report/parse-report.ts';
import { EXAMPLE, HOSTILE } from '../example-report.ts';
import { axe, openSite, type Site, visit } from './browser.ts';

const ROOT = join(import.meta.dirname, '../..');
const BROKEN = join(ROOT, 'fixtures/demo/broken.o');
const files = mkdtempSync(join(tmpdir(), 'kentry-files-'));
let site: Site;

beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site.close();
  rmSync(files, { recursive: true });
});

/** A file of that content. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(files, name);
  writeFileSync(path, content);
  return path;
}

const choose = (page: Page, path: string): Promise<void> => page.locator('input[type=file]').setInputFiles(path);

/** What the command line does with it. */
function kentry(...args: readonly string[]) {
  const { stdout, stderr } = spawnSync(process.execPath, [site.program, ...args], { cwd: files, encoding: 'utf8' });
  return { stdout, stderr };
}

describe('an object', () => {
  test('has the findings that the command line finds, in its words', async () => {
    const { page, leave } = await visit(site, '#/check');
    await choose(page, BROKEN);
    const report = parseReport(kentry('check', '--format', 'json', BROKEN).stdout, 'json');
    expect(report.findings.length).toBeGreaterThan(3);
    const options = page.getByRole('option').and(page.locator('.window-row'));
    await expect.poll(() => options.count()).toBe(report.findings.length);
    for (const [index, finding] of report.findings.entries()) {
      await options.nth(index).click();
      const article = page.getByRole('article');
      await article.getByText(finding.id).waitFor();
      const text = await article.innerText();
      expect(text).toContain(finding.message);
      expect(text).toContain(`${finding.function}+${finding.offset}`);
      for (const part of [finding.why, finding.fix]) if (part !== undefined) expect(text).toContain(part);
      expect(text).toContain(`${finding.source?.file}:${finding.source?.line}`);
      expect(await article.locator('.path tbody tr').count()).toBe(finding.path.length);
    }
    await leave();
  });

  test('is dropped anywhere on the page', async () => {
    const { page, leave } = await visit(site, '#/contract');
    await page.getByRole('heading', { name: 'The contract' }).waitFor();
    const bytes = [...readFileSync(BROKEN)];
    await page.evaluate(`{
      const held = new DataTransfer();
      held.items.add(new File([Uint8Array.from(${JSON.stringify(bytes)})], 'dropped.o'));
      for (const name of ['dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(name, { dataTransfer: held, bubbles: true, cancelable: true }));
      }
    }`);
    await page.getByRole('heading', { name: 'dropped.o' }).waitFor();
    await leave();
  });

  test('can be stepped through by keys, and the step stands in the address', async () => {
    const { page, leave } = await visit(site, '#/check');
    await choose(page, BROKEN);
    const list = page.getByRole('listbox', { name: 'Findings' });
    await list.focus();
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    await expect.poll(() => page.locator('.window-row[aria-selected=true]').getAttribute('aria-posinset')).toBe('3');
    const time = page.getByRole('slider', { name: 'Time' });
    const last = Number(await time.getAttribute('aria-valuemax'));
    expect(last).toBeGreaterThan(2);
    expect(await time.getAttribute('aria-valuenow')).toBe(String(last));
    await time.focus();
    for (const [key, at] of [
      ['Home', 1],
      ['j', 2],
      ['ArrowRight', 3],
      ['k', 2],
      ['ArrowLeft', 1],
      ['End', last],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => time.getAttribute('aria-valuenow')).toBe(String(at));
      expect(page.url()).toContain(`step=${at}`);
    }
    await page.getByRole('button', { name: 'Step back' }).click();
    await expect.poll(() => time.getAttribute('aria-valuenow')).toBe(String(last - 1));
    expect(await time.getAttribute('aria-valuetext')).toContain('instrumentation_begin');
    await leave();
  });

  test('is filtered by rule and function; back leads to the findings', async () => {
    const { page, leave } = await visit(site, '#/check');
    await choose(page, BROKEN);
    const rows = page.locator('.window-row');
    await page.getByLabel('Rule').selectOption('NOINSTR-CALL');
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByLabel('Function').fill('DEBUG');
    await expect.poll(() => rows.count()).toBe(1);
    expect(page.url()).toContain('function=DEBUG');
    await rows.first().click();
    await page.getByRole('article').waitFor();
    await page.goBack();
    await expect.poll(() => page.getByRole('article').count()).toBe(0);
    expect(await rows.count()).toBe(1);
    await leave();
  });

  test('stays while one reads the contract', async () => {
    const { page, leave } = await visit(site, '#/check');
    await choose(page, BROKEN);
    await page.locator('.window-row').first().click();
    await page.getByRole('article').getByRole('link', { name: 'NOINSTR-CALL' }).click();
    await page.getByRole('heading', { level: 1, name: 'NOINSTR-CALL' }).waitFor();
    await page.goBack();
    await page.getByRole('article').waitFor();
    await leave();
  });

  test('is exported as the command line writes it', async () => {
    const { page, leave } = await visit(site, '#/check');
    const path = file('broken.o', readFileSync(BROKEN));
    await choose(page, path);
    for (const [button, format] of [
      ['JSON', 'json'],
      ['SARIF', 'sarif'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button, exact: true }).click(),
      ]);
      const saved = readFileSync(await download.path(), 'utf8');
      expect(JSON.parse(saved)).toEqual(JSON.parse(kentry('check', '--format', format, 'broken.o').stdout));
    }
    await leave();
  });

  test('that is clean says so', async () => {
    const { page, leave } = await visit(site, '#/check');
    await choose(page, join(ROOT, 'fixtures/demo/correct.o'));
    await page.getByText(/nothing found|no finding/).waitFor();
    expect(await page.locator('.window-row').count()).toBe(0);
    await leave();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`with its findings: axe-core finds nothing serious, ${colorScheme}`, async () => {
      const { page, leave } = await visit(site, '#/check', { colorScheme });
      await choose(page, BROKEN);
      await page.locator('.window-row').nth(2).click();
      expect(await axe(page)).toEqual([]);
      await leave();
    });
  }
});

test('on a phone a finding takes the whole width, and no more', async () => {
  const { page, leave } = await visit(site, '#/check', { viewport: { width: 390, height: 844 } });
  await choose(page, BROKEN);
  await page.locator('.window-row').nth(2).click();
  await page.getByRole('article').waitFor();
  expect(await page.evaluate('document.querySelector("main").scrollWidth')).toBe(390);
  await page.getByRole('link', { name: '← Findings' }).click();
  await page.locator('.window-row').first().waitFor();
  await leave();
});

describe('a saved report', () => {
  test('is shown as it was', async () => {
    const { page, leave } = await visit(site, '#/check');
    await choose(page, file('saved.json', JSON.stringify(EXAMPLE)));
    await expect.poll(() => page.locator('.window-row').count()).toBe(EXAMPLE.findings.length);
    await page.getByText('The file does not tell its kernel version.').waitFor();
    await page.getByText('the callee is not in this file').waitFor();
    await leave();
  });

  test('with a hundred thousand findings is a list of those in sight', async () => {
    const [finding] = EXAMPLE.findings;
    const findings = Array.from({ length: 100_000 }, (_, index) => ({ ...finding, id: String(index) }));
    const { page, leave } = await visit(site, '#/check');
    await choose(page, file('many.json', JSON.stringify({ ...EXAMPLE, findings })));
    await page.getByText('100,000 findings', { exact: true }).waitFor();
    expect(await page.locator('.window-row').count()).toBeLessThan(100);
    await page.getByRole('listbox', { name: 'Findings' }).focus();
    await page.keyboard.press('End');
    await expect
      .poll(() => page.locator('.window-row[aria-selected=true]').getAttribute('aria-posinset'))
      .toBe('100000');
    await leave();
  });
});

describe('what is hostile', () => {
  const bytes = readFileSync(BROKEN);
  const patched = (at: number, ...values: readonly number[]): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    copy.set(values, at);
    return copy;
  };
  test.each([
    ['empty.o', new Uint8Array()],
    ['text.o', new TextEncoder().encode('hello\n')],
    ['short.o', bytes.subarray(0, 40)],
    ['cut.o', bytes.subarray(0, bytes.length - 200)],
    ['wild-sections.o', patched(40, 255, 255, 255, 255, 255, 255, 255, 127)],
    ['other-machine.o', patched(18, 243, 0)],
    ['not.json', new TextEncoder().encode('{"schema": 1')],
    ['wrong.json', new TextEncoder().encode('{"schema": "kentry.report/2"}')],
    ['<img src=x onerror=alert(1)>.o', new TextEncoder().encode('hello')],
    ['a\u202eb\u001b[31m.o', new TextEncoder().encode('hello')],
  ])('%j is refused in the words of the command line', async (name, content) => {
    const { page, leave } = await visit(site, '#/check');
    const path = file(name, content);
    await choose(page, path);
    const said = await page.locator('.failure pre').innerText();
    const args = name.endsWith('.json') ? ['check', '--baseline', name, 'text.o'] : ['check', name];
    file('text.o', 'hello\n');
    // What is behind the second colon of a file that is no JSON is the engine's own message.
    const own = (text: string): string => text.replace(/(is not JSON): .*/s, '$1');
    expect(own(said)).toBe(own(kentry(...args).stderr.trimEnd()));
    expect(said).toMatch(/^kentry: /);
    await leave();
  });

  test('names in an object are text, never markup', async () => {
    const markup = '<img src=x o=>';
    const text = Buffer.from(bytes.toString('latin1').replaceAll('invoke_syscall', markup), 'latin1');
    expect(text.length).toBe(bytes.length);
    const { page, leave } = await visit(site, '#/check');
    await choose(page, file('markup.o', text));
    await page.locator('.window-row', { hasText: markup }).first().click();
    await page.getByRole('article').getByText(`${markup}()`).first().waitFor();
    expect(await page.locator('img').count()).toBe(0);
    await leave();
  });

  test('names in a report are text, and turn no writing around', async () => {
    const { page, leave } = await visit(site, '#/check');
    await choose(page, file('hostile.json', JSON.stringify(HOSTILE)));
    await page.locator('.window-row').first().click();
    await page.getByRole('article').waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toContain('<script>');
    expect(text).toContain('\\u{202e}');
    for (const character of '\u202e\u001b\u009b') expect(text).not.toContain(character);
    expect(await page.locator('main script').count()).toBe(0);
    await leave();
  });
});

test('a check can be cancelled, and another begun', async () => {
  const { page, leave } = await visit(site, '#/check');
  // Long enough to be caught: a report of many megabytes.
  const [finding] = EXAMPLE.findings;
  const findings = Array.from({ length: 150_000 }, (_, index) => ({ ...finding, id: String(index) }));
  await choose(page, file('long.json', JSON.stringify({ ...EXAMPLE, findings })));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText(`The check of ${basename('long.json')} was cancelled.`).waitFor();
  await choose(page, BROKEN);
  await page.getByRole('heading', { name: 'broken.o' }).waitFor();
  await leave();
});

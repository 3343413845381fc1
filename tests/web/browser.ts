/** The built page, served by `kentry ui`, in a real Chromium. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { buildPage } from '../../tools/build-page.mjs';

const { KENTRY_CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env;
const ROOT = join(import.meta.dirname, '../..');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Everything that a file of tests needs; one for each. */
export interface Site {
  /** Ends with `/`. */
  readonly address: string;
  readonly browser: Browser;
  /** The built program, for comparisons with the command line. */
  readonly program: string;
  /** Its page's files. */
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/** Builds everything anew and serves it. `entries` adds programs to the page. */
export async function openSite(entries: Readonly<Record<string, string>> = {}): Promise<Site> {
  // Without a browser these tests would say nothing: that is a failure, and `.ci/run` decides whether to run them.
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: apt-get install chromium`);
  const dist = mkdtempSync(join(tmpdir(), 'kentry-web-'));
  const built = spawnSync(process.execPath, [join(ROOT, 'tools/build.mjs'), dist], { encoding: 'utf8' });
  expect({ status: built.status, stderr: built.stderr }).toEqual({ status: 0, stderr: '' });
  if (Object.keys(entries).length > 0) await buildPage(join(dist, 'web'), 'test', entries);
  const program = join(dist, 'kentry.js');
  const server = spawn(process.execPath, [program, 'ui'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const address = await firstLine(server);
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  return {
    address,
    browser,
    program,
    folder: join(dist, 'web'),
    close: async () => {
      await browser.close();
      server.kill('SIGINT');
      const status = await new Promise((resolve) => server.once('exit', resolve));
      rmSync(dist, { recursive: true });
      expect(status).toBe(0);
    },
  };
}

function firstLine(server: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (part) => {
      text += part;
      if (text.includes('\n')) resolve(text.split('\n', 1)[0] ?? '');
    });
    server.once('exit', (status) => reject(new Error(`kentry ui ended with ${status}: ${text}`)));
  });
}

/** A page that may not print an error, throw, or ask for anything from elsewhere. */
export interface Visit {
  readonly page: Page;
  /** Fails where it did; to be called at the end of each test. */
  readonly leave: () => Promise<void>;
}

/** Opens the page at an address behind the #. */
export async function visit(site: Site, hash: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await site.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(site.address) && !/^(?:blob|data):/.test(url)) wrong.push(`asked for ${url}`);
  });
  page.on('dialog', (dialog) => wrong.push(`dialog: ${dialog.message()}`));
  await page.goto(site.address + hash);
  // A part is loaded when it is shown.
  await page.waitForSelector('main > :not(.empty)');
  return {
    page,
    leave: async () => {
      await context.close();
      expect(wrong).toEqual([]);
    },
  };
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** What axe-core finds wrong with the page as it is, the serious and the critical. */
export async function axe(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const results = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
    );
}

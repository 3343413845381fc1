#!/usr/bin/env node
// Pictures of the page for the README and for whoever changes its looks: `screenshots.mjs [DIR]`, docs/page where absent.
// Needs the built program and Chromium (KENTRY_CHROMIUM).
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = resolve(process.argv[2] ?? join(root, 'docs/page'));
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const DEMO = join(root, 'fixtures/demo/broken.o');

const PICTURES = [
  { name: 'scenario', hash: '#/scenarios/document?t=25-nmi&at=33', theme: 'dark' },
  { name: 'broken', hash: '#/scenarios/document?e=d*irqentry_nmi_enter*2&t=0-nmi&at=6', theme: 'light' },
  { name: 'check', hash: '#/check', file: DEMO, click: '.window-row >> nth=2', theme: 'light' },
  { name: 'contract', hash: '#/contract/NMI-ORDER', theme: 'dark' },
];

mkdirSync(folder, { recursive: true });
const server = spawn(process.execPath, [join(root, 'dist/kentry.js'), 'ui'], { stdio: ['ignore', 'pipe', 'ignore'] });
const address = await new Promise((done) => server.stdout.once('data', (text) => done(String(text).trim())));
const { KENTRY_CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env;
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
for (const { name, hash, theme, file, click } of PICTURES) {
  for (const [size, viewport] of [
    ['', WIDE],
    ['-phone', PHONE],
  ]) {
    const page = await browser.newPage({ viewport, colorScheme: theme });
    await page.goto(address + hash);
    await page.waitForSelector('main > :not(.empty)');
    if (file !== undefined) await page.setInputFiles('input[type=file]', file);
    if (click !== undefined) await page.click(click);
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(folder, `${name}${size}.png`) });
    await page.close();
  }
}
await browser.close();
server.kill('SIGINT');

/** The page's server: what it gives, with which headers, and what it refuses. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY, type PageServer, servePage } from './page-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'kentry-page-'));
let server: PageServer;

beforeAll(async () => {
  writeFileSync(join(folder, 'index.html'), '<p>page');
  writeFileSync(join(folder, 'page.js'), 'let x;');
  writeFileSync(join(folder, 'secret.pem'), 'secret');
  symlinkSync('/etc', join(folder, 'etc.html'));
  server = await servePage(folder, 0);
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

interface Got {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** The path is sent as it is: fetch would make it tidy. */
function ask(path: string, { host = `127.0.0.1:${server.port}`, method = 'GET' } = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path, method, headers: { host } }, (response) => {
      let body = '';
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('the page', () => {
  test.each([
    ['/', 'text/html; charset=utf-8', '<p>page'],
    ['/index.html', 'text/html; charset=utf-8', '<p>page'],
    ['/page.js?1', 'text/javascript; charset=utf-8', 'let x;'],
  ])('%s comes as %s', async (path, type, body) => {
    const got = await ask(path);
    expect(got).toMatchObject({ status: 200, body });
    expect(got.headers).toMatchObject({
      'content-type': type,
      'x-content-type-options': 'nosniff',
      'content-security-policy': CONTENT_SECURITY_POLICY,
    });
  });

  test('HEAD has no body', async () => {
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  test('localhost is this machine too', async () => {
    expect(await ask('/', { host: `localhost:${server.port}` })).toMatchObject({ status: 200 });
  });

  test('a policy lets nothing in from elsewhere, and nothing inline', () => {
    expect(CONTENT_SECURITY_POLICY).toMatch(/^default-src 'none';/);
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
  });
});

describe('refused', () => {
  test.each([
    ['/../../../etc/passwd', 404],
    ['/..%2f..%2fetc%2fpasswd', 404],
    ['/%2e%2e/secret.pem', 404],
    ['//etc/passwd', 404],
    ['/secret.pem', 404],
    ['/etc.html/passwd', 404],
    ['/etc.html', 404],
    ['/toString', 404],
    ['/index.html%00.js', 404],
  ])('%s: %d', async (path, status) => {
    expect(await ask(path)).toMatchObject({ status, headers: { 'x-content-type-options': 'nosniff' } });
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1.evil.example'])('host %s', async (host) => {
    expect(await ask('/', { host })).toMatchObject({ status: 421 });
  });

  test('whatever is not reading', async () => {
    expect(await ask('/', { method: 'POST' })).toMatchObject({ status: 405 });
  });
});

test('it listens on the loopback interface only', () => {
  expect(server.address).toBe(`http://127.0.0.1:${server.port}/`);
});

test('a port that is taken is an error', async () => {
  await expect(servePage(folder, server.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

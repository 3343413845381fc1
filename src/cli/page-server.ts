/** Serves the page's folder on the loopback interface: these files, to this machine, and nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { present } from '../base/invariant.ts';

/** What the page may do: run and load only what comes from here; WebAssembly is the decoder's. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "worker-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const LOOPBACK = '127.0.0.1';

/** A page that is served. */
export interface PageServer {
  readonly port: number;
  readonly address: string;
  /** Ends it, and every connection. */
  readonly close: () => Promise<void>;
}

/** Serves the files of `folder` at a port; 0 is a free one. Rejects with Node's error where the port cannot be had. */
export function servePage(folder: string, port: number): Promise<PageServer> {
  // The whole list is known before the first request: what it does not name cannot be asked for, whatever a path says.
  const files = new Map(
    readdirSync(folder).flatMap((name) => {
      const type = TYPES[extname(name)];
      return type === undefined ? [] : [[`/${name}`, { path: join(folder, name), type }] as const];
    }),
  );
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  const server = createServer((request, response) => {
    send(answerTo(files, portOf(server), request), request.method, response);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port }, () => {
      const taken = present(portOf(server), 'who listens has a port');
      resolve({
        port: taken,
        address: `http://${LOOPBACK}:${taken}/`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

function portOf(server: Server): number | undefined {
  const at = server.address();
  return at === null || typeof at === 'string' ? undefined : at.port;
}

type Files = ReadonlyMap<string, { readonly path: string; readonly type: string }>;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
}

/** What is answered to a request that came to that port. */
function answerTo(files: Files, port: number | undefined, { method, url = '/', headers }: IncomingMessage): Answer {
  const refuse = (status: number, why: string): Answer => ({
    status,
    type: 'text/plain; charset=utf-8',
    body: new TextEncoder().encode(`${why}\n`),
  });
  // A name that somebody has pointed at this machine (DNS rebinding) is none of ours.
  if (headers.host !== `${LOOPBACK}:${port}` && headers.host !== `localhost:${port}`) {
    return refuse(421, 'This is only for this machine.');
  }
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'There are only files here.');
  const file = files.get(url.replace(/[?#].*$/s, ''));
  if (file === undefined) return refuse(404, 'There is no such file.');
  try {
    return { status: 200, type: file.type, body: readFileSync(file.path) };
  } catch {
    return refuse(404, 'The file is gone.');
  }
}

function send({ status, type, body }: Answer, method: string | undefined, response: ServerResponse): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': type, 'Content-Length': body.length });
  response.end(method === 'HEAD' ? undefined : body);
}

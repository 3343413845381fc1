/** The worker that checks one file, or reads one saved report. It is ended by whoever does not want to wait for it. */
import { BadInput } from '../../base/bad-input.ts';
import type { ByteSource } from '../../base/byte-source.ts';
import { checkObject } from '../../check/check-object.ts';
import { parseReport } from '../../report/parse-report.ts';
import { blobSource } from '../blob-source.ts';
import type { CheckNews, CheckOrder } from '../check-message.ts';
import { looksLikeReport } from '../saved-report.ts';
import { VERSION } from '../version.ts';

/** Between two messages of progress, in milliseconds. */
const PAUSE = 100;

const tell = (news: CheckNews): void => postMessage(news);

addEventListener('message', ({ data }: MessageEvent<CheckOrder>) => {
  work(data).then(tell, (error: unknown) => tell(failure(error)));
});

async function work({ file, name }: CheckOrder): Promise<CheckNews> {
  const start = performance.now();
  const reader = new FileReaderSync();
  const source = blobSource(name, file, (slice: Blob) => reader.readAsArrayBuffer(slice));
  if (looksLikeReport(source)) {
    const report = parseReport(text(source), name);
    return { kind: 'report', report, by: 'load', took: performance.now() - start };
  }
  let next = start;
  const tick = (states: number): void => {
    const now = performance.now();
    if (now < next) return;
    next = now + PAUSE;
    tell({ kind: 'progress', states, bytes: source.bytesRead() });
  };
  tick(0);
  const result = await checkObject(source, { version: VERSION, tick });
  if (result.kind === 'bad-input') return failure(result.problem);
  return { kind: 'report', report: result.report, by: 'check', took: performance.now() - start };
}

const text = (source: ByteSource): string => new TextDecoder().decode(source.read(0, source.size));

function failure(error: unknown): CheckNews {
  if (error instanceof BadInput) return { kind: 'bad-input', message: error.message };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'mistake', message };
}

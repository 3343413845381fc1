/** The check of one file: started, watched, cancelled; its report stays while one looks at other parts of the page. */
import { useRef, useState } from 'preact/hooks';
import type { Report } from '../../../report/report.ts';
import type { CheckNews, CheckOrder } from '../../check-message.ts';

/** How far it is. */
export type CheckState =
  | { readonly kind: 'empty'; readonly cancelled?: string }
  | {
      readonly kind: 'busy';
      readonly name: string;
      readonly size: number;
      readonly states: number;
      readonly bytes: number;
    }
  | {
      readonly kind: 'done';
      readonly name: string;
      readonly report: Report;
      readonly by: 'check' | 'load';
      readonly took: number;
    }
  | { readonly kind: 'failed'; readonly message: string; readonly mistake: boolean };

/** The check, and what can be done about it. */
export interface Check {
  readonly state: CheckState;
  readonly start: (file: File) => void;
  readonly cancel: () => void;
  /** Forgets the report. */
  readonly clear: () => void;
}

/** The one check of the page. */
export function useCheck(): Check {
  const [state, setState] = useState<CheckState>({ kind: 'empty' });
  const worker = useRef<Worker>(undefined);
  const end = (): void => {
    worker.current?.terminate();
    worker.current = undefined;
  };
  const start = (file: File): void => {
    end();
    const { name, size } = file;
    const made = new Worker(new URL('./check-worker.js', import.meta.url), { type: 'module' });
    worker.current = made;
    setState({ kind: 'busy', name, size, states: 0, bytes: 0 });
    made.addEventListener('message', ({ data }: MessageEvent<CheckNews>) => {
      if (worker.current !== made) return;
      switch (data.kind) {
        case 'progress':
          setState({ kind: 'busy', name, size, states: data.states, bytes: data.bytes });
          return;
        case 'report':
          setState({ kind: 'done', name, report: data.report, by: data.by, took: data.took });
          break;
        case 'bad-input':
          setState({ kind: 'failed', message: data.message, mistake: false });
          break;
        case 'mistake':
          setState({ kind: 'failed', message: data.message, mistake: true });
          break;
      }
      end();
    });
    made.addEventListener('error', ({ message }) => {
      if (worker.current !== made) return;
      setState({ kind: 'failed', message: message || 'the worker could not be started', mistake: true });
      end();
    });
    const order: CheckOrder = { file, name };
    made.postMessage(order);
  };
  const cancel = (): void => {
    end();
    setState(state.kind === 'busy' ? { kind: 'empty', cancelled: state.name } : { kind: 'empty' });
  };
  return { state, start, cancel, clear: () => setState({ kind: 'empty' }) };
}

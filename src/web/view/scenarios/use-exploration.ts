/** The exploration of an experiment in a worker: started, watched, cancelled. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ExploreNews, ExploreOrder } from '../../scenario/explore-message.ts';

/** How far it is. */
export type ExplorationState = { readonly kind: 'idle' } | ExploreNews;

/** The exploration, and what can be done about it. */
export interface Exploration {
  readonly state: ExplorationState;
  readonly start: (order: ExploreOrder) => void;
  readonly cancel: () => void;
}

/** `subject` is what is explored: another one ends it. `found` is called with a counterexample. */
export function useExploration(
  subject: string,
  found: (news: ExploreNews & { readonly kind: 'broken' }) => void,
): Exploration {
  const [state, setState] = useState<ExplorationState>({ kind: 'idle' });
  const worker = useRef<Worker>(undefined);
  const tell = useRef(found);
  tell.current = found;
  const end = (): void => {
    worker.current?.terminate();
    worker.current = undefined;
  };
  useEffect(() => {
    setState({ kind: 'idle' });
    return end;
  }, [subject]);
  const start = (order: ExploreOrder): void => {
    end();
    const made = new Worker(new URL('./explore-worker.js', import.meta.url), { type: 'module' });
    worker.current = made;
    setState({ kind: 'progress', states: 0, depth: 0 });
    made.addEventListener('message', ({ data }: MessageEvent<ExploreNews>) => {
      if (worker.current !== made) return;
      setState(data);
      if (data.kind === 'progress') return;
      end();
      if (data.kind === 'broken') tell.current(data);
    });
    made.addEventListener('error', ({ message }) => {
      if (worker.current !== made) return;
      setState({ kind: 'mistake', message: message || 'the worker could not be started' });
      end();
    });
    made.postMessage(order);
  };
  const cancel = (): void => {
    end();
    setState({ kind: 'idle' });
  };
  return { state, start, cancel };
}

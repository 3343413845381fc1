/** The page's address as a value that changes. */
import { useEffect, useState } from 'preact/hooks';
import { parseRoute, type Route } from '../route.ts';

/** Where one is; changes with every link, and with back and forward. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const read = (): void => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return route;
}

/** Goes there. `replace`: what was before is not kept for the back button; for what changes with every key. */
export function go(hash: string, how: 'push' | 'replace' = 'push'): void {
  if (hash === location.hash) return;
  if (how === 'push') history.pushState(null, '', hash);
  else history.replaceState(null, '', hash);
  // At once: by the next key the page must know where it is.
  dispatchEvent(new HashChangeEvent('hashchange'));
}

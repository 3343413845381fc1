/** A link to the scenario that shows a rule, an event or a function; it appears when the scenarios have been run. */
import { useEffect, useState } from 'preact/hooks';
import type { Showing, ShownIn } from '../../scenario/shown-in.ts';

let found: Promise<ShownIn> | undefined;

/** Runs the scenarios once for the page, piece by piece. */
function findOnce(): Promise<ShownIn> {
  found ??= import('../../scenario/shown-in.ts').then(({ findShown }) =>
    findShown(() => new Promise((resolve) => setTimeout(resolve))),
  );
  return found;
}

/** `ask` says what is to be shown. */
export function ShownLink({ ask }: { readonly ask: (shown: ShownIn) => Showing | undefined }) {
  const [shown, setShown] = useState<ShownIn>();
  useEffect(() => {
    let alive = true;
    findOnce().then(
      (all) => alive && setShown(() => all),
      () => {},
    );
    return () => {
      alive = false;
    };
  }, []);
  const showing = shown === undefined ? undefined : ask(shown);
  return (
    <p class="shown-in">
      {showing === undefined ? undefined : (
        <>
          <span class="label">shown in</span> <a href={showing.address}>{showing.title}</a>
        </>
      )}
    </p>
  );
}

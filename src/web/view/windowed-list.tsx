/** A list of any length with rows of one height: only those in sight are in the page. A listbox, with keys. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { stepForKey } from './timeline/timeline-view.tsx';

interface Props<T> {
  readonly label: string;
  readonly items: readonly T[];
  /** In CSS pixels. */
  readonly rowHeight: number;
  readonly current: number | undefined;
  readonly choose: (index: number, how: 'push' | 'replace') => void;
  readonly row: (item: T, index: number) => preact.ComponentChildren;
}

/** Rows above and below those in sight. */
const MORE = 6;

/** The list. */
export function WindowedList<T>({ label, items, rowHeight, current, choose, row }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useLayoutEffect(() => {
    if (box.current === null) return undefined;
    const measure = new ResizeObserver(([entry]) => setHeight(entry?.contentRect.height ?? 0));
    measure.observe(box.current);
    return () => measure.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || current === undefined) return;
    const at = current * rowHeight;
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = at + rowHeight - element.clientHeight;
    }
  }, [current, rowHeight]);
  const first = Math.max(0, Math.floor(top / rowHeight) - MORE);
  const last = Math.min(items.length, Math.ceil((top + height) / rowHeight) + MORE);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || items.length === 0) return;
    const to = stepForKey(event.key, current ?? -1, items.length);
    if (to === undefined) return;
    event.preventDefault();
    choose(Math.max(to, 0), current === undefined ? 'push' : 'replace');
  };
  // The place tells the row: rows come and go while one scrolls.
  const onClick = ({ clientY, currentTarget }: MouseEvent & { readonly currentTarget: HTMLElement }): void => {
    const y = clientY - currentTarget.getBoundingClientRect().top + currentTarget.scrollTop;
    const index = Math.floor(y / rowHeight);
    if (index < items.length) choose(index, 'push');
  };
  return (
    <div
      class="window"
      ref={box}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={current === undefined ? undefined : `row-${current}`}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div class="window-rows" style={{ height: `${items.length * rowHeight}px` }} role="presentation">
        {items.slice(first, last).map((item, place) => {
          const index = first + place;
          return (
            <div
              key={index}
              id={`row-${index}`}
              role="option"
              tabIndex={-1}
              class="window-row"
              style={{ top: `${index * rowHeight}px`, height: `${rowHeight}px` }}
              aria-selected={index === current}
              aria-setsize={items.length}
              aria-posinset={index + 1}
            >
              {row(item, index)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

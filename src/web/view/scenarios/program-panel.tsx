/** The functions that the CPU is in, as pseudo-C; the line that comes next is marked; each step can be edited. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Edit } from '../../../reference/edit.ts';
import { begin, end, type Library, type ProgramClass } from '../../../reference/program.ts';
import type { Moment } from '../../../reference/run.ts';
import { type Listing, type ListingLine, listingOf, listingsOf } from '../../scenario/listing.ts';

interface Props {
  readonly moment: Moment;
  readonly library: Library;
  readonly edits: readonly Edit[];
  readonly edit: (edits: readonly Edit[]) => void;
}

/** The panel. */
export function ProgramPanel({ moment, library, edits, edit }: Props) {
  const [editing, setEditing] = useState(false);
  const [opened, setOpened] = useState('');
  const box = useRef<HTMLElement>(null);
  const listings = listingsOf(moment, library);
  const chosen = library.get(opened);
  useEffect(() => {
    const frame = box.current;
    const marked = frame?.querySelector('.next');
    if (frame === null || marked === null || marked === undefined) return;
    // Only the listing scrolls, never the page around it.
    const [inner, outer] = [marked.getBoundingClientRect(), frame.getBoundingClientRect()];
    if (inner.top < outer.top) frame.scrollTop -= outer.top - inner.top + 40;
    else if (inner.bottom > outer.bottom) frame.scrollTop += inner.bottom - outer.bottom + 40;
  }, [moment]);
  return (
    <section aria-labelledby="program" class="program">
      <div class="program-head">
        <h2 id="program">Program</h2>
        <select
          aria-label="Show a function"
          value={opened}
          onChange={({ currentTarget }) => setOpened(currentTarget.value)}
        >
          <option value="">where the CPU is</option>
          {[...library.keys()].toSorted().map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <label class="tick">
          <input
            type="checkbox"
            checked={editing}
            onChange={({ currentTarget }) => setEditing(currentTarget.checked)}
          />
          edit
        </label>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section class="listings" ref={box} tabIndex={0} aria-label="Functions">
        {chosen === undefined ? (
          <>
            {listings.length === 0 ? <p class="faint">User mode: no kernel code runs.</p> : undefined}
            {listings.map((listing, index) => (
              <ListingView key={`${index} ${listing.program.name}`} {...{ listing, editing, edits, edit }} />
            ))}
          </>
        ) : (
          <ListingView {...{ listing: listingOf(chosen), editing, edits, edit }} />
        )}
      </section>
    </section>
  );
}

interface ListingProps {
  readonly listing: Listing;
  readonly editing: boolean;
  readonly edits: readonly Edit[];
  readonly edit: (edits: readonly Edit[]) => void;
}

const CLASSES: readonly ProgramClass[] = ['noinstr', 'instrumentable', 'inline'];

function ListingView({ listing: { program, lines }, editing, edits, edit }: ListingProps) {
  const source = program.source[0];
  return (
    <figure class={`listing ${program.class}`} aria-label={program.name}>
      <figcaption>
        <code title={source === undefined ? '' : `${source.file}: ${source.at}`}>{source?.file}</code>
        {editing ? (
          <select
            aria-label={`Class of ${program.name}`}
            value={program.class}
            onChange={({ currentTarget }) => {
              const to = CLASSES.find((one) => one === currentTarget.value);
              if (to !== undefined) edit([...edits, { op: 'class', program: program.name, to }]);
            }}
          >
            {CLASSES.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        ) : undefined}
      </figcaption>
      <ol>
        {lines.map((line, index) => (
          <li
            key={index}
            class={`${line.shade ?? ''} ${line.mark ?? ''} indent-${Math.min(line.indent, 6)}`}
            aria-current={line.mark === 'next' ? 'step' : undefined}
          >
            <code>{line.text}</code>
            {editing && line.role === 'step' ? (
              <LineEdits name={program.name} line={line} edits={edits} edit={edit} />
            ) : undefined}
          </li>
        ))}
      </ol>
    </figure>
  );
}

interface LineProps {
  readonly name: string;
  readonly line: ListingLine;
  readonly edits: readonly Edit[];
  readonly edit: (edits: readonly Edit[]) => void;
}

function LineEdits({ name, line: { path, text }, edits, edit }: LineProps) {
  const at = { program: name, path };
  const add = (next: Edit): void => edit([...edits, next]);
  return (
    <span class="line-edits">
      <button
        type="button"
        aria-label={`Leave out ${text}`}
        title="leave out"
        onClick={() => add({ op: 'delete', ...at })}
      >
        ✕
      </button>
      <button
        type="button"
        aria-label={`Move up ${text}`}
        title="move up"
        onClick={() => add({ op: 'move', ...at, by: -1 })}
      >
        ↑
      </button>
      <button
        type="button"
        aria-label={`Move down ${text}`}
        title="move down"
        onClick={() => add({ op: 'swap', ...at })}
      >
        ↓
      </button>
      <button type="button" aria-label={`Twice ${text}`} title="twice" onClick={() => add({ op: 'duplicate', ...at })}>
        ×2
      </button>
      <button
        type="button"
        aria-label={`instrumentation_begin() before ${text}`}
        title="instrumentation_begin() before it"
        onClick={() => add({ op: 'insert', ...at, step: begin })}
      >
        [
      </button>
      <button
        type="button"
        aria-label={`instrumentation_end() before ${text}`}
        title="instrumentation_end() before it"
        onClick={() => add({ op: 'insert', ...at, step: end })}
      >
        ]
      </button>
    </span>
  );
}

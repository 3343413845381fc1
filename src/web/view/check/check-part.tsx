/** Check: a file is chosen or dropped, a worker looks at it, and its findings are shown. Nothing leaves the browser. */
import { terminalText } from '../../../report/escape-terminal.ts';
import type { Route } from '../../route.ts';
import { ReportView } from './report-view.tsx';
import type { Check } from './use-check.ts';

interface Props {
  readonly route: Route;
  readonly check: Check;
}

/** The part. */
export function CheckPart({ route, check }: Props) {
  const { state } = check;
  return (
    <div class="check-part">
      {state.kind === 'done' ? (
        <ReportView
          route={route}
          report={state.report}
          name={state.name}
          by={state.by}
          took={state.took}
          check={check}
        />
      ) : (
        <Start check={check} />
      )}
    </div>
  );
}

function Start({ check: { state, start, cancel } }: { readonly check: Check }) {
  if (state.kind === 'busy') {
    const { name, size, states, bytes } = state;
    return (
      <div class="prose">
        <h1>Checking {terminalText(name)}</h1>
        <div class="progress" role="status">
          <progress aria-label="Checking" />
          <p>
            {states === 0 ? 'reading' : `${states.toLocaleString('en-US')} states`}, {megabytes(bytes)} of{' '}
            {megabytes(size)} MB read
          </p>
        </div>
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      </div>
    );
  }
  return (
    <div class="prose">
      <h1>Check a kernel object</h1>
      <p>
        A relocatable object: <code>vmlinux.o</code>, a module, any single <code>.o</code>. Every path of its noinstr
        code is walked here, in your browser: nothing is uploaded. Or a report that{' '}
        <code>kentry check --format json</code> has written.
      </p>
      <div class="drop">
        <FileButton start={start}>Choose a file</FileButton>
        <span>or drop it anywhere on this page</span>
      </div>
      <div role="alert">
        {state.kind === 'failed' ? (
          <div class="failure">
            {state.mistake ? <p>This is a mistake in kentry, not in your file; please report it:</p> : undefined}
            <pre>{state.mistake ? lines(state.message) : `kentry: ${terminalText(state.message)}`}</pre>
          </div>
        ) : undefined}
      </div>
      <p role="status" class="faint">
        {state.kind === 'empty' && state.cancelled !== undefined
          ? `The check of ${terminalText(state.cancelled)} was cancelled.`
          : ''}
      </p>
      <p class="faint">
        Build the object with <code>CONFIG_DEBUG_ENTRY=y</code> and <code>CONFIG_DEBUG_INFO</code>: only then are the
        instrumentation windows marked, and findings have source lines.
      </p>
    </div>
  );
}

const lines = (text: string): string => text.split('\n').map(terminalText).join('\n');

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** A button that opens the browser's choice of files. */
export function FileButton({ start, children }: { readonly start: Check['start']; readonly children: string }) {
  return (
    <label class="button">
      {children}
      <input
        type="file"
        class="file"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // The same file may be chosen again, after a new build.
          currentTarget.value = '';
          if (file !== undefined) start(file);
        }}
      />
    </label>
  );
}

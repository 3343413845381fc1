/** Runs kentry without a process: `main` with everything around it made here. */
import type { LoadChecker } from '../src/cli/checker.ts';
import { main } from '../src/cli/main.ts';
import type { Session } from '../src/cli/session.ts';

/** What a run is to find around it; all absent: no terminal, nothing in the environment. */
export interface Around {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  /** Columns of the terminal; absent: none. */
  readonly columns?: number;
  /** Milliseconds that pass with every look at the clock. */
  readonly pace?: number;
  readonly loadChecker: LoadChecker;
}

/** What a run left behind. */
export interface Recorded {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** Both, in the order in which they were written. */
  readonly both: string;
}

/** Runs `kentry ARGS`. */
export async function record(args: readonly string[], around: Around): Promise<Recorded> {
  let out = '';
  let err = '';
  let both = '';
  let time = 0;
  const columns = around.columns === undefined ? {} : { columns: around.columns };
  const session: Session = {
    out: {
      write: (text) => {
        out += text;
        both += text;
      },
      ...columns,
    },
    err: {
      write: (text) => {
        err += text;
        both += text;
      },
      ...columns,
    },
    env: around.env ?? {},
    stdin: () => around.stdin ?? new Uint8Array(),
    now: () => {
      time += around.pace ?? 0;
      return time;
    },
    loadChecker: around.loadChecker,
  };
  const status = await main(args, session);
  return { status, out, err, both };
}

/** What the page and the worker that checks a file say to each other. */
import type { Report } from '../report/report.ts';

/** A file to check; there is one for each worker. */
export interface CheckOrder {
  readonly file: Blob;
  /** As it was given: hostile. */
  readonly name: string;
}

/** What the worker tells. After anything but `progress` it says no more. */
export type CheckNews =
  /** So many states were walked, and so many bytes were read of the file. */
  | { readonly kind: 'progress'; readonly states: number; readonly bytes: number }
  | {
      readonly kind: 'report';
      readonly report: Report;
      /** `check`: the file is an object; `load`: it is a saved report. */
      readonly by: 'check' | 'load';
      /** Milliseconds that it took. */
      readonly took: number;
    }
  /** The file cannot be used; the command line's own message, unescaped. */
  | { readonly kind: 'bad-input'; readonly message: string }
  /** A mistake in kentry. */
  | { readonly kind: 'mistake'; readonly message: string };

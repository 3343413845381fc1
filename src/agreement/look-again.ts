/** When a comparison is worth repeating: a walk that joins states to stay small may tell of paths that no execution takes. */

/** What is known of one comparison. */
export interface Looked {
  readonly differs: boolean;
  /** States were joined on the way. */
  readonly widened: boolean;
  /** The walk came to its end. */
  readonly finished: boolean;
}

/** What counts: where joined states may be what differs, the comparison without them, if that came to its end. */
export function lookAgain<T extends Looked>(first: T, exactly: () => T): T {
  if (!first.differs || !first.widened) return first;
  const exact = exactly();
  return exact.finished ? exact : first;
}

/** What must hold whatever the input is: a broken one is our mistake, never the file's. */

/** Throws `sentence` where `condition` does not hold. */
export function invariant(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(`kentry is wrong here: ${sentence}`);
}

/** Ends a `switch` over a union: the compiler refuses it while a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`kentry is wrong here: no case for ${JSON.stringify(value)}`);
}

/** `value`, where it is known to be there; `sentence` says why it must be. */
export function present<T>(value: T | undefined, sentence: string): T {
  if (value === undefined) throw new Error(`kentry is wrong here: ${sentence}`);
  return value;
}

/** What a person typed and kentry cannot do; caught in `main`, exit status 2. */

/** `message` is a clause that may hold what was typed, unescaped. */
export class UsageError extends Error {
  /** Whose help is pointed at; absent: kentry's own. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}

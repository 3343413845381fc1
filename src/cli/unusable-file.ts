/** A file that could not be opened, read or written; what is wrong inside of one is `BadInput`. */

/** What Node's codes of errors mean to people. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is no directory',
  ELOOP: 'symbolic links that lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  EIO: 'input/output error',
};

/** Caught in `main` and for each file of a check: exit status 2. */
export class UnusableFile extends Error {
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.name = 'UnusableFile';
  }
}

/** The error of a call of node:fs on `path`, for people. Anything else is passed on as it is. */
export function unusable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  return new UnusableFile(path, MEANINGS[error.code] ?? error.code);
}

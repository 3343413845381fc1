/** Names of handlers: the C functions that the entry code calls for a vector, and those that they call themselves. */
import { VECTORS } from '../contract/vectors.ts';
import { baseName } from './known-calls.ts';

const PATTERNS = VECTORS.flatMap(({ handlers }) => handlers.map((pattern) => pattern.split('@')[0] ?? pattern));
const EXACT: ReadonlySet<string> = new Set(PATTERNS.filter((name) => !name.endsWith('*')));
const STARTS = PATTERNS.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));

/** Whether a vector names the function by itself, not by the start of its name. */
export const isNamedHandler = (name: string): boolean => EXACT.has(name);

/** Whether hardware's entry code calls the function for some vector. */
export const isHandler = (name: string): boolean =>
  isNamedHandler(name) || STARTS.some((start) => name.startsWith(start));

/** DEFINE_IDTENTRY_* (arch/x86/include/asm/idtentry.h): the handler of `name` is `__name`. */
export const isHandlerOf = (callee: string, root: string): boolean => baseName(callee) === `__${root}`;
